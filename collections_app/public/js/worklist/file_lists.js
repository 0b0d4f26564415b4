// The longer parts of the file: open invoices with what is expected of them, and what happened last.
const { date, money, link, pill } = collections_app;
export const SHOWN = 12;

export function invoices({ rows, count }) {
	if (!count) return `<p class="text-muted">${__("No invoice is open.")}</p>`;
	const more =
		count > rows.length
			? `<p class="text-muted">${__("{0} younger invoices are not shown.", [count - rows.length])}</p>`
			: "";
	return `<div class="worklist-scroll"><table class="table worklist-table"><thead><tr>
		<th>${__("Invoice")}</th><th>${__("Due")}</th><th class="text-right">${__("Days Overdue")}</th>
		<th class="text-right">${__("Outstanding")}</th><th>${__("Payment Expected")}</th></tr></thead>
		<tbody>${rows.map(invoice).join("")}</tbody></table></div>${more}`;
}

function invoice(row) {
	const marks = [
		row.in_dispute ? pill(__("In dispute"), "orange") : "",
		row.promised_for ? pill(__("Promised by {0}", [date(row.promised_for)]), "blue") : "",
	];
	const range =
		row.expected_on && row.earliest_on
			? `<span class="text-muted small">${__("{0} to {1}", [date(row.earliest_on), date(row.latest_on)])}</span>`
			: "";
	return `<tr>
		<td class="text-nowrap">${link("Sales Invoice", row.sales_invoice)}</td>
		<td class="text-nowrap">${date(row.due_date)}</td>
		<td class="text-right">${row.days_overdue > 0 ? row.days_overdue : ""}</td>
		<td class="text-right text-nowrap">${money(row.outstanding, row.currency)}</td>
		<td>${date(row.expected_on)} ${range} ${marks.join(" ")}</td>
	</tr>`;
}

// What happened on a day, without an hour, has the day alone.
const told = (when) =>
	when.includes(" 00:00:00") ? date(when) : frappe.datetime.str_to_user(when);

// The contents come from the server as HTML that is safe to show.
export function history(events) {
	if (!events.length) return `<p class="text-muted">${__("Nothing yet")}</p>`;
	return `<ol class="worklist-history">${events
		.map(
			({ icon, moment: when, content }) => `<li>
				<span class="text-muted">${frappe.utils.icon(icon, "sm")} ${told(when)}</span>
				<div>${content}</div></li>`,
		)
		.join("")}</ol>`;
}
