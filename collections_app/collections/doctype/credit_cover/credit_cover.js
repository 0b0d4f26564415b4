frappe.ui.form.on("Credit Cover", {
	setup(frm) {
		frm.set_query("customer", () => ({ filters: { disabled: 0 } }));
	},

	async company(frm) {
		if (!frm.doc.company) return;
		const { message } = await frappe.db.get_value(
			"Company",
			frm.doc.company,
			"default_currency",
		);
		if (!frm.doc.currency && message) frm.set_value("currency", message.default_currency);
	},

	refresh(frm) {
		const days = frm.doc.valid_until
			? frappe.datetime.get_day_diff(frm.doc.valid_until, frappe.datetime.get_today())
			: null;
		if (frm.doc.status === "Approved" && days !== null && days <= 30) {
			frm.dashboard.set_headline_alert(
				days ? __("This cover ends in {0} days.", [days]) : __("This cover ends today."),
				"orange",
			);
		}
	},
});
