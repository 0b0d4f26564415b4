// The table as a file for a spreadsheet.
const COLUMNS = () => [
	[__("Plan"), (row) => row.plan],
	[__("Day"), (row) => row.day],
	[__("Customer"), (row) => row.customer],
	[__("Customer Name"), (row) => row.customer_name],
	[__("Step"), (row) => row.step],
	[__("Level"), (row) => row.level],
	[__("Channel"), (row) => row.channel],
	[__("Letter"), (row) => row.letter],
	[__("Language"), (row) => row.language],
	[__("Invoices"), (row) => row.invoices.map(([, name]) => name).join(" ")],
	[__("Currency"), (row) => row.currency],
	[__("Amount"), (row) => row.total],
	[__("Amount in Company Currency"), (row) => row.total_base],
	[__("Needs Approval"), (row) => (row.requires_approval ? __("Yes") : __("No"))],
	[__("Held"), (row) => row.held.join(". ")],
];

export function to_csv(data) {
	const columns = COLUMNS();
	const two = data.sides.length > 1;
	const head = columns.map(([label]) => label);
	const lines = [two ? [__("Rehearsed"), ...head] : head];
	for (const side of data.sides) {
		const name = side.plan || __("Plans of Today");
		for (const row of side.rows) {
			const values = columns.map(([, value]) => value(row));
			lines.push(two ? [name, ...values] : values);
		}
	}
	return lines.map((line) => line.map(cell).join(",")).join("\r\n");
}

function cell(value) {
	if (typeof value === "number") return String(value);
	const text = String(value ?? "");
	// a spreadsheet would take such a name for a formula
	const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return `"${harmless.replace(/"/g, '""')}"`;
}

export function download_csv(data) {
	// the mark at the start tells a spreadsheet that the file is UTF-8
	const file = new Blob(["\ufeff", to_csv(data)], { type: "text/csv;charset=utf-8" });
	const anchor = document.createElement("a");
	anchor.href = URL.createObjectURL(file);
	anchor.download = `rehearsal-${data.start}-${data.end}.csv`;
	document.body.append(anchor);
	anchor.click();
	anchor.remove();
	setTimeout(() => URL.revokeObjectURL(anchor.href), 1000);
}
