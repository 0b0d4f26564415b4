// Open items by age, one stacked bar for each risk band.
import { empty } from "../shared/states.js";
import { link } from "./go.js";
import { counted, money } from "./text.js";

const { escape, risk_badge } = collections_app;

export const ageing = {
	name: "ageing",
	title: __("Ageing by Risk"),
	kinds: ["payment", "case", "score", "run"],
	lines: 10,
	show({ bands, buckets, currency }, panel) {
		panel.tools.html(
			link(
				{
					route: ["query-report", "Receivables Ageing by Risk"],
					options: { company: panel.cockpit.first_company },
				},
				__("Report"),
			),
		);
		if (!bands.length) return empty(__("Nobody owes anything."));
		const most = Math.max(...bands.map((band) => band.total), 1);
		const rows = bands.map((band) => row(band, buckets, most, currency)).join("");
		return `<div class="cockpit-bands">${rows}</div>${legend(bands, buckets, currency)}`;
	},
};

function row(band, buckets, most, currency) {
	const said = buckets
		.filter((one) => band[one.field])
		.map((one) => `${one.label}: ${money(band[one.field], currency)}`)
		.join(", ");
	const parts = buckets
		.filter((one) => band[one.field] > 0)
		.map(
			(one) =>
				`<div class="ageing-part ageing-${one.field}" title="${escape(`${one.label}: ${money(band[one.field], currency)}`)}"
					style="width: ${((band[one.field] / most) * 100).toFixed(2)}%"></div>`,
		)
		.join("");
	const name = band.band
		? risk_badge(band.band)
		: `<span class="text-muted">${escape(band.label)}</span>`;
	const total = money(band.total, currency);
	const label = `${band.label}: ${total}. ${said}`;
	return `<div class="cockpit-band" data-band="${escape(band.band)}">
		<div class="band-name">${name}</div>
		<div class="band-bar" aria-hidden="true">${parts}</div>
		<div class="band-total">${link(band, escape(total), { label })}
			<span class="text-muted small">${counted(band.customers, __("1 customer"), __("{0} customers", [band.customers]))}</span></div>
	</div>`;
}

function legend(bands, buckets, currency) {
	const sums = buckets.map((one) => ({
		...one,
		amount: bands.reduce((sum, band) => sum + band[one.field], 0),
	}));
	const parts = sums.map(
		(one) => `<div class="ageing-legend"><span class="ageing-dot ageing-${one.field}"></span>
			<span class="text-muted">${escape(one.label)}</span> <span>${escape(money(one.amount, currency))}</span></div>`,
	);
	return `<div class="ageing-legends">${parts.join("")}</div>`;
}
