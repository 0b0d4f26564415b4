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
		if (!frm.is_new()) show_insurer(frm);
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

// what is used of it, and what the insurer can be asked for
async function show_insurer(frm) {
	const { customer, company, name } = frm.doc;
	const seen = await frappe.xcall("collections_app.api.covers.overview", { customer, company });
	const cover = seen.covers.find((one) => one.name === name);
	if (!cover || cover.status !== "Approved" || frm.doc.name !== name) return;
	frm.dashboard.add_section(collections_app.cover_bar(seen), __("Used and Free"));
	if (!seen.may_ask || !cover.connected) return;
	const done = () => frm.reload_doc();
	for (const [change, label] of [
		["Raise", __("Raise")],
		["Lower", __("Lower")],
		["Cancel", __("Cancel Cover")],
	]) {
		frm.add_custom_button(
			label,
			() => collections_app.change_cover(cover, change, done),
			__("Insurer"),
		);
	}
	if (seen.overdue) {
		frm.add_custom_button(
			__("Declare Overdue"),
			() => collections_app.declare_overdue(cover, seen.declared, done),
			__("Insurer"),
		);
	}
}
