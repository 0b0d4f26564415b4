const is_received = (frm) => frm.doc.payment_type === "Receive";

frappe.ui.form.on("Payment Entry", {
	setup(frm) {
		frm.set_query("party_type", () => ({ filters: { name: ["in", ["Customer"]] } }));
		frm.set_query("bank_account", () => ({
			filters: { company: frm.doc.company, is_company_account: 1 },
		}));
		for (const [field, party_side] of [
			["paid_from", "Receive"],
			["paid_to", "Pay"],
		]) {
			frm.set_query(field, () => {
				const types =
					frm.doc.payment_type === party_side ? ["Receivable"] : ["Bank", "Cash"];
				return {
					filters: {
						company: frm.doc.company,
						is_group: 0,
						account_type: ["in", types],
					},
				};
			});
		}
		frm.set_query("reference_doctype", "references", () => ({
			filters: { name: ["in", ["Sales Invoice", "Journal Entry"]] },
		}));
	},

	bank_account(frm) {
		if (!frm.doc.bank_account) return;
		frappe.db
			.get_value("Bank Account", frm.doc.bank_account, "account")
			.then(({ message }) => {
				frm.set_value(is_received(frm) ? "paid_to" : "paid_from", message.account);
			});
	},

	paid_amount(frm) {
		if (!frm.doc.received_amount) frm.set_value("received_amount", frm.doc.paid_amount);
	},
});
