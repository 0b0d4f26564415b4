frappe.ui.form.on("Cover Request", {
	refresh(frm) {
		frm.disable_save();
		const open = ["Failed", "Uncertain"].includes(frm.doc.status);
		if (!open || !frappe.model.can_write("Cover Request")) return;
		const settle = (outcome) =>
			frappe
				.xcall("collections_app.api.covers.settle_request", {
					request: frm.doc.name,
					outcome,
				})
				.then(() => frm.reload_doc());
		frm.add_custom_button(__("Send Again"), () =>
			frappe.confirm(__("Does the insurer not have it? Then it is sent once more."), () =>
				settle("again"),
			),
		);
		frm.add_custom_button(__("Insurer Has It"), () => settle("taken"));
	},
});
