frappe.ui.form.on("Customer", {
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
