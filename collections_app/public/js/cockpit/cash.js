// Cash of this week: what came in as a bar, against what was expected and how far off that may be.
import { weekday } from "../shared/dates.js";
import { link } from "./go.js";
import { day, money } from "./text.js";

const { escape } = collections_app;

export const cash = {
	name: "cash",
	title: __("Cash This Week"),
	kinds: ["payment", "run"],
	lines: 8,
	show(data) {
		const { collected, goal, currency, note } = data;
		const head = `<p class="cockpit-big">
			${link(
				{ route: data.collected_route, options: data.collected_options },
				money(collected, currency),
				{
					label: __("Collected this week: {0}", [money(collected, currency)]),
				},
			)}
			<span class="text-muted">${__("collected")}</span></p>`;
		const lines = [goal ? bullet(collected, goal, currency) : "", ...expected(data)];
		const about = note ? `<p class="cockpit-note">${escape(note)}</p>` : "";
		return `${head}${lines.join("")}${days(data)}${about}`;
	},
};

function bullet(collected, { low, expected, high }, currency) {
	const most = Math.max(high, collected, 1);
	const share = (value) => `${Math.min(100, (Math.max(value, 0) / most) * 100).toFixed(1)}%`;
	const label = __("{0} of {1} expected, between {2} and {3}", [
		money(collected, currency),
		money(expected, currency),
		money(low, currency),
		money(high, currency),
	]);
	return `<div class="cash-bullet" role="img" aria-label="${escape(label)}">
		<div class="cash-range" style="left: ${share(low)}; width: calc(${share(high)} - ${share(low)})"></div>
		<div class="cash-came" style="width: ${share(collected)}"></div>
		<div class="cash-goal" style="left: ${share(expected)}"></div>
	</div>`;
}

function expected({ goal, rest, route, options, currency, until }) {
	const lines = [];
	const about = (forecast) =>
		`${link({ route, options }, money(forecast.expected, currency))}
		<span class="text-muted">(${money(forecast.low, currency)} – ${money(forecast.high, currency)})</span>`;
	if (goal) lines.push([__("Expected in the whole week"), about(goal)]);
	if (rest) {
		const from =
			rest.made_on === until
				? __("Of it today")
				: __("Of it from {0} to {1}", [day(rest.made_on), day(until)]);
		lines.push([from, about(rest)]);
	}
	return lines.map(
		([label, text]) =>
			`<div class="cockpit-line"><span class="text-muted">${label}</span><span>${text}</span></div>`,
	);
}

function days({ days: rows, currency }) {
	const most = Math.max(...rows.map((row) => row.amount), 1);
	const bars = rows.map((row) => {
		const name = weekday(row.day);
		const text = `${day(row.day)}: ${money(row.amount, currency)}`;
		const height = Math.max((row.amount / most) * 100, row.amount > 0 ? 4 : 1);
		return `<div class="cash-day" title="${escape(text)}"><div style="height: ${height.toFixed(0)}%"></div>
			<span>${name}</span></div>`;
	});
	const label = rows.map((row) => `${day(row.day)}: ${money(row.amount, currency)}`).join(", ");
	return `<div class="cash-days" role="img" aria-label="${escape(label)}">${bars.join("")}</div>`;
}
