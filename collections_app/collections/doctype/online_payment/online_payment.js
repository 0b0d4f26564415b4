frappe.ui.form.on("Online Payment", {
	refresh(frm) {
		// what the provider said is not for people to change
		frm.disable_save();
	},
});
