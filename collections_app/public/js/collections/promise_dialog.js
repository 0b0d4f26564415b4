// Record a promise: which invoices, how much, until when, in how many instalments.
frappe.provide("collections_app");

const { add_days, add_months, get_today } = frappe.datetime;
const MOST_INSTALMENTS = 24;

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

function invoice_picker(rows) {
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
		fields: [
			column("sales_invoice", __("Invoice"), "Link", 4, { options: "Sales Invoice" }),
			column("due_date", __("Due Date"), "Date", 2),
			column("days_overdue", __("Days Overdue"), "Int", 2),
			column("outstanding", __("Outstanding"), "Currency", 2, { options: "currency" }),
			hidden_currency(),
		],
	};
}

const hidden_currency = () => ({
	fieldname: "currency",
	fieldtype: "Link",
	options: "Currency",
	label: __("Currency"),
	hidden: 1,
});

function instalment_table(rows) {
	return {
		fieldname: "instalments",
		fieldtype: "Table",
		label: __("Instalments"),
		in_place_edit: true,
		data: rows,
		get_data: () => rows,
		depends_on: "eval:doc.count > 1",
		fields: [
			{
				fieldname: "due_on",
				label: __("Due On"),
				fieldtype: "Date",
				in_list_view: 1,
				reqd: 1,
				columns: 5,
			},
			{
				fieldname: "amount",
				label: __("Amount"),
				fieldtype: "Currency",
				options: "currency",
				in_list_view: 1,
				reqd: 1,
				columns: 5,
			},
			hidden_currency(),
		],
	};
}

// `amount` in `count` equal parts, the odd cents with the last; a month apart from the first day on.
collections_app.split_amount = function (amount, count, first_day, currency) {
	const part = flt(amount / count, 2);
	return Array.from({ length: count }, (_row, index) => ({
		idx: index + 1,
		name: `instalment-${index + 1}`,
		due_on: collections_app.working_day(add_months(first_day, index)),
		amount: index < count - 1 ? part : flt(amount - part * (count - 1), 2),
		currency,
	}));
};

const ticked = (dialog) => dialog.fields_dict.invoices.grid.get_selected_children();
const sum = (rows) => rows.reduce((total, row) => total + flt(row.outstanding), 0);

class PromiseDialog {
	constructor({ customer, company, invoices, promised_by, note, channel, done }, open) {
		Object.assign(this, { customer, company, invoices, done, open });
		this.currencies = [...new Set(open.map((row) => row.currency))];
		const named = invoices && open.find((row) => invoices.includes(row.sales_invoice));
		this.first = named || open.find((row) => row.days_overdue > 0) || open[0];
		this.instalments = [];
		this.make({ promised_by, note, channel });
	}

	make(given) {
		this.dialog = new frappe.ui.Dialog({
			title: __("Promise to Pay"),
			size: "large",
			fields: this.fields(given),
			primary_action_label: __("Record Promise"),
			primary_action: (values) => this.save(values),
		});
		this.dialog.show();
		collections_app.follow_shortcuts(this.dialog);
		// the grid tells nobody about a ticked row, so the amount follows the clicks on its checkboxes
		this.dialog.fields_dict.invoices.grid.wrapper.on("change", ".grid-row-check", () =>
			setTimeout(() => this.take_amount()),
		);
		this.take_amount();
	}

	fields({ promised_by, note, channel }) {
		return [
			{
				fieldname: "due_on",
				fieldtype: "Date",
				label: __("Pay By"),
				description: __("Of instalments: the first"),
				reqd: 1,
				default: collections_app.working_day(add_days(get_today(), 7)),
				onchange: () => this.split(),
			},
			collections_app.shortcut_field("days", this.days(), (day) =>
				this.dialog.set_value("due_on", day),
			),
			{
				fieldname: "promised_by",
				fieldtype: "Data",
				label: __("Promised By"),
				default: promised_by,
			},
			{ fieldtype: "Column Break" },
			{
				fieldname: "amount",
				fieldtype: "Currency",
				label: __("Amount"),
				options: "currency",
				reqd: 1,
				onchange: () => this.split(),
			},
			{
				fieldname: "currency",
				fieldtype: "Select",
				label: __("Currency"),
				options: this.currencies,
				default: this.first.currency,
				read_only: this.currencies.length === 1,
				onchange: () => this.show_invoices(),
			},
			{
				fieldname: "channel",
				fieldtype: "Select",
				label: __("By"),
				options: ["Phone", "E-mail", "Meeting", "Letter", "Other"].map((value) => ({
					value,
					label: __(value),
				})),
				default: channel || "Phone",
			},
			{
				fieldname: "count",
				fieldtype: "Int",
				label: __("Instalments"),
				default: 1,
				onchange: () => this.split(),
			},
			collections_app.shortcut_field(
				"split",
				[
					[__("All at Once"), 1],
					[__("Split into {0}", [2]), 2],
					[__("Split into {0}", [3]), 3],
					[__("Split into {0}", [6]), 6],
				],
				(count) => this.dialog.set_value("count", cint(count)),
			),
			{ fieldtype: "Section Break" },
			invoice_picker(picker_rows(this.open, this.first.currency, this.invoices)),
			instalment_table(this.instalments),
			{ fieldname: "note", fieldtype: "Small Text", label: __("Note"), default: note },
		];
	}

	// today's customer pays tomorrow, on Friday, in a week or at the end of the month
	days() {
		const friday = moment().isoWeekday(5);
		if (friday.isSameOrBefore(moment(), "day")) friday.add(7, "days");
		const end = moment().endOf("month").format("YYYY-MM-DD");
		const days = [
			[__("Tomorrow"), collections_app.working_day(add_days(get_today(), 1))],
			[__("Friday"), friday.format("YYYY-MM-DD")],
			[__("In a Week"), collections_app.working_day(add_days(get_today(), 7))],
			[__("Month End"), end],
		];
		return days.filter(([, day]) => day >= get_today());
	}

	take_amount() {
		this.dialog.set_value("amount", flt(sum(ticked(this.dialog)), 2));
	}

	show_invoices() {
		const field = this.dialog.fields_dict.invoices;
		field.df.data = picker_rows(this.open, this.dialog.get_value("currency"), this.invoices);
		field.df.get_data = () => field.df.data;
		field.grid.df.data = field.df.data;
		field.grid.refresh();
		this.take_amount();
	}

	// Writes the instalments anew: as many as wanted, from the first day on, adding up to the amount.
	split() {
		if (!this.dialog) return;
		const { count, amount, due_on, currency } = this.dialog.get_values(true) || {};
		const wanted = Math.min(Math.max(cint(count), 1), MOST_INSTALMENTS);
		this.instalments =
			wanted > 1 && amount && due_on
				? collections_app.split_amount(amount, wanted, due_on, currency)
				: [];
		const field = this.dialog.fields_dict.instalments;
		field.df.data = this.instalments;
		field.df.get_data = () => this.instalments;
		field.grid.df.data = this.instalments;
		field.grid.refresh();
	}

	save({ due_on, amount, currency, promised_by, channel, note }) {
		const picked = ticked(this.dialog).map((row) => row.sales_invoice);
		if (!picked.length) return frappe.msgprint(__("Tick at least one invoice"));
		const parts = this.dialog.fields_dict.instalments.grid.df.data || [];
		return collections_app.submit(
			this.dialog,
			"record_promise",
			{
				customer: this.customer,
				company: this.company,
				due_on,
				amount,
				currency,
				promised_by,
				channel,
				note,
				invoices: picked,
				instalments: parts.map((row) => ({ due_on: row.due_on, amount: row.amount })),
			},
			__("Promise recorded"),
			this.done,
		);
	}
}

collections_app.record_promise = async function (subject) {
	const open = await collections_app.open_invoices(subject.customer, subject.company);
	if (!open.length) return collections_app.nothing_open();
	return new PromiseDialog(subject, open).dialog;
};
