// The editor of scorecards: the preview on today's customers, the learned model's state, the dialog of a curve.
frappe.provide("collections_app");

const { escape } = collections_app;

collections_app.risk_preview = function ($wrapper, answer) {
	collections_app.end_charts($wrapper);
	if (answer.error) {
		$wrapper.html(`<div class="risk-verdict text-danger">${escape(answer.error)}</div>`);
		return;
	}
	if (!answer.customers) {
		$wrapper.html(
			`<div class="text-muted">${__("{0} has no customers to score yet.", [escape(answer.company)])}</div>`,
		);
		return;
	}
	const moved =
		answer.moved_up || answer.moved_down
			? __("{0} customers would move to a better band, {1} to a worse one.", [
					answer.moved_up,
					answer.moved_down,
				])
			: __("No customer would change its band.");
	const rows = (answer.moved || [])
		.map(
			(one) => `<tr>
				<td>${collections_app.link("Customer", one.customer, one.customer_name)}</td>
				<td>${collections_app.risk_badge(one.old_band)} ${format_number(one.old_score, null, 1)}</td>
				<td>${collections_app.risk_badge(one.band)} ${format_number(one.score, null, 1)}</td>
			</tr>`,
		)
		.join("");
	const table = rows
		? `<table class="table risk-table"><thead><tr><th>${__("Customer")}</th><th>${__("Saved")}</th>
			<th>${__("Edited")}</th></tr></thead><tbody>${rows}</tbody></table>`
		: "";
	$wrapper.html(`<div class="risk-overview">
		<div class="risk-note mb-3">${__("{0} customers of {1}, as of today.", [
			answer.customers,
			escape(answer.company),
		])} ${moved}</div>
		<div class="risk-compare"><div data-chart="bands"></div><div data-chart="scores"></div></div>
		${table}
	</div>`);
	const saved = answer.bands.some((one) => one.saved !== null);
	const chart = (name, title, labels, rows_of) =>
		collections_app.risk_chart($wrapper.find(`[data-chart=${name}]`)[0], {
			type: "bar",
			title,
			height: 210,
			colors: saved ? ["grey", "blue"] : ["blue"],
			data: {
				labels,
				datasets: [
					...(saved
						? [{ name: __("Saved"), values: rows_of.map((one) => one.saved) }]
						: []),
					{ name: __("Edited"), values: rows_of.map((one) => one.edited) },
				],
			},
			axisOptions: { xAxisMode: "tick" },
			barOptions: { spaceRatio: 0.4 },
		});
	chart(
		"bands",
		__("Customers per Band"),
		answer.bands.map((one) => one.band),
		answer.bands,
	);
	chart(
		"scores",
		__("Customers per Score, in Steps of Ten"),
		answer.histogram.map((one) => String(one.from)),
		answer.histogram,
	);
};

const MODEL_COLOURS = {
	"In Use": "green",
	"Not Better": "blue",
	Drifted: "orange",
	Failed: "red",
};

collections_app.risk_models = function (rows) {
	if (!rows.length) {
		return `<div class="text-muted">${__(
			"Nothing was learned yet. A model is learned each week, or now by the button above; it decides nothing before it is proved and chosen.",
		)}</div>`;
	}
	const number = (value) => (value ? format_number(value, null, 3) : "–");
	const lines = rows
		.map(
			(row) => `<tr>
			<td>${collections_app.link("Risk Model", row.name)}</td><td>${escape(row.company)}</td>
			<td>${collections_app.date(row.learned_on)}</td>
			<td>${collections_app.pill(__(row.status), MODEL_COLOURS[row.status])}
				<div class="text-muted small">${escape(row.message || "")}</div></td>
			<td class="text-right">${number(row.auc)}</td><td class="text-right">${number(row.scorecard_auc)}</td>
			<td class="text-right">${number(row.psi)}</td></tr>`,
		)
		.join("");
	return `<table class="table risk-table"><thead><tr><th>${__("Model")}</th><th>${__("Company")}</th>
		<th>${__("Learned On")}</th><th>${__("Status")}</th><th class="text-right">${__("AUC")}</th>
		<th class="text-right">${__("Scorecard's AUC")}</th><th class="text-right">${__("Stability Index")}</th>
		</tr></thead><tbody>${lines}</tbody></table>`;
};

// "0: 100, 30: 45" as pairs of numbers, and back.
const read = (text) =>
	text
		.split(/[,;\n]/)
		.map((pair) => pair.split(":").map((one) => Number(one)))
		.filter((pair) => pair.length === 2 && pair.every(Number.isFinite));
const write = (pairs) => pairs.map(([value, points]) => `${value}: ${points}`).join(", ");

// Edits a curve as a table of value and points, with its picture; `done` gets the text.
collections_app.risk_curve_dialog = function ({ factor, curve, done }) {
	const dialog = new frappe.ui.Dialog({
		title: __("Curve of {0}", [__(factor.label)]),
		fields: [
			{
				fieldname: "preset",
				fieldtype: "Select",
				label: __("Start From"),
				options: ["", ...Object.keys(factor.presets)],
			},
			{
				fieldname: "pairs",
				fieldtype: "Table",
				label: __("Value ({0}) and Points (0 to 100)", [__(factor.unit)]),
				in_place_edit: true,
				data: [],
				fields: [
					{
						fieldname: "value",
						fieldtype: "Float",
						label: __("Value"),
						in_list_view: 1,
						onchange: () => draw(),
					},
					{
						fieldname: "points",
						fieldtype: "Float",
						label: __("Points"),
						in_list_view: 1,
						onchange: () => draw(),
					},
				],
			},
			{ fieldname: "picture", fieldtype: "HTML" },
		],
		primary_action_label: __("Take Over"),
		primary_action() {
			dialog.hide();
			done(write(pairs()));
		},
	});
	const grid = dialog.fields_dict.pairs;
	const pairs = () => (grid.df.data || []).map((row) => [flt(row.value), flt(row.points)]);
	const fill = (text) => {
		grid.df.data = read(text).map(([value, points], at) => ({ idx: at + 1, value, points }));
		grid.grid.refresh();
		draw();
	};
	const draw = () => {
		const { $wrapper } = dialog.fields_dict.picture;
		const shown = pairs();
		if (shown.length < 2) return;
		collections_app.risk_chart($wrapper[0], {
			type: "line",
			height: 180,
			colors: ["blue"],
			data: {
				labels: shown.map(([value]) => String(value)),
				datasets: [{ name: __("Points"), values: shown.map((pair) => pair[1]) }],
				yMarkers: [
					{ label: "", value: 0, type: "solid" },
					{ label: "", value: 100, type: "solid" },
				],
			},
			axisOptions: { xAxisMode: "tick" },
		});
	};
	dialog.fields_dict.preset.df.onchange = () => {
		const preset = factor.presets[dialog.get_value("preset")];
		if (preset) fill(preset);
	};
	dialog.show();
	fill(curve);
	return dialog;
};
