frappe.ui.form.on("CRM Customer", {
	refresh(frm) {
		// what the provider said is not for people to change
		frm.disable_save();
	},
});
