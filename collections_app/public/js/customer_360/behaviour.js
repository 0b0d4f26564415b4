// How the customer pays: each invoice by the day it was paid and the days it was late, its amount as the size of the dot,
// and the mean of six months as a line. Drawn as SVG: the desk's chart has no dots of several sizes on a line of time.
import { empty } from "../shared/states.js";
import { ask } from "./server.js";

const { escape, money, date } = collections_app;
const WIDEST = 760;
const NARROWEST = 320;
const HEIGHT = 250;
const MARGIN = { top: 22, right: 16, bottom: 26, left: 44 };
const SMALLEST = 3;
const LARGEST = 13;
// a few invoices that are far out must not flatten all the others
const FAR = 0.98;

export class Behaviour {
	constructor(panel) {
		this.panel = panel;
	}

	read(subject) {
		return ask("behaviour", subject);
	}

	draw(data, $body) {
		if (!data.points.length) {
			$body.html(
				empty(__("No invoice was due yet."), __("What was paid when stands here then.")),
			);
			return;
		}
		const width = Math.max(NARROWEST, Math.min(WIDEST, $body.width() || WIDEST));
		$body.html(`<div class="c360-words">${words(data).join(" ")}</div>${picture(data, width)}
			<div class="ageing-legends">${legend(data)}</div>`);
	}
}

function lateness(days) {
	if (!days) return __("Pays on the due date.");
	if (days === 1) return __("Pays one day late.");
	if (days === -1) return __("Pays one day early.");
	const shown = `<b>${Math.abs(days)}</b>`;
	return days > 0 ? __("Pays {0} days late.", [shown]) : __("Pays {0} days early.", [shown]);
}

function change(days) {
	if (days === 1) return __("That is one day later than before.");
	if (days === -1) return __("That is one day earlier than before.");
	return days > 0
		? __("That is {0} days later than before.", [days])
		: __("That is {0} days earlier than before.", [-days]);
}

function words({ figures }) {
	if (!figures || figures.mean_days_late === null) return [__("Nothing is paid yet.")];
	const late = Math.round(figures.recent_days_late ?? figures.mean_days_late);
	const lines = [lateness(late)];
	const trend = figures.trend_days === null ? 0 : Math.round(figures.trend_days);
	if (trend) lines.push(change(trend));
	if (figures.late_ratio !== null) {
		lines.push(__("{0} % of its invoices were late.", [Math.round(figures.late_ratio)]));
	}
	return lines;
}

function legend({ points, left_out }) {
	const entries = [
		[`<span class="c360-key key-late"></span>`, __("paid late")],
		[`<span class="c360-key key-early"></span>`, __("paid in time")],
	];
	if (points.some((one) => !one.paid_on)) {
		entries.push([`<span class="c360-key key-open"></span>`, __("still open")]);
	}
	entries.push([`<span class="c360-key key-line"></span>`, __("mean of six months, by amount")]);
	const more = left_out
		? `<div class="ageing-legend text-muted">${__("{0} older invoices are left out.", [left_out])}</div>`
		: "";
	return (
		entries
			.map(
				([mark, text]) =>
					`<div class="ageing-legend">${mark}<span class="text-muted">${text}</span></div>`,
			)
			.join("") + more
	);
}

function picture({ points, months, currency }, width) {
	const time = (day) => moment(day).valueOf();
	const from = Math.min(
		...points.map((one) => time(one.at)),
		...months.map((one) => time(one.month)),
	);
	const until = Math.max(
		...points.map((one) => time(one.at)),
		...months.map((one) => time(one.month)),
	);
	const [low, high] = limits(points.map((one) => one.days_late));
	const x = (day) =>
		until === from
			? (MARGIN.left + width - MARGIN.right) / 2
			: MARGIN.left +
				((time(day) - from) / (until - from)) * (width - MARGIN.left - MARGIN.right);
	const y = (days) =>
		MARGIN.top +
		((high - Math.max(low, Math.min(high, days))) / (high - low)) *
			(HEIGHT - MARGIN.top - MARGIN.bottom);
	const most = Math.max(...points.map((one) => one.amount), 1);
	const dots = [...points]
		.sort((one, other) => other.amount - one.amount)
		.map((one) => dot(one, x(one.at), y(one.days_late), most, currency))
		.join("");
	const line = months
		.map(
			(one, at) =>
				`${at ? "L" : "M"}${x(one.month).toFixed(1)} ${y(one.days_late).toFixed(1)}`,
		)
		.join(" ");
	const ticks = [...new Set([low, 0, high])].map(
		(
			days,
		) => `<line class="axis ${days ? "" : "zero"}" x1="${MARGIN.left}" x2="${width - MARGIN.right}"
			y1="${y(days)}" y2="${y(days)}"/><text x="${MARGIN.left - 6}" y="${y(days) + 4}"
			text-anchor="end">${days}</text>`,
	);
	const day = (value, anchor, place) =>
		`<text x="${place}" y="${HEIGHT - 8}" text-anchor="${anchor}">${date(
			moment(value).format("YYYY-MM-DD"),
		)}</text>`;
	const days =
		until === from
			? day(from, "middle", (MARGIN.left + width - MARGIN.right) / 2)
			: day(from, "start", MARGIN.left) + day(until, "end", width - MARGIN.right);
	const told = __("Days late of {0} invoices from {1} to {2}", [
		points.length,
		date(moment(from).format("YYYY-MM-DD")),
		date(moment(until).format("YYYY-MM-DD")),
	]);
	return `<svg class="c360-picture" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${escape(told)}">
		<text class="axis-name" x="${MARGIN.left}" y="${MARGIN.top - 8}">${__("days late")}</text>
		${ticks.join("")}${days}${dots}${line ? `<path class="mean" d="${line}"/>` : ""}</svg>`;
}

// From below the earliest to above the latest, in round numbers, with the due date among them.
function limits(values) {
	const sorted = [...values].sort((one, other) => one - other);
	const at = (share) =>
		sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))];
	const round = (value, up) => (up ? Math.ceil(value / 10) : Math.floor(value / 10)) * 10;
	return [Math.min(0, round(at(1 - FAR), false)), Math.max(10, round(at(FAR), true))];
}

function dot(one, x, y, most, currency) {
	const size = SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(Math.max(0, one.amount) / most);
	const kind = one.paid_on ? (one.days_late > 0 ? "late" : "early") : "open";
	const when = one.paid_on
		? one.days_late > 0
			? __("paid {0}, {1} days late", [date(one.paid_on), one.days_late])
			: __("paid {0}, {1} days before it was due", [date(one.paid_on), -one.days_late])
		: __("open, {0} days overdue", [one.days_late]);
	const title = `${one.invoice}: ${strip_html(money(one.amount, currency))}, ${when}`;
	return `<circle class="dot dot-${kind}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${size.toFixed(
		1,
	)}"><title>${escape(title)}</title></circle>`;
}
