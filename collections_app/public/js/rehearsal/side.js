// One rehearsed plan: its figures, its calendar and its weeks.
import { calendar, short_money } from "./calendar.js";

const { escape, date, money } = collections_app;

export function side_title(data, number) {
	const { plan } = data.sides[number];
	return plan ? escape(plan) : __("Plans of Today");
}

export function side_panel(data, number) {
	const side = data.sides[number];
	const other = number > 0 ? data.sides[0] : null;
	const two = data.sides.length > 1;
	// figures of two sides stand at the same height, so the first one keeps room for a note too
	const note = two ? "&nbsp;" : "";
	return `<section class="rehearsal-side" data-side-panel="${number}">
		<h4>${side_title(data, number)} <span class="text-muted">${__("{0} customers", [
			side.customers,
		])}</span></h4>
		${figures(side.totals, other && other.totals, data.currency, note)}
		${side.row_count ? "" : nothing(side)}
		<div class="rehearsal-periods">
			${calendar(data, number, two)}
			${weeks(side.weeks, data.currency)}
		</div>
	</section>`;
}

function nothing(side) {
	const why = side.customers
		? __("No step becomes due in these days: paused, in dispute, or done already.")
		: side.plan
			? __("This plan catches no customer today. Choose it under Compare With to try it.")
			: __("No customer owes anything that a plan catches.");
	return `<div class="rehearsal-state rehearsal-empty">
		<b>${__("Nothing would go out.")}</b> <span class="text-muted">${why}</span></div>`;
}

function figures(totals, other, currency, note) {
	const difference = (key, show) => {
		if (!other) return note;
		const change = totals[key] - other[key];
		if (!change) return __("the same");
		return `${change > 0 ? "+" : "−"}${show(Math.abs(change))}`;
	};
	const figure = (key, label, show = (value) => value) =>
		`<div class="rehearsal-figure" data-figure="${key}">
			<div class="figure-label">${label}</div>
			<div class="figure-value">${show(totals[key])}</div>
			<div class="figure-note">${difference(key, show)}</div>
		</div>`;
	return `<div class="rehearsal-figures">
		${figure("messages", __("Messages"))}
		${figure("calls", __("Calls and Tasks"))}
		${totals.handed_over ? figure("handed_over", __("To Agency, Lawyer or Insurer")) : ""}
		${figure("customers", __("Customers Contacted"))}
		${figure("amount", __("Amount Chased"), (value) => short_money(value, currency))}
		${figure("held", __("Held for a Person"))}
	</div>`;
}

function weeks(rows, currency) {
	const body = rows
		.map(
			(row) => `<tr>
				<td class="text-nowrap">${date(row.week_start)}</td>
				<td class="text-right">${row.messages}</td>
				<td class="text-right">${row.calls}</td>
				<td class="text-right">${row.customers}</td>
				<td class="text-right text-nowrap">${money(row.amount, currency)}</td>
			</tr>`,
		)
		.join("");
	return `<div class="rehearsal-weeks"><table class="table">
		<thead><tr>
			<th>${__("Week From")}</th>
			<th class="text-right">${__("Messages")}</th>
			<th class="text-right">${__("Calls")}</th>
			<th class="text-right">${__("Customers")}</th>
			<th class="text-right">${__("Amount")}</th>
		</tr></thead>
		<tbody>${body}</tbody>
	</table></div>`;
}
