// The rehearsed days week by week: how many messages and calls a day, and how much they chase.
import { month, weekday } from "../shared/dates.js";

const { date } = collections_app;

// The busiest day has this much colour, the others less.
const STRONGEST = 0.34;

export function short_money(amount, currency) {
	const [number, unit] = String(
		frappe.utils.shorten_number(amount, frappe.sys_defaults.country, 4, 1) || 0,
	).split(" ");
	const written = format_number(parseFloat(number), null, unit ? 1 : 0);
	return [get_currency_symbol(currency) || currency, written, unit].filter(Boolean).join(" ");
}

export function calendar(data, number, small) {
	const { days } = data.sides[number];
	const busiest = Math.max(1, ...days.map((day) => day.messages + day.calls + day.handed_over));
	const blanks = (count) => `<div class="rehearsal-blank"></div>`.repeat(count);
	const first = moment(data.start).isoWeekday();
	const last = moment(data.end).isoWeekday();
	const names = [1, 2, 3, 4, 5, 6, 7].map((day) => weekday(moment().isoWeekday(day)));
	const cells = days.map((day, place) => cell(day, place, number, busiest, data.currency));
	return `<div class="rehearsal-calendar ${small ? "small" : ""}" role="group" aria-label="${__(
		"Calendar",
	)}">
		${names.map((name) => `<div class="rehearsal-weekday">${name}</div>`).join("")}
		${blanks(first - 1)}${cells.join("")}${blanks(7 - last)}
		<div class="rehearsal-legend text-muted">
			<span class="dot-message"></span>${__("Messages")}
			<span class="dot-call"></span>${__("Calls and Tasks")}
			${
				data.sides[number].totals.handed_over
					? `<span class="dot-partner"></span>${__("To Agency, Lawyer or Insurer")}`
					: ""
			}
			<span class="dot-held"></span>${__("Held for a Person")}
		</div>
	</div>`;
}

function cell(day, place, number, busiest, currency) {
	const moment_of = moment(day.day);
	const started = place === 0 || moment_of.date() === 1 ? month(day.day) : "";
	const counts = [
		[
			"message",
			day.messages,
			day.messages === 1 ? __("1 message") : __("{0} messages", [day.messages]),
		],
		[
			"call",
			day.calls,
			day.calls === 1 ? __("1 call or task") : __("{0} calls and tasks", [day.calls]),
		],
		["partner", day.handed_over, __("{0} to a partner", [day.handed_over])],
		["held", day.held, __("{0} held", [day.held])],
	].filter(([, count]) => count);
	const load = ((day.messages + day.calls + day.handed_over) / busiest) * STRONGEST;
	const amount = day.amount ? short_money(day.amount, currency) : "";
	const told = [date(day.day), ...counts.map(([, , text]) => text), amount].filter(Boolean);
	const weekend = moment_of.isoWeekday() > 5 ? "weekend" : "";
	return `<button type="button" class="rehearsal-day ${weekend}" style="--load: ${load.toFixed(3)}"
		data-day="${day.day}" data-side="${number}" aria-pressed="false"
		${counts.length ? "" : "disabled"} title="${told.join(", ")}">
		<span class="sr-only">${told.join(", ")}</span>
		<span class="day-number">${moment_of.date()} <small>${started}</small></span>
		<span class="day-counts">${counts
			.map(([kind, count]) => `<span><i class="dot-${kind}"></i>${count}</span>`)
			.join("")}</span>
		<span class="day-amount">${amount}</span>
	</button>`;
}
