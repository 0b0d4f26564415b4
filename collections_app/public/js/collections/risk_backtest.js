// Scorecard and learned model side by side: figures, lift, calibration, bands.
frappe.provide("collections_app");

const { escape } = collections_app;
const percent = (share) => `${format_number(100 * share, null, 1)} %`;
const figure = (value, digits = 3) =>
	value === null || value === undefined ? "–" : format_number(value, null, digits);

// `found`: the result; `message`: why nothing was learned, where nothing was
collections_app.risk_backtest = function ($wrapper, found, message) {
	const { scorecard, learned } = found;
	const learned_until = collections_app.date(found.learned_until) || "–";
	collections_app.end_charts($wrapper);
	const sides = [
		[__("Scorecard"), scorecard],
		[__("Learned Model"), learned],
	];
	const row = (label, help, of) =>
		`<tr><td title="${escape(help)}">${label}</td>${sides
			.map(([, side]) => `<td class="text-right">${side ? of(side) : "–"}</td>`)
			.join("")}</tr>`;
	$wrapper.html(`<div class="risk-overview">
		<div class="risk-verdict">${verdict({ ...found, message })}</div>
		<div class="risk-compare">
			<table class="table risk-table"><thead><tr><th></th>${sides
				.map(([name]) => `<th class="text-right">${name}</th>`)
				.join("")}</tr></thead><tbody>
				${row(
					__("AUC"),
					__(
						"How often a customer that went bad had the worse score of two: 0.5 is chance, 1 perfect",
					),
					(side) => figure(side.auc),
				)}
				${row(__("Brier Score"), __("Mean squared error of the probability: less is better"), (side) =>
					figure(side.brier, 4),
				)}
				${row(
					__("Calibration Error"),
					__("Mean gap between the share expected and observed: less is better"),
					(side) => figure(side.ece, 4),
				)}
				${row(
					__("Bad Ones in the Worst Tenth"),
					__(
						"Share of all that went bad who were among the tenth with the worst scores",
					),
					(side) => percent(side.lift[0].captured),
				)}
				${row(__("Lift of the Worst Tenth"), __("How many times the average went bad there"), (side) =>
					figure(side.lift[0].lift, 2),
				)}
			</tbody></table>
			${bands(sides)}
		</div>
		<div class="risk-compare mt-4">
			<div data-chart="captured"></div><div data-chart="lift"></div>
			<div data-chart="card_calibration"></div><div data-chart="learned_calibration"></div>
		</div>
		<div class="risk-note">${__("Judged on: {0}. Learned from days up to: {1}.", [
			found.days.map(collections_app.date).join(", "),
			learned_until,
		])}</div>
	</div>`);
	charts($wrapper, sides);
};

function verdict({ scorecard, learned, better, message }) {
	const text = __("{0} cases (a customer on a past day), {1} of them went bad ({2}).", [
		scorecard.cases,
		scorecard.bad,
		percent(scorecard.rate),
	]);
	if (!learned) {
		const why = message || __("There was too little to learn from.");
		return `${text}<div class="mt-2">${__("No learned model to compare with.")} ${escape(why)}</div>`;
	}
	return better
		? `${text} <b>${__("The learned model is better, by more than chance.")}</b>`
		: `${text} <b>${__("The learned model is not surely better: the scorecard stays the choice.")}</b>`;
}

function bands(sides) {
	const names = [
		...new Set(sides.flatMap(([, side]) => (side ? side.bands.map((one) => one.band) : []))),
	];
	const cell = (side, name) => {
		const one = side && side.bands.find((band) => band.band === name);
		return `<td class="text-right">${one ? `${percent(one.rate)} <span class="text-muted">/ ${one.cases}</span>` : "–"}</td>`;
	};
	return `<table class="table risk-table"><thead><tr><th>${__("Band")}</th>${sides
		.map(([name]) => `<th class="text-right">${__("{0}: went bad / cases", [name])}</th>`)
		.join("")}</tr></thead><tbody>${names
		.sort()
		.map(
			(name) =>
				`<tr><td>${collections_app.risk_badge(name)}</td>${sides
					.map(([, side]) => cell(side, name))
					.join("")}</tr>`,
		)
		.join("")}</tbody></table>`;
}

function charts($wrapper, sides) {
	const there = sides.filter(([, side]) => side);
	const colors = ["blue", "orange"];
	const place = (name) => $wrapper.find(`[data-chart=${name}]`)[0];
	const tenths = Array.from({ length: 10 }, (_unused, at) => String(10 * (at + 1)));
	const draw = (name, options) =>
		collections_app.risk_chart(place(name), {
			height: 230,
			// as a series, labels that do not fit are left out instead of cut off
			axisOptions: { xAxisMode: "tick", xIsSeries: 1 },
			...options,
		});
	draw("captured", {
		type: "line",
		title: __("Bad Ones Found (%) Among the Worst Scores (%)"),
		colors: [...colors.slice(0, there.length), "grey"],
		lineOptions: { hideDots: 1 },
		data: {
			labels: ["0", ...tenths],
			datasets: [
				...there.map(([name, side]) => ({
					name,
					values: [0, ...side.lift.map((one) => 100 * one.captured)],
				})),
				{ name: __("Luck"), values: [0, ...tenths.map((_one, at) => 10 * (at + 1))] },
			],
		},
		tooltipOptions: { formatTooltipY: (value) => `${format_number(value, null, 1)} %` },
	});
	draw("lift", {
		type: "bar",
		title: __("Lift by Worst Scores (%)"),
		colors,
		data: {
			labels: tenths,
			datasets: there.map(([name, side]) => ({
				name,
				values: side.lift.map((one) => one.lift),
			})),
			yMarkers: [{ label: __("Average"), value: 1 }],
		},
	});
	for (const [name, [label, side]] of [
		["card_calibration", sides[0]],
		["learned_calibration", sides[1]],
	]) {
		if (!side) continue;
		draw(name, {
			type: "line",
			title: __("Calibration (%): {0}", [label]),
			colors: ["grey", name === "card_calibration" ? "blue" : "orange"],
			data: {
				labels: side.calibration.map((one) => format_number(100 * one.expected, null, 0)),
				datasets: [
					{
						name: __("Expected"),
						values: side.calibration.map((one) => 100 * one.expected),
					},
					{
						name: __("Observed"),
						values: side.calibration.map((one) => 100 * one.observed),
					},
				],
			},
			tooltipOptions: { formatTooltipY: (value) => `${format_number(value, null, 1)} %` },
		});
	}
}

// What a model learned, in points of the score from the worst to the best value of each factor.
// `labels`: those of the factors, by key
collections_app.risk_effects = function (model, labels) {
	const rows = Object.entries(model.effects)
		.map(([name, effect]) => [name, (-effect / model.scales[name]) * model.width])
		.sort((one, other) => Math.abs(other[1]) - Math.abs(one[1]));
	const most = Math.max(1, ...rows.map(([, points]) => Math.abs(points)));
	const lines = rows
		.map(([name, points]) => {
			const label =
				name === "scorecard"
					? __("Standard scorecard's score")
					: __(labels[name] || frappe.unscrub(name));
			const side = points < 0 ? "right: 50%" : "left: 50%";
			return `<tr><td>${escape(label)}</td><td class="risk-bar-cell"><div class="risk-bar">
				<div class="${points < 0 ? "hurts" : "helps"}" style="${side}; width: ${
					(Math.abs(points) / most) * 50
				}%"></div></div></td><td class="text-right">${figure(points, 1)}</td></tr>`;
		})
		.join("");
	return `<div class="risk-overview"><h5>${__("Points Between the Worst and the Best Value")}</h5>
		<table class="risk-factors"><tbody>${lines}</tbody></table></div>`;
};
