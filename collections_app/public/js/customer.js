frappe.ui.form.on("Customer", {
	setup(frm) {
		const field = frm.fields_dict.collections_time_zone;
		if (!field) return;
		frappe
			.xcall("frappe.core.doctype.user.user.get_timezones")
			.then(({ timezones }) => field.set_data([...timezones].sort()));
		frm.set_query("collections_receiver", () => ({
			filters: { name: ["!=", frm.doc.name], collections_receiver: ["is", "not set"] },
		}));
	},

	refresh(frm) {
		const field = frm.fields_dict.collections_html;
		if (!field) return;
		if (frm.is_new() || !frappe.model.can_read("Collection Case")) {
			frm.toggle_display("collections_tab", false);
			field.$wrapper.empty();
			return;
		}
		const panel = new collections_app.CustomerPanel({
			wrapper: field.$wrapper,
			customer: frm.doc.name,
			on_change: () => frm.reload_doc(),
		});
		panel.refresh();
		collections_app.show_delivery_stops(frm);
		frm.add_custom_button(__("Customer 360"), () => {
			frappe.route_options = { company: panel.company };
			frappe.set_route("customer-360", frm.doc.name);
		});
		const group = __("Collections");
		for (const [act, label] of [
			["promise", __("Promise to Pay")],
			["dispute", __("Dispute")],
			["call", __("Log Call")],
			["pause", __("Pause")],
			["case", __("Case")],
			["worklist", __("Worklist")],
		]) {
			frm.add_custom_button(label, () => panel.act(act), group);
		}
	},
});
