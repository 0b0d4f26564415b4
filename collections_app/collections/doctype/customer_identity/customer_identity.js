frappe.ui.form.on("Customer Identity", {
	setup(frm) {
		frm.set_query("customer", () => ({ filters: { disabled: 0 } }));
	},

	refresh(frm) {
		if (frm.doc.status === "To Identify" && !frm.is_new()) {
			frm.set_intro(
				__("Choose the customer. What waits for it in the Connector Log is then written."),
				"orange",
			);
		}
		if (frm.doc.status === "Found" && frm.perm[0] && frm.perm[0].write) {
			frm.add_custom_button(__("Confirm"), async () => {
				await frm.call("confirm");
				frm.reload_doc();
			}).addClass("btn-primary");
		}
	},
});
