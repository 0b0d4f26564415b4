// How a risk score is shown: gauge with its bands, factors as signed bars, what would change it, its course.
import { day_and_month } from "../shared/dates.js";
import { unbroken } from "../shared/unbroken.js";

frappe.provide("collections_app");

const { escape, date } = collections_app;

const BANDS = ["A", "B", "C", "D", "E"];
// what stands below these gave nearly all the points it can
const MOST_REASONS = 8;
const BASES = {
	"Own History": () => __("from its own payments"),
	Segment: () => __("partly from its customer group: too few paid invoices of its own"),
	"No History": () => __("without any paid invoice, its own or its group's"),
};

Object.assign(collections_app, {
	// A chart redraws itself with the window: the one that stood there before must not.
	risk_chart(parent, options) {
		const before = $(parent).data("risk_chart");
		if (before) before.destroy();
		const chart = new frappe.Chart(parent, options);
		$(parent).data("risk_chart", chart);
		return chart;
	},

	// Ends the charts in `$wrapper`, before what it holds is replaced.
	end_charts($wrapper) {
		$wrapper.find("[data-chart]").each((_at, place) => {
			const chart = $(place).data("risk_chart");
			if (chart) chart.destroy();
		});
	},

	// `bands`: lowest scores of A to D, best first; the mark stands at the score
	risk_gauge({ score, band, bands }) {
		const edges = [100, ...(bands || [80, 60, 40, 20]), 0];
		const parts = BANDS.map((name, at) => ({ name, width: edges[at] - edges[at + 1] }))
			.reverse()
			.map(
				({ name, width }) =>
					`<div class="gauge-part risk-${name}" style="width: ${width}%">${name}</div>`,
			)
			.join("");
		const place = Math.max(0, Math.min(100, score));
		const text = __("Risk {0}, {1} of 100", [band, format_number(score, null, 1)]);
		return `<div class="risk-gauge" role="img" aria-label="${escape(text)}">
			<div class="gauge-mark" style="left: ${place}%"><b>${format_number(score, null, 1)}</b></div>
			<div class="gauge-parts">${parts}</div>
		</div>`;
	},

	// Bars to the right of the middle help the score, to the left they hurt it: as far as the weight lets them.
	risk_factors(rows, { learned = false } = {}) {
		const scored = rows.filter((row) => row.weight > 0);
		const most = Math.max(1, ...scored.map((row) => row.weight / 2));
		const line = (row, at) => {
			const rule = !(row.weight > 0);
			const signed = rule ? row.contribution : (row.points / 100 - 0.5) * row.weight;
			const width = Math.min(50, (Math.abs(signed) / most) * 50);
			const side = signed < 0 ? "right: 50%" : "left: 50%";
			const told = rule
				? format_number(row.contribution, null, 1)
				: __("{0} / {1}", [
						format_number(row.contribution, null, 1),
						format_number(row.weight, null, 1),
					]);
			const points = learned
				? `<td class="text-right text-muted risk-learned">${
						rule ? "" : signed_number(row.learned_points)
					}</td>`
				: "";
			return `<tr class="${rule ? "risk-rule" : ""}" ${at >= shown ? "hidden" : ""}>
				<td>${escape(row.reason || row.factor)}${stale_mark(row.stale)}</td>
				<td class="risk-bar-cell" title="${escape(told)}"><div class="risk-bar">
					<div class="${signed < 0 ? "hurts" : "helps"}" style="${side}; width: ${width}%"></div>
				</div></td>
				<td class="text-right text-nowrap text-muted">${told}</td>${points}
			</tr>`;
		};
		const sorted = [...rows].sort((one, other) => missing(other) - missing(one));
		// one or two hidden behind a button are not worth it
		const shown = rows.length > MOST_REASONS + 2 ? MOST_REASONS : rows.length;
		const head = `<thead><tr><th>${__("What counts most against it first")}</th><th></th>
			<th class="text-right">${learned ? __("Scorecard") : __("Points")}</th>
			${learned ? `<th class="text-right risk-learned">${__("Learned Model")}</th>` : ""}</tr></thead>`;
		const more =
			shown < rows.length
				? `<button class="btn btn-default btn-xs mt-2" data-more-reasons aria-expanded="false">
					${__("Show all {0}", [rows.length])}</button>`
				: "";
		return `<table class="risk-factors">${head}<tbody>${sorted.map(line).join("")}</tbody></table>${more}`;
	},

	// The button below the reasons shows those left out.
	fold_risk_factors($wrapper) {
		$wrapper.find("[data-more-reasons]").on("click", (event) => {
			event.preventDefault();
			const $button = $(event.currentTarget);
			$button.prev("table").find("tr[hidden]").removeAttr("hidden");
			$button.remove();
		});
	},

	// How sure a score is, on what it rests, and which reports are old.
	risk_sureness({
		confidence,
		basis,
		stale,
		previous_band,
		band,
		decided_by,
		learned_score,
		has_learned,
	}) {
		const parts = [
			__("{0} % sure", [Math.round(confidence)]),
			(BASES[basis] || (() => __(basis)))(),
		];
		if (previous_band && previous_band !== band) parts.push(__("was {0}", [previous_band]));
		if (has_learned) {
			parts.push(__("learned model: {0}", [format_number(learned_score, null, 1)]));
			parts.push(__("band from: {0}", [__(decided_by)]));
		}
		const old = stale ? ` ${collections_app.pill(__("Stale: {0}", [stale]), "orange")}` : "";
		return parts.map(escape).join(" · ") + old;
	},

	risk_changes(changes) {
		if (!changes.length) {
			return `<div class="text-muted">${__("Nothing this customer could do now would move it by much.")}</div>`;
		}
		return changes
			.map((one) => {
				const to = __("{0} ({1})", [one.band, Math.round(one.score)]);
				return `<div class="risk-change"><span>${unbroken(one.text)}</span>
					<span class="text-nowrap">${collections_app.pill(
						to,
						collections_app.BAND_COLOURS[one.band],
					)} <span class="text-muted">+${format_number(one.gain, null, 1)}</span></span></div>`;
			})
			.join("");
	},

	// What this customer's scores were; with one alone there is no line to draw.
	risk_history(parent, rows) {
		if (rows.length < 2) {
			$(parent).html(
				`<div class="text-muted">${__("The line begins with the second score.")}</div>`,
			);
			return null;
		}
		const datasets = [{ name: __("Score"), values: rows.map((row) => row.score) }];
		const colours = ["blue"];
		// a chart has no gaps: days without a learned score would stand at 0
		if (rows.every((row) => row.learned_score !== null)) {
			datasets.push({
				name: __("Learned Score"),
				values: rows.map((row) => row.learned_score),
			});
			colours.push("orange");
		}
		return collections_app.risk_chart(parent, {
			type: "line",
			height: 190,
			colors: colours,
			data: {
				labels: rows.map((row) => day_and_month(row.as_of)),
				datasets,
				yMarkers: [
					{ label: "", value: 0, type: "solid" },
					{ label: "", value: 100, type: "solid" },
				],
			},
			axisOptions: { xAxisMode: "tick", xIsSeries: 1, shortenYAxisNumbers: 1 },
			lineOptions: { hideDots: rows.length > 30 ? 1 : 0, regionFill: 0 },
			tooltipOptions: { formatTooltipY: (value) => format_number(value, null, 1) },
		});
	},
});

const missing = (row) => (row.weight > 0 ? row.weight - row.contribution : 100 - row.contribution);

function signed_number(value) {
	const text = format_number(Math.abs(value), null, 1);
	if (text === format_number(0, null, 1)) return text;
	return `${value < 0 ? "−" : "+"}${text}`;
}

const stale_mark = (stale) => (stale ? ` ${collections_app.pill(__("Stale"), "orange")}` : "");
