frappe.ui.form.on("Sales Invoice", {
	setup(frm) {
		frm.set_query("debit_to", () => ({
			filters: { company: frm.doc.company, account_type: "Receivable", is_group: 0 },
		}));
		frm.set_query("income_account", "items", () => ({
			filters: { company: frm.doc.company, root_type: "Income", is_group: 0 },
		}));
		frm.set_query("account_head", "taxes", () => ({
			filters: { company: frm.doc.company, account_type: "Tax", is_group: 0 },
		}));
	},

	refresh(frm) {
		if (frm.doc.docstatus !== 1) return;
		const invoice = "erpnext.accounts.doctype.sales_invoice.sales_invoice";
		const create = (label, method, args) =>
			frm.add_custom_button(
				label,
				() =>
					frappe.call({ method, args }).then(({ message }) => {
						const [doc] = frappe.model.sync(message);
						frappe.set_route("Form", doc.doctype, doc.name);
					}),
				__("Create"),
			);
		if (frm.doc.outstanding_amount) {
			const method =
				"erpnext.accounts.doctype.payment_entry.payment_entry.get_payment_entry";
			create(__("Payment"), method, { dt: frm.doctype, dn: frm.doc.name });
		}
		if (!frm.doc.is_return) {
			create(__("Return / Credit Note"), `${invoice}.make_sales_return`, {
				source_name: frm.doc.name,
			});
		}
		if (frm.doc.outstanding_amount > 0 && frm.doc.status === "Overdue") {
			create(__("Dunning"), `${invoice}.create_dunning`, { source_name: frm.doc.name });
		}
	},
});

const set_amount = (frm, cdt, cdn) => {
	const row = locals[cdt][cdn];
	frappe.model.set_value(cdt, cdn, "amount", flt(row.qty) * flt(row.rate));
};

frappe.ui.form.on("Sales Invoice Item", { qty: set_amount, rate: set_amount });
