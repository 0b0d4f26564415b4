frappe.ui.form.on("Credit Report", {
	refresh(frm) {
		frm.disable_save();
	},
});
