frappe.ui.form.on("Connector Log", {
	// a log is written by the connector
	refresh: (frm) => frm.disable_save(),
});
