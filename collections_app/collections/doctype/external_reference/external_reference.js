frappe.ui.form.on("External Reference", {
	// a reference is kept by the connector
	refresh: (frm) => frm.disable_save(),
});
