frappe.ui.form.on("Credit Limit Proposal", {
	refresh(frm) {
		const may = frappe.user.has_role(["Credit Manager", "System Manager"]);
		if (frm.doc.status !== "Proposed" || !may) {
			frm.disable_save();
			return;
		}
		frm.add_custom_button(__("Reject"), () => decide(frm, "reject_limits"));
		frm.page.set_primary_action(__("Approve"), () => decide(frm, "approve_limits"));
	},
});

async function decide(frm, method) {
	if (frm.is_dirty()) await frm.save();
	await collections_app.decide_limits(method, [frm.doc.name]);
	frm.reload_doc();
}
