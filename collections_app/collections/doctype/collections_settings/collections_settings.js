frappe.ui.form.on("Collections Settings", {
	refresh(frm) {
		frm.set_query("email_account", "companies", () => ({ filters: { enable_outgoing: 1 } }));
		frm.set_query("bank_account", "companies", (doc, cdt, cdn) => ({
			filters: { is_company_account: 1, company: locals[cdt][cdn].company },
		}));
		frm.set_query("charges_account", "companies", (doc, cdt, cdn) => ({
			filters: { company: locals[cdt][cdn].company, root_type: "Income", is_group: 0 },
		}));
		frm.set_query("charges_item", "companies", () => ({
			filters: { is_stock_item: 0, disabled: 0, has_variants: 0 },
		}));
		frm.set_query("charges_cost_center", "companies", (doc, cdt, cdn) => ({
			filters: { company: locals[cdt][cdn].company, is_group: 0 },
		}));
		for (const field of ["discount_account", "bank_charges_account", "rounding_account"]) {
			frm.set_query(field, "companies", (doc, cdt, cdn) => ({
				filters: {
					company: locals[cdt][cdn].company,
					root_type: ["in", ["Expense", "Income"]],
					is_group: 0,
					disabled: 0,
				},
			}));
		}
		frm.set_query("cash_cost_center", "companies", (doc, cdt, cdn) => ({
			filters: { company: locals[cdt][cdn].company, is_group: 0 },
		}));
		for (const field of [
			"sms_connector",
			"whatsapp_connector",
			"letter_connector",
			"registered_email_connector",
		]) {
			frm.set_query(field, "companies", (doc, cdt, cdn) => ({
				filters: { company: locals[cdt][cdn].company, enabled: 1 },
			}));
		}
		const through = (field, actions) =>
			frm.set_query(field, "companies", (doc, cdt, cdn) => ({
				query: "collections_app.api.settings.connectors_that",
				filters: { company: locals[cdt][cdn].company, actions },
			}));
		through("payment_links_through", ["create_payment_link"]);
		through("crm", ["log_activity", "update_customer"]);
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
			.then(({ message }) => collections_app.show_run(message, company));
	},
});
