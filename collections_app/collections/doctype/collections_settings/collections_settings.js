frappe.ui.form.on("Collections Settings", {
	refresh(frm) {
		frm.set_query("email_account", "companies", () => ({ filters: { enable_outgoing: 1 } }));
		frm.set_query("bank_account", "companies", (doc, cdt, cdn) => ({
			filters: { is_company_account: 1, company: locals[cdt][cdn].company },
		}));
		for (const { company } of frm.doc.companies || []) {
			frm.add_custom_button(company, () => frm.events.run(frm, company), __("Run Cycle"));
		}
	},

	run(frm, company) {
		return frappe
			.call({
				method: "collections_app.api.cycle.run_cycle",
				args: { company },
				freeze: true,
			})
			.then(({ message }) => frappe.set_route("Form", "Collection Run", message.run));
	},
});
