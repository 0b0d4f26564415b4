frappe.ui.form.on("Risk Model", {
	refresh(frm) {
		// a model is learned, never written by hand
		frm.disable_save();
		const { $wrapper } = frm.get_field("effects");
		$wrapper.html(
			frm.doc.model ? collections_app.risk_effects(JSON.parse(frm.doc.model)) : "",
		);
	},
});
