const API = "collections_app.api.bank_files";
const escape = (text) => collections_app.escape(text);
// what changes what the sample becomes
const LAYOUT = [
	"bank_account",
	"delimiter",
	"encoding",
	"date_format",
	"decimal_mark",
	"currency",
	"skip_rows",
	"skip_last",
	"turn_sign",
	"signed_debits",
	"no_headings",
];

frappe.ui.form.on("Bank CSV Format", {
	setup(frm) {
		frm.show_preview = frappe.utils.debounce(() => frm.events.preview(frm), 400);
	},

	refresh(frm) {
		frm.set_query("bank_account", () => ({
			filters: { company: frm.doc.company, is_company_account: 1 },
		}));
		frm.set_df_property("columns", "cannot_add_rows", Boolean(frm.doc.sample_file));
		const finished = (frm.doc.columns || []).some((column) => column.meaning);
		frm.dashboard.clear_headline();
		if (!finished && !frm.is_new()) {
			frm.dashboard.set_headline_alert(
				frm.doc.sample_file
					? __("Not used yet: check the columns and the preview below, then save.")
					: __("Not used yet: attach a sample file; its columns are then guessed."),
				"blue",
			);
		}
		if (finished && !frm.is_new() && !frm.doc.disabled) frm.events.offer_upload(frm);
		// attaching saves the form, so the sample is there when it comes back
		if (frm.doc.sample_file && !(frm.doc.columns || []).length) frm.events.guess(frm);
		else frm.show_preview();
	},

	sample_file: (frm) => frm.show_preview(),

	async guess(frm) {
		const { message: found } = await frappe.call({
			method: `${API}.guess_csv_format`,
			args: { doc: frm.doc },
			freeze: true,
			freeze_message: __("Looking at the sample..."),
		});
		const { columns, ...values } = found;
		await frm.set_value(values);
		frm.clear_table("columns");
		for (const column of columns) frm.add_child("columns", column);
		frm.refresh_field("columns");
		frm.dirty();
		frm.show_preview();
	},

	async preview(frm) {
		const wrapper = frm.get_field("preview_html").$wrapper;
		if (!frm.doc.sample_file) {
			wrapper.empty();
			return;
		}
		const asked = (frm.preview_number = (frm.preview_number || 0) + 1);
		const found = await frappe.xcall(`${API}.preview_csv_format`, { doc: frm.doc });
		if (asked === frm.preview_number) wrapper.html(preview_html(frm, found));
	},

	// Where its files can be read, now that it is known how.
	async offer_upload(frm) {
		const connectors = await frappe.db.get_list("Connector Config", {
			filters: { company: frm.doc.company, connector: "file_drop", enabled: 1 },
			fields: ["name"],
			limit: 5,
		});
		for (const { name } of connectors) {
			frm.add_custom_button(
				name,
				() => frappe.set_route("Form", "Connector Config", name),
				__("Upload Files"),
			);
		}
	},
});

for (const field of LAYOUT) {
	frappe.ui.form.on("Bank CSV Format", field, (frm) => frm.show_preview());
}
frappe.ui.form.on("Bank CSV Column", {
	meaning: (frm) => frm.show_preview(),
	columns_remove: (frm) => frm.show_preview(),
});

function preview_html(frm, found) {
	const delimiter = { Semicolon: ";", Comma: ",", Tab: " → ", Pipe: "|" }[frm.doc.delimiter];
	const raw = (cells) => `<code class="bank-csv-raw">${escape(cells.join(delimiter))}</code>`;
	const head = [
		...found.before.filter((row) => row.some((cell) => cell.trim())).map((row) => raw(row)),
		found.headings.length ? `<b>${raw(found.headings)}</b>` : "",
	];
	const rows = found.rows.map(
		(row) =>
			`<tr class="${row.error ? "bank-csv-error" : ""}"><td class="text-muted">${row.number}</td>` +
			`<td>${raw(row.cells)}</td>${became(row)}</tr>`,
	);
	return `<div class="bank-csv-preview">
		<p class="bank-csv-summary">${summary(found)}</p>
		<table class="table table-bordered table-sm">
			<thead><tr><th></th><th>${__("In the File")}</th><th>${__("Date")}</th>
				<th class="text-right">${__("Amount")}</th><th>${__("Payer or Payee")}</th>
				<th>${__("Remittance Text")}</th></tr></thead>
			<tbody>${head
				.filter(Boolean)
				.map((text) => `<tr><td></td><td>${text}</td><td colspan="4"></td></tr>`)
				.join("")}${rows.join("")}</tbody>
		</table></div>`;
}

function became({ line, error, pending }) {
	if (error) return `<td colspan="4" class="text-danger">${escape(error)}</td>`;
	if (pending)
		return `<td colspan="4" class="text-muted">${__("Not booked yet: left out")}</td>`;
	if (!line) return `<td colspan="4"></td>`;
	const party = [line.party, line.iban].filter(Boolean).map(escape).join("<br>");
	const colour = line.amount < 0 ? "text-danger" : "text-success";
	return (
		`<td class="text-nowrap">${frappe.datetime.str_to_user(line.date)}</td>` +
		`<td class="text-right text-nowrap ${colour}">${format_currency(line.amount, line.currency)}</td>` +
		`<td>${party}</td><td>${escape(line.remittance)}</td>`
	);
}

function summary(found) {
	if (found.problem) {
		return `<span class="indicator-pill orange no-indicator-dot">${escape(found.problem)}</span>`;
	}
	const pills = [[found.booked === 1 ? __("1 line") : __("{0} lines", [found.booked]), "green"]];
	if (found.pending) pills.push([__("{0} not booked yet", [found.pending]), "gray"]);
	if (found.failed) pills.push([__("{0} cannot be read", [found.failed]), "red"]);
	if (found.account) pills.push([__("Account {0}", [escape(found.account)]), "blue"]);
	return pills
		.map(
			([text, colour]) =>
				`<span class="indicator-pill ${colour} no-indicator-dot">${text}</span>`,
		)
		.join(" ");
}
