frappe.ui.form.on("Credit Policy", {
	refresh(frm) {
		if (frm.is_new() || !frappe.user.has_role(["Credit Manager", "System Manager"])) return;
		frm.add_custom_button(__("Propose Limits"), () =>
			collections_app.propose_limits(frm.doc.company),
		);
	},
});
