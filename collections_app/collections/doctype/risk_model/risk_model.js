frappe.ui.form.on("Risk Model", {
	refresh(frm) {
		// a model is learned, never written by hand
		frm.disable_save();
		frm.events.show_effects(frm);
	},

	async show_effects(frm) {
		const { $wrapper } = frm.get_field("effects");
		if (!frm.doc.model) return $wrapper.empty();
		const { factors } = await frappe.xcall("collections_app.api.scoring.catalogue");
		const labels = Object.fromEntries(
			Object.entries(factors).map(([key, { label }]) => [key, label]),
		);
		$wrapper.html(collections_app.risk_effects(JSON.parse(frm.doc.model), labels));
	},
});
