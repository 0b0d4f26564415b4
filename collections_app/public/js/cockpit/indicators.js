// Overdue, DSO and its kin: a tile each, with its line over the period and how it moved.
import { link } from "./go.js";
import { sparkline } from "./spark.js";
import { counted, day, figure, signed_money } from "./text.js";

const { escape } = collections_app;

export const indicators = {
	name: "indicators",
	title: __("Key Figures"),
	kinds: ["payment", "case", "run", "score"],
	lines: 6,
	args: (panel) => ({ period: panel.cockpit.period }),
	show({ figures, currency, as_of }, panel) {
		panel.tools.html(
			as_of
				? `<span class="text-muted">${__("DSO to CEI as of {0}", [day(as_of)])}</span>`
				: "",
		);
		return `<div class="cockpit-tiles">${figures.map((one) => tile(one, currency)).join("")}</div>`;
	},
};

function tile(one, currency) {
	const known = one.value !== null;
	const value = known ? figure(one.value, one.unit, currency) : "–";
	const shown = link(one, escape(value), {
		classes: "tile-value",
		label: `${one.label}: ${value}`,
	});
	return `<div class="cockpit-tile" data-figure="${one.name}">
		<div class="tile-label" title="${escape(one.help)}">${escape(one.label)}</div>
		${shown}
		${change(one, currency)}
		${one.note ? `<p class="cockpit-note">${escape(one.note)}</p>` : ""}
		${one.values.length ? sparkline(one.values, one.days, spoken(one, currency)) : ""}
		${extra(one)}
	</div>`;
}

function change({ change: by, unit, good_when, days }, currency) {
	if (by === null) return "";
	if (!by) return `<div class="tile-change text-muted">${__("unchanged")}</div>`;
	const is_good = by > 0 === (good_when === "up");
	const amount =
		unit === "money"
			? signed_money(by, currency)
			: `${by < 0 ? "−" : "+"}${format_number(Math.abs(by), null, 1)}`;
	const words = is_good ? __("better") : __("worse");
	const since = days.length ? __("since {0}", [day(days[0])]) : "";
	return `<div class="tile-change ${is_good ? "is-good" : "is-bad"}">
		<span aria-hidden="true">${by > 0 ? "▲" : "▼"}</span> ${escape(amount)}
		<span class="sr-only">${words}</span> <span class="text-muted">${escape(since)}</span></div>`;
}

function extra({ name, customers, share }) {
	if (name !== "overdue" || !customers) return "";
	const parts = [counted(customers, __("1 customer"), __("{0} customers", [customers]))];
	if (share !== null)
		parts.push(__("{0} % of what is outstanding", [format_number(share, null, 1)]));
	return `<p class="cockpit-note">${parts.join(", ")}</p>`;
}

function spoken({ label, values, days, unit }, currency) {
	const ends = [values[0], values[values.length - 1]].map((one) => figure(one, unit, currency));
	return __("{0}: from {1} on {2} to {3}", [label, ends[0], day(days[0]), ends[1]]);
}
