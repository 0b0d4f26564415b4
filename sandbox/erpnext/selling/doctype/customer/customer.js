frappe.ui.form.on("Customer", {
	setup(frm) {
		frm.set_query("account", "accounts", (doc, cdt, cdn) => ({
			filters: {
				account_type: "Receivable",
				company: locals[cdt][cdn].company,
				is_group: 0,
			},
		}));
		frm.set_query("default_bank_account", () => ({ filters: { is_company_account: 1 } }));
		for (const field of ["customer_primary_contact", "customer_primary_address"]) {
			frm.set_query(field, () => ({
				filters: [
					["Dynamic Link", "link_doctype", "=", "Customer"],
					["Dynamic Link", "link_name", "=", frm.doc.name],
				],
			}));
		}
	},

	refresh(frm) {
		frappe.dynamic_link = { doc: frm.doc, fieldname: "name", doctype: "Customer" };
		if (frm.is_new()) {
			frappe.contacts.clear_address_and_contact(frm);
			return;
		}
		frappe.contacts.render_address_and_contact(frm);
		frm.add_custom_button(
			__("Accounts Receivable"),
			() =>
				frappe.set_route("query-report", "Accounts Receivable", { party: [frm.doc.name] }),
			__("View"),
		);
	},
});
