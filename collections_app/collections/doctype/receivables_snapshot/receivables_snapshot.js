frappe.ui.form.on("Receivables Snapshot", {
	// a snapshot is taken by the run, never written by hand
	refresh: (frm) => frm.disable_save(),
});
