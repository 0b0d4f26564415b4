frappe.ui.form.on("Sales Invoice", {
	refresh(frm) {
		const open =
			frm.doc.docstatus === 1 && frm.doc.outstanding_amount > 0 && !frm.doc.is_return;
		if (!open || !frappe.model.can_create("Promise to Pay")) return;
		const subject = {
			customer: frm.doc.customer,
			company: frm.doc.company,
			done: () => frm.reload_doc(),
		};
		const group = __("Collections");
		frm.add_custom_button(
			__("Record Promise"),
			() => collections_app.record_promise({ ...subject, invoices: [frm.doc.name] }),
			group,
		);
		frm.add_custom_button(
			__("Open Dispute"),
			() => collections_app.record_dispute({ ...subject, invoice: frm.doc.name }),
			group,
		);
		frappe.db
			.get_list("Invoice Dispute", {
				filters: { sales_invoice: frm.doc.name, status: "Open" },
				fields: ["name", "reason"],
				limit: 1,
			})
			.then(([dispute]) => {
				if (!dispute) return;
				const link = collections_app.link(
					"Invoice Dispute",
					dispute.name,
					__(dispute.reason),
				);
				frm.dashboard.set_headline_alert(
					__("In dispute: {0}. It is not chased.", [link]),
					"orange",
				);
			});
	},
});
