// The dialogs with which a collector records what a customer said. Each takes `done`, called after it was saved.
frappe.provide("collections_app");

const API = "collections_app.api.cases";

function submit(dialog, method, args, message, done) {
	dialog.disable_primary_action();
	return frappe
		.call({ method: `${API}.${method}`, args, freeze: true })
		.then((answer) => {
			dialog.hide();
			frappe.show_alert({ message, indicator: "green" });
			if (done) done(answer.message);
		})
		.catch(() => dialog.enable_primary_action());
}

function open_invoices(customer, company) {
	return frappe
		.xcall(`${API}.get_open_invoices`, { customer, company })
		.then((rows) => rows || []);
}

function nothing_open() {
	frappe.msgprint({
		title: __("Nothing Open"),
		message: __("This customer has no open invoice in this company."),
		indicator: "blue",
	});
}

// Rows for the picker: the overdue ones ticked, one currency only, since a promise has one.
function picker_rows(invoices, currency, chosen) {
	return invoices
		.filter((row) => row.currency === currency)
		.map((row, index) => ({
			idx: index + 1,
			name: row.sales_invoice,
			__checked: chosen
				? Number(chosen.includes(row.sales_invoice))
				: Number(row.days_overdue > 0),
			sales_invoice: row.sales_invoice,
			due_date: row.due_date,
			days_overdue: row.days_overdue,
			currency: row.currency,
			outstanding: row.outstanding,
		}));
}

function invoice_picker(rows, on_change) {
	const column = (fieldname, label, fieldtype, columns, extra = {}) => ({
		fieldname,
		label,
		fieldtype,
		columns,
		in_list_view: 1,
		read_only: 1,
		...extra,
	});
	return {
		fieldname: "invoices",
		fieldtype: "Table",
		label: __("Invoices"),
		cannot_add_rows: true,
		cannot_delete_rows: true,
		in_place_edit: false,
		data: rows,
		get_data: () => rows,
		on_change,
		fields: [
			column("sales_invoice", __("Invoice"), "Link", 4, { options: "Sales Invoice" }),
			column("due_date", __("Due Date"), "Date", 2),
			column("days_overdue", __("Days Overdue"), "Int", 2),
			column("outstanding", __("Outstanding"), "Currency", 2, { options: "currency" }),
			{
				fieldname: "currency",
				fieldtype: "Link",
				options: "Currency",
				label: __("Currency"),
				hidden: 1,
			},
		],
	};
}

const checked = (dialog) => dialog.fields_dict.invoices.grid.get_selected_children();
const sum = (rows) => rows.reduce((total, row) => total + flt(row.outstanding), 0);

// The grid tells nobody about a ticked row, so the amount follows the clicks on its checkboxes.
function follow_ticks(dialog) {
	const update = () => dialog.set_value("amount", flt(sum(checked(dialog)), 2));
	dialog.fields_dict.invoices.grid.wrapper.on("change", ".grid-row-check", () =>
		setTimeout(update),
	);
	update();
}

collections_app.record_promise = async function ({ customer, company, invoices, done }) {
	const open = await open_invoices(customer, company);
	if (!open.length) return nothing_open();
	const currencies = [...new Set(open.map((row) => row.currency))];
	const named = invoices && open.find((row) => invoices.includes(row.sales_invoice));
	const first = named || open.find((row) => row.days_overdue > 0) || open[0];
	const dialog = new frappe.ui.Dialog({
		title: __("Promise to Pay"),
		size: "large",
		fields: [
			{
				fieldname: "due_on",
				fieldtype: "Date",
				label: __("Pay By"),
				reqd: 1,
				default: frappe.datetime.add_days(frappe.datetime.get_today(), 7),
			},
			{ fieldname: "promised_by", fieldtype: "Data", label: __("Promised By") },
			{ fieldtype: "Column Break" },
			{
				fieldname: "amount",
				fieldtype: "Currency",
				label: __("Amount"),
				options: "currency",
				reqd: 1,
			},
			{
				fieldname: "currency",
				fieldtype: "Select",
				label: __("Currency"),
				options: currencies,
				default: first.currency,
				read_only: currencies.length === 1,
				onchange: () => show_rows(dialog.get_value("currency")),
			},
			{
				fieldname: "channel",
				fieldtype: "Select",
				label: __("By"),
				options: ["Phone", "E-mail", "Meeting", "Letter", "Other"],
				default: "Phone",
			},
			{ fieldtype: "Section Break" },
			invoice_picker(picker_rows(open, first.currency, invoices)),
			{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
		],
		primary_action_label: __("Record Promise"),
		primary_action(values) {
			const picked = checked(dialog).map((row) => row.sales_invoice);
			if (!picked.length) return frappe.msgprint(__("Tick at least one invoice"));
			const { due_on, amount, currency, promised_by, channel, note } = values;
			const args = {
				customer,
				company,
				due_on,
				amount,
				currency,
				promised_by,
				channel,
				note,
			};
			return submit(
				dialog,
				"record_promise",
				{ ...args, invoices: picked },
				__("Promise recorded"),
				done,
			);
		},
	});
	const show_rows = (currency) => {
		const field = dialog.fields_dict.invoices;
		field.df.data = picker_rows(open, currency, invoices);
		field.df.get_data = () => field.df.data;
		field.grid.df.data = field.df.data;
		field.grid.refresh();
		dialog.set_value("amount", flt(sum(checked(dialog)), 2));
	};
	dialog.show();
	follow_ticks(dialog);
};

collections_app.record_dispute = async function ({ customer, company, invoice, done }) {
	const open = await open_invoices(customer, company);
	if (!open.length) return nothing_open();
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
				label: __("Who Clears It"),
				options: "User",
			},
			{
				fieldname: "answer_due_on",
				fieldtype: "Date",
				label: __("Answer Due On"),
				default: frappe.datetime.add_days(frappe.datetime.get_today(), 7),
			},
			{ fieldtype: "Section Break" },
			{
				fieldname: "description",
				fieldtype: "Small Text",
				label: __("What the Customer Says"),
			},
		],
		primary_action_label: __("Open Dispute"),
		primary_action({ currency, ...args }) {
			return submit(dialog, "record_dispute", args, __("Dispute opened"), done);
		},
	});
	const fill = (name) => {
		const row = of_name[name];
		if (!row) return;
		dialog.set_value("currency", row.currency);
		dialog.set_value("disputed_amount", row.outstanding);
	};
	dialog.show();
	if (invoice) fill(invoice);
};

collections_app.CALL_OUTCOMES = ["Reached", "Will Pay", "Call Back", "No Answer", "Wrong Number"];

collections_app.log_call = function ({ case: case_name, done }) {
	const dialog = new frappe.ui.Dialog({
		title: __("Log Call"),
		fields: [
			{
				fieldname: "outcome",
				fieldtype: "Select",
				label: __("Outcome"),
				options: collections_app.CALL_OUTCOMES.map((value) => ({
					value,
					label: __(value),
				})),
				default: "Reached",
				reqd: 1,
			},
			{
				fieldname: "next_action_on",
				fieldtype: "Date",
				label: __("Call Again On"),
			},
			{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
		],
		primary_action_label: __("Log Call"),
		primary_action: (values) =>
			submit(dialog, "log_call", { case: case_name, ...values }, __("Call logged"), done),
	});
	dialog.show();
};

collections_app.pause = function ({ case: case_name, done }) {
	const dialog = new frappe.ui.Dialog({
		title: __("Pause"),
		fields: [
			{
				fieldname: "until",
				fieldtype: "Date",
				label: __("Until"),
				description: __("No message goes out before this date"),
				default: frappe.datetime.add_days(frappe.datetime.get_today(), 14),
				reqd: 1,
			},
			{ fieldname: "reason", fieldtype: "Data", label: __("Reason"), reqd: 1 },
		],
		primary_action_label: __("Pause"),
		primary_action: (values) =>
			submit(dialog, "pause", { case: case_name, ...values }, __("Paused"), done),
	});
	dialog.show();
};
