frappe.ui.form.on("Promise to Pay", {
	setup(frm) {
		frm.set_query("sales_invoice", "invoices", () => ({
			filters: {
				customer: frm.doc.customer,
				company: frm.doc.company,
				docstatus: 1,
				outstanding_amount: [">", 0],
				...(frm.doc.currency ? { currency: frm.doc.currency } : {}),
			},
		}));
	},

	refresh(frm) {
		const open = frm.doc.status === "Open";
		if (open && frm.doc.customer && frm.doc.company) {
			frm.add_custom_button(__("Get Open Invoices"), () => frm.events.pick_invoices(frm));
		}
		if (!frm.is_new() && frm.doc.result) {
			const colour = { Kept: "green", "Partly Kept": "orange", Broken: "red" }[
				frm.doc.status
			];
			if (colour) {
				frm.dashboard.set_headline_alert(collections_app.escape(frm.doc.result), colour);
			}
		}
		if (!frm.is_new() && frm.doc.case) {
			frm.add_custom_button(__("Case"), () =>
				frappe.set_route("Form", "Collection Case", frm.doc.case),
			);
		}
	},

	customer: (frm) => frm.clear_table("invoices"),
	company: (frm) => frm.clear_table("invoices"),

	// Fills the table with the open invoices of the promise's currency and takes their sum as the amount.
	async pick_invoices(frm) {
		const rows = await frappe.xcall("collections_app.api.cases.get_open_invoices", {
			customer: frm.doc.customer,
			company: frm.doc.company,
		});
		const currency = frm.doc.currency || (rows[0] || {}).currency;
		const fitting = rows.filter((row) => row.currency === currency);
		if (!fitting.length) {
			frappe.msgprint(__("This customer has no open invoice in this company and currency."));
			return;
		}
		frappe.prompt(
			{
				fieldname: "invoices",
				fieldtype: "MultiCheck",
				label: __("Open Invoices"),
				columns: 1,
				options: fitting.map((row) => ({
					value: row.sales_invoice,
					label: `${row.sales_invoice}: ${strip_html(
						collections_app.money(row.outstanding, row.currency),
					)}, ${__("due {0}", [collections_app.date(row.due_date)])}`,
					checked: row.days_overdue > 0,
				})),
			},
			({ invoices }) => {
				frm.clear_table("invoices");
				const picked = fitting.filter((row) => invoices.includes(row.sales_invoice));
				for (const row of picked) frm.add_child("invoices", row);
				frm.refresh_field("invoices");
				frm.set_value("currency", currency);
				frm.set_value(
					"amount",
					flt(
						picked.reduce((sum, row) => sum + row.outstanding, 0),
						2,
					),
				);
			},
			__("Open Invoices"),
			__("Take Over"),
		);
	},
});
