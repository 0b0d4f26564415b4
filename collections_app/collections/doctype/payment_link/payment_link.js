frappe.ui.form.on("Payment Link", {
	refresh(frm) {
		// what the provider said is not for people to change
		frm.disable_save();
	},
});
