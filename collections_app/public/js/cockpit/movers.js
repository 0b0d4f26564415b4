// Customers whose overdue or score moved most.
import { empty } from "../shared/states.js";
import { link } from "./go.js";
import { money, signed_money } from "./text.js";

const { escape } = collections_app;
const DAYS = { 1: __("Since yesterday"), 7: __("In 7 days"), 30: __("In 30 days") };

export const movers = {
	name: "movers",
	title: __("Top Movers"),
	kinds: ["payment", "case", "score", "run"],
	lines: 12,
	args: (panel) => ({ days: panel.days || 1 }),
	ready(panel) {
		const options = Object.entries(DAYS)
			.map(([days, label]) => `<option value="${days}">${label}</option>`)
			.join("");
		$(
			`<select class="form-control input-xs" aria-label="${__("Compared with")}">${options}</select>`,
		)
			.appendTo(panel.tools)
			.on("change", (event) => {
				panel.days = Number(event.target.value);
				panel.load();
			});
	},
	show({ up, down, riskier, safer, currency }) {
		if (![up, down, riskier, safer].some((rows) => rows.length)) {
			return empty(
				__("Nothing moved."),
				__("Customers whose overdue or risk score changed stand here."),
			);
		}
		const by_money = (one) => `${signed_money(one.change, currency)}`;
		const to_money = (one) => money(one.now, currency);
		const by_points = (one) =>
			`${one.change < 0 ? "−" : "+"}${format_number(Math.abs(one.change), null, 1)}`;
		const to_points = (one) => format_number(one.now, null, 1);
		return `<div class="cockpit-movers-grid">
			${list(__("Overdue rose"), up, by_money, to_money, "is-bad")}
			${list(__("Overdue fell"), down, by_money, to_money, "is-good")}
			${list(__("Riskier"), riskier, by_points, to_points, "is-bad")}
			${list(__("Safer"), safer, by_points, to_points, "is-good")}
		</div>`;
	},
};

function list(title, rows, change, now, tone) {
	if (!rows.length) return "";
	const items = rows.map(
		(one) =>
			`<li>${link(
				{ route: ["customer-360", one.customer], options: { company: one.company } },
				escape(one.customer_name),
			)}<span class="${tone}">${escape(change(one))}</span><span class="text-muted">${escape(now(one))}</span></li>`,
	);
	return `<div><h3>${escape(title)}</h3><ul class="cockpit-list">${items.join("")}</ul></div>`;
}
