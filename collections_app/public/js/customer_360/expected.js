// The open items, each with the day it will probably be paid and how sure that is; promises and disputes beside them.
import { empty } from "../shared/states.js";
import { ask } from "./server.js";

const { escape, money, date, link, pill, status_pill } = collections_app;
const MARKS = {
	promise: () => pill(__("Promised"), "blue"),
	dispute: () => pill(__("In Dispute"), "orange"),
};

export class Expected {
	constructor(panel) {
		this.panel = panel;
	}

	read(subject) {
		return ask("expected", subject);
	}

	draw(data, $body) {
		const { items, left_out, predicted_on, promises, disputes } = data;
		if (!items.length) {
			$body.html(
				empty(__("Nothing is open."), __("Every invoice is paid.")) +
					agreed(promises, disputes),
			);
			return;
		}
		const scale = scale_of(items);
		const more = left_out
			? `<div class="text-muted small">${__("{0} more items are in the statement.", [left_out])}</div>`
			: "";
		const told = predicted_on
			? __("Predicted on {0}. The dot is the day to expect, the bar the days it may be.", [
					date(predicted_on),
				])
			: __("Predictions come with the daily run.");
		$body.html(`<div class="c360-scroll"><table class="c360-table c360-expected">
				<thead><tr><th>${__("Invoice")}</th><th>${__("Due")}</th>
				<th class="text-right">${__("Open")}</th><th>${__("Expected")}</th>
				<th class="c360-range-head" aria-hidden="true">${scale ? scale_head(scale) : ""}</th></tr></thead>
				<tbody>${items.map((one) => row(one, scale)).join("")}</tbody>
			</table></div>${more}
			<div class="text-muted small">${told}</div>${agreed(promises, disputes)}`);
	}
}

// The days the picture spans: from today, or the earliest, to some weeks after the last one to expect. A range that
// goes on for years would leave no room for the others: it is cut, and ends open.
const BEYOND_DAYS = 45;

function scale_of(items) {
	const predicted = items.filter((one) => one.prediction).map((one) => one.prediction);
	if (!predicted.length) return null;
	const time = (day) => moment(day).valueOf();
	const from = Math.min(
		time(frappe.datetime.get_today()),
		...predicted.map((one) => time(one.earliest_on)),
	);
	const last = Math.max(...predicted.map((one) => time(one.expected_on)));
	const latest = Math.max(...predicted.map((one) => time(one.latest_on)));
	const until = Math.min(latest, moment(last).add(BEYOND_DAYS, "days").valueOf());
	const place = (day) =>
		until === from ? 50 : Math.min(100, (100 * (time(day) - from)) / (until - from));
	return { from, until, place };
}

const scale_head = ({ from, until }) =>
	`<span>${date(moment(from).format("YYYY-MM-DD"))}</span><span>${date(moment(until).format("YYYY-MM-DD"))}</span>`;

function row(one, scale) {
	const late = one.days_overdue;
	const due = one.is_credit
		? `<span class="text-muted">${__("Credit")}</span>`
		: `<span class="text-nowrap">${date(one.due_date)}</span>
			<span class="text-nowrap ${late > 0 ? "c360-warn" : "text-muted"}">${
				late > 0 ? collections_app.days_overdue(late) : __("in {0} days", [-late])
			}</span>`;
	const { prediction } = one;
	const chance = prediction ? __("{0} % late", [Math.round(prediction.late_chance)]) : "";
	const expected = prediction
		? `<span class="text-nowrap">${date(prediction.expected_on)}</span>
			<span class="text-nowrap text-muted">${chance}</span>`
		: `<span class="text-muted">–</span>`;
	const marks = one.marks.map((mark) => MARKS[mark]()).join(" ");
	return `<tr><td><span class="text-nowrap">${link(one.voucher_type, one.voucher_no, one.voucher_no)}</span> ${marks}</td>
		<td>${due}</td><td class="text-right text-nowrap">${money(one.outstanding, one.currency)}</td>
		<td data-label="${__("Expected")}">${expected}</td><td class="c360-range">${range(prediction, scale)}</td></tr>`;
}

function range(prediction, scale) {
	if (!prediction) return "";
	const { earliest_on, expected_on, latest_on } = prediction;
	const left = scale.place(earliest_on);
	const width = Math.max(1, scale.place(latest_on) - left);
	const goes_on = moment(latest_on).valueOf() > scale.until ? "goes-on" : "";
	const told = __("between {0} and {1}", [date(earliest_on), date(latest_on)]);
	return `<div class="c360-range-bar" role="img" aria-label="${escape(told)}" title="${escape(told)}">
		<div class="c360-range-span ${goes_on}" style="left: ${left}%; width: ${width}%"></div>
		<div class="c360-range-dot" style="left: ${scale.place(expected_on)}%"></div></div>`;
}

function agreed(promises, disputes) {
	const rows = [
		...promises.map((one) => {
			const text = __("{0} promised by {1}", [
				strip_html(money(one.amount, one.currency)),
				date(one.due_on),
			]);
			return [link("Promise to Pay", one.name, text), one.status];
		}),
		...disputes.map((one) => {
			const amount = strip_html(money(one.disputed_amount, one.currency));
			const text = `${one.sales_invoice}: ${__(one.reason)}, ${amount}`;
			return [link("Invoice Dispute", one.name, text), one.status];
		}),
	];
	if (!rows.length) return "";
	return `<h4>${__("Promises and Disputes")}</h4>${rows
		.map(
			([text, status]) =>
				`<div class="c360-line"><span>${text}</span>${status_pill(status)}</div>`,
		)
		.join("")}`;
}
