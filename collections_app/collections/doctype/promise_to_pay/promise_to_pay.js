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
		frm.set_df_property("due_on", "read_only", Number((frm.doc.instalments || []).length > 0));
		if (!open) frm.disable_form();
		if (open && frm.doc.customer && frm.doc.company) {
			frm.add_custom_button(__("Get Open Invoices"), () => frm.events.pick_invoices(frm));
			frm.add_custom_button(__("Split into Instalments"), () => frm.events.ask_split(frm));
		}
		if (frm.is_new()) return;
		frm.events.show_result(frm);
		if (open && frappe.model.can_write("Promise to Pay")) {
			frm.add_custom_button(__("Cancel Promise"), () => frm.events.cancel_promise(frm));
		}
		if (frm.doc.case) {
			frm.add_custom_button(__("Case"), () =>
				frappe.set_route("Form", "Collection Case", frm.doc.case),
			);
		}
	},

	show_result(frm) {
		const colour = {
			Kept: "green",
			"Partly Kept": "orange",
			Broken: "red",
			Cancelled: "gray",
		}[frm.doc.status];
		if (!colour) {
			const names = (frm.doc.invoices || []).map((row) => row.sales_invoice);
			const waits = names.length
				? __("Not chased until the promise is due: {0}", [names.join(", ")])
				: "";
			const text = [waits, frm.doc.result].filter(Boolean).join(". ");
			if (text) frm.dashboard.set_headline_alert(collections_app.escape(text), "blue");
		} else if (frm.doc.result) {
			frm.dashboard.set_headline_alert(collections_app.escape(frm.doc.result), colour);
		}
	},

	cancel_promise(frm) {
		collections_app.ask_reason(__("Cancel Promise"), (reason) =>
			frappe
				.xcall("collections_app.api.cases.cancel_promise", {
					promise: frm.doc.name,
					reason,
				})
				.then(() => frm.reload_doc()),
		);
	},

	customer: (frm) => frm.clear_table("invoices"),
	company: (frm) => frm.clear_table("invoices"),

	// Fills the table with the open invoices of the promise's currency and takes their sum as the amount.
	async pick_invoices(frm) {
		const rows = await collections_app.open_invoices(frm.doc.customer, frm.doc.company);
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

	// Equal instalments, a month apart; the first on the day given.
	ask_split(frm) {
		if (!frm.doc.amount) {
			frappe.msgprint(__("Say how much was promised"));
			return;
		}
		const first = (frm.doc.instalments || [])[0];
		frappe.prompt(
			[
				{
					fieldname: "count",
					fieldtype: "Int",
					label: __("Instalments"),
					default: 3,
					reqd: 1,
				},
				{
					fieldname: "first_day",
					fieldtype: "Date",
					label: __("First On"),
					default:
						(first && first.due_on) || frm.doc.due_on || frappe.datetime.get_today(),
					reqd: 1,
				},
			],
			({ count, first_day }) => {
				frm.clear_table("instalments");
				const wanted = Math.max(cint(count), 1);
				if (wanted > 1) {
					const parts = collections_app.split_amount(
						frm.doc.amount,
						wanted,
						first_day,
						frm.doc.currency,
					);
					for (const { due_on, amount, currency } of parts) {
						frm.add_child("instalments", { due_on, amount, currency, status: "Open" });
					}
					frm.set_value("due_on", parts[parts.length - 1].due_on);
				}
				frm.refresh_field("instalments");
				frm.set_df_property("due_on", "read_only", Number(wanted > 1));
			},
			__("Split into Instalments"),
			__("Split"),
		);
	},
});

frappe.ui.form.on("Promise to Pay Instalment", {
	// the promise is due with its last instalment
	due_on(frm) {
		const days = frm.doc.instalments.map((row) => row.due_on).filter(Boolean);
		if (days.length) frm.set_value("due_on", days.sort()[days.length - 1]);
	},
});
