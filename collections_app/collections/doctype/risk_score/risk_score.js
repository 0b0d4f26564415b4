frappe.ui.form.on("Risk Score", {
	setup(frm) {
		const factor = frappe.meta.get_docfield("Risk Score Factor", "factor");
		factor.formatter = collections_app.factor_label;
	},

	// a score is worked out by the run, never written by hand
	refresh: (frm) => frm.disable_save(),
});
