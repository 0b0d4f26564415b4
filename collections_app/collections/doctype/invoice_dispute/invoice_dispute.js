frappe.ui.form.on("Invoice Dispute", {
	setup(frm) {
		frm.set_query("sales_invoice", () => ({
			filters: { docstatus: 1, is_return: 0, outstanding_amount: [">", 0] },
		}));
		frm.set_query("credit_note", () => ({
			filters: { docstatus: 1, is_return: 1, return_against: frm.doc.sales_invoice },
		}));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.status === "Open") {
			const late =
				frm.doc.answer_due_on && frm.doc.answer_due_on < frappe.datetime.get_today();
			frm.dashboard.set_headline_alert(
				late
					? __(
							"The answer was due on {0}. The invoice is not chased until this is settled.",
							[collections_app.date(frm.doc.answer_due_on)],
						)
					: __("The invoice is not chased until this is settled."),
				late ? "red" : "orange",
			);
			if (frappe.model.can_write("Invoice Dispute")) frm.events.add_buttons(frm);
		}
		if (frm.doc.case) {
			frm.add_custom_button(__("Case"), () =>
				frappe.set_route("Form", "Collection Case", frm.doc.case),
			);
		}
	},

	add_buttons(frm) {
		const group = __("Close");
		frm.add_custom_button(
			__("Resolved"),
			() => collections_app.close_dispute(frm, "Resolved"),
			group,
		);
		frm.add_custom_button(
			__("Rejected"),
			() => collections_app.close_dispute(frm, "Rejected"),
			group,
		);
	},
});
