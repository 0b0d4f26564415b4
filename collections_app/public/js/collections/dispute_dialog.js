// Open a dispute, and close one.
frappe.provide("collections_app");

collections_app.record_dispute = async function ({ customer, company, invoice, done }) {
	const open = await collections_app.open_invoices(customer, company);
	if (!open.length) return collections_app.nothing_open();
	const of_name = Object.fromEntries(open.map((row) => [row.sales_invoice, row]));
	const dialog = new frappe.ui.Dialog({
		title: __("Open Dispute"),
		fields: [
			{
				fieldname: "sales_invoice",
				fieldtype: "Autocomplete",
				label: __("Invoice"),
				reqd: 1,
				default: invoice && of_name[invoice] ? invoice : "",
				read_only: Number(Boolean(invoice && of_name[invoice])),
				options: open.map((row) => ({
					value: row.sales_invoice,
					label: row.sales_invoice,
					description: `${strip_html(
						collections_app.money(row.outstanding, row.currency),
					)}, ${__("due {0}", [collections_app.date(row.due_date)])}`,
				})),
				onchange: () => fill(dialog.get_value("sales_invoice")),
			},
			{
				fieldname: "reason",
				fieldtype: "Link",
				label: __("Reason"),
				options: "Dispute Reason",
				reqd: 1,
				onchange: () => take_over(dialog.get_value("reason")),
			},
			{ fieldtype: "Column Break" },
			{
				fieldname: "disputed_amount",
				fieldtype: "Currency",
				label: __("Disputed Amount"),
				options: "currency",
			},
			{ fieldname: "currency", fieldtype: "Data", label: __("Currency"), hidden: 1 },
			{
				fieldname: "responsible",
				fieldtype: "Link",
				label: __("Responsible"),
				options: "User",
			},
			{
				fieldname: "answer_due_on",
				fieldtype: "Date",
				label: __("Answer Due On"),
				description: __("Empty: as many days as the reason allows"),
			},
			{ fieldtype: "Section Break" },
			{
				fieldname: "description",
				fieldtype: "Small Text",
				label: __("What the Customer Says"),
			},
		],
		primary_action_label: __("Open Dispute"),
		primary_action: ({ currency, ...args }) =>
			collections_app.submit(dialog, "record_dispute", args, __("Dispute opened"), done),
	});
	const fill = (name) => {
		const row = of_name[name];
		if (!row) return;
		dialog.set_value("currency", row.currency);
		dialog.set_value("disputed_amount", row.outstanding);
	};
	// who usually answers such a dispute, and in how many days
	const take_over = async (reason) => {
		if (!reason) return;
		const { message } = await frappe.db.get_value("Dispute Reason", reason, [
			"answer_days",
			"responsible",
		]);
		dialog.set_value(
			"answer_due_on",
			frappe.datetime.add_days(frappe.datetime.get_today(), message.answer_days || 7),
		);
		if (message.responsible && !dialog.get_value("responsible"))
			dialog.set_value("responsible", message.responsible);
	};
	dialog.show();
	if (invoice) fill(invoice);
	return dialog;
};

// Asks what was agreed; a resolved dispute may name the credit note that was given for it.
collections_app.close_dispute = function (frm, status) {
	const resolved = status === "Resolved";
	const dialog = new frappe.ui.Dialog({
		title: resolved ? __("Resolve Dispute") : __("Reject Dispute"),
		fields: [
			{
				fieldname: "credit_note",
				fieldtype: "Link",
				label: __("Credit Note"),
				options: "Sales Invoice",
				default: frm.doc.credit_note,
				hidden: Number(!resolved),
				description: __("Must not credit more than is in dispute"),
				get_query: () => ({
					filters: { docstatus: 1, is_return: 1, return_against: frm.doc.sales_invoice },
				}),
			},
			{
				fieldname: "resolution",
				fieldtype: "Small Text",
				label: __("What Was Agreed"),
				reqd: 1,
			},
		],
		primary_action_label: resolved ? __("Resolve") : __("Reject"),
		async primary_action({ credit_note, resolution }) {
			dialog.hide();
			await frm.set_value({
				status,
				resolution,
				credit_note: credit_note || frm.doc.credit_note,
			});
			frm.save().catch(() => frm.reload_doc());
		},
	});
	dialog.show();
};
