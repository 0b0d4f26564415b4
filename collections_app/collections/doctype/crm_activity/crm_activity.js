frappe.ui.form.on("CRM Activity", {
	refresh(frm) {
		frm.disable_save();
		const open = ["Failed", "Uncertain"].includes(frm.doc.status);
		if (!open || !frappe.model.can_write("CRM Activity")) return;
		frm.add_custom_button(__("Write Again"), () =>
			frappe.confirm(__("Is it not in the CRM? Then it is written once more."), () =>
				frappe
					.xcall("collections_app.api.crm.log_again", { activity: frm.doc.name })
					.then(() => frm.reload_doc()),
			),
		);
	},
});
