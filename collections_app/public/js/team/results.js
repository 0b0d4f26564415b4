// Cash collected and actions done: by collector as bars with their figures, by day or week as a picture.
const { escape, date, money } = collections_app;

const KINDS = {
	calls: [__("Calls"), "#2490EF"],
	messages: [__("Messages"), "#A6B1B9"],
	promises: [__("Promises"), "#30A66D"],
	disputes: [__("Disputes"), "#EDBA13"],
};

export function show_cash({ rows, currency, total }) {
	if (!rows.length) return "";
	const most = Math.max(...rows.map((row) => row.amount), 1);
	const bars = rows
		.map(
			(row) => `<li><span class="team-bar-name">${escape(row.name)}</span>
				<span class="team-bar" aria-hidden="true"><span style="width: ${Math.max(
					(100 * row.amount) / most,
					0,
				)}%"></span></span>
				<b class="text-nowrap">${money(row.amount, currency)}</b></li>`,
		)
		.join("");
	return `<p class="team-figure">${money(total, currency)}</p>
		<ul class="list-unstyled team-bar-list">${bars}</ul><div class="team-chart"></div>`;
}

export function draw_cash(body, { points, currency, by }) {
	draw(body, points, by, {
		type: "bar",
		datasets: [{ name: __("Collected"), values: points.map((one) => one.amount) }],
		colors: ["#30A66D"],
		format: (value) => strip_html(money(value, currency)),
	});
}

export function show_activity({ rows }) {
	if (!rows.length) return "";
	const kinds = Object.entries(KINDS);
	const head = kinds
		.map(([, [label]]) => `<th scope="col" class="text-right">${escape(label)}</th>`)
		.join("");
	const body = rows
		.map(
			(row) =>
				`<tr><th scope="row">${escape(row.name)}</th>${kinds
					.map(
						([kind, [label]]) =>
							`<td class="text-right" data-label="${escape(label)}">${row[kind] || "·"}</td>`,
					)
					.join("")}</tr>`,
		)
		.join("");
	return `<div class="team-chart"></div><table class="table team-table"><thead><tr>
		<th scope="col">${__("Collector")}</th>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

export function draw_activity(body, { points, by }) {
	const kinds = Object.entries(KINDS).filter(([kind]) => points.some((one) => one[kind]));
	draw(body, points, by, {
		type: "bar",
		datasets: kinds.map(([kind, [name]]) => ({
			name,
			values: points.map((one) => one[kind]),
		})),
		colors: kinds.map(([, [, colour]]) => colour),
		barOptions: { stacked: 1, spaceRatio: 0.4 },
	});
}

function draw(body, points, by, { format, datasets, ...options }) {
	const place = body.find(".team-chart");
	if (!place.length || !datasets.length) return place.remove();
	const title = by === "day" ? __("By day") : __("By week, from Monday");
	const sums = datasets
		.map(({ name, values }) => `${name}: ${values.reduce((sum, one) => sum + one, 0)}`)
		.join(", ");
	place.attr({ role: "img", "aria-label": `${title}. ${sums}` });
	new frappe.Chart(place[0], {
		title,
		height: 180,
		data: { labels: points.map((one) => date(one.day)), datasets },
		axisOptions: { xIsSeries: 1, shortenYAxisNumbers: 1 },
		tooltipOptions: format ? { formatTooltipY: format } : {},
		barOptions: { spaceRatio: 0.4 },
		truncateLegends: true,
		...options,
	});
}
