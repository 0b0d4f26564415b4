// One row a collector: what it works on and what waits for it; below it its cases, to give to others.
import { alert_box } from "../shared/states.js";
import { Cases } from "./cases.js";

const { escape, date, money } = collections_app;
const BANDS = ["A", "B", "C", "D", "E", ""];

export class Portfolios {
	constructor(page) {
		this.page = page;
		this.open = null;
	}

	show({ rows, currency, messages, average_open_items }) {
		if (!rows.length) return "";
		const notes = messages.map((text) => alert_box(text, "yellow")).join("");
		this.rows = rows;
		this.currency = currency;
		const most = Math.max(...rows.map((row) => row.open_items), 1);
		const head = [
			[__("Collector")],
			[__("Open Items"), __("Cases on the worklist today")],
			[__("Cases"), __("Open cases")],
			[__("Overdue"), __("By risk band, from A to E")],
			[__("Outstanding")],
			[__("Tasks Due"), __("Open tasks of today and before")],
			[__("To Decide"), __("Messages to approve, failed or uncertain")],
		]
			.map(([label, title], at) => {
				const number = at ? ' class="text-right"' : "";
				return `<th scope="col"${number}${title ? ` title="${escape(title)}"` : ""}>${escape(label)}</th>`;
			})
			.join("");
		const body = rows.map((row) => this.row(row, most)).join("");
		const average = __("{0} open items for each on average", [
			format_number(average_open_items, null, 1),
		]);
		return `${notes}<table class="table team-table"><thead><tr>${head}<th><span class="sr-only">${__(
			"Cases",
		)}</span></th></tr></thead><tbody>${body}</tbody></table>
			<p class="text-muted small team-average">${average}</p>`;
	}

	row(row, most) {
		const cell = (label, html) =>
			`<td class="text-right text-nowrap" data-label="${escape(label)}">${html}</td>`;
		const opened = this.open === row.collector;
		const load = `<span class="team-load"><span class="team-load-bar"><span class="${
			row.out_of_balance ? "team-over" : ""
		}" style="width: ${(100 * row.open_items) / most}%"></span></span><b>${row.open_items}</b></span>
			${
				row.out_of_balance
					? `<div class="team-over-text small">${__("{0} % over average", [row.over_average])}</div>`
					: ""
			}`;
		return `<tr data-collector="${escape(row.collector)}" data-row>
			<th scope="row">${this.who(row)}</th>
			${cell(__("Open Items"), load)}
			${cell(__("Cases"), row.cases)}
			${cell(__("Overdue"), `${money(row.overdue, this.currency)}${this.bands(row)}`)}
			${cell(__("Outstanding"), money(row.outstanding, this.currency))}
			${cell(__("Tasks Due"), row.tasks_due || "·")}
			${cell(__("To Decide"), row.to_decide || "·")}
			<td class="text-right"><button class="btn btn-xs btn-default" data-cases="${escape(row.collector)}"
				aria-expanded="${opened}" ${row.cases ? "" : "disabled"} aria-label="${escape(
					__("Cases of {0}", [row.name]),
				)}">${__("Cases")}</button></td>
		</tr>`;
	}

	who({ collector, name, away }) {
		const picture = collector ? frappe.avatar(collector, "avatar-small", name) : "";
		const until = away
			? `<div class="team-away small">${escape(__("Away until {0}: {1}", [date(away.until), away.to]))}</div>`
			: "";
		return `<span class="team-who">${picture}<span><span>${escape(name)}</span>${until}</span></span>`;
	}

	// Colour alone says nothing: each part has its name and amount.
	bands({ bands, overdue }) {
		if (!overdue) return "";
		const parts = BANDS.filter((band) => bands[band] > 0);
		const text = parts
			.map(
				(band) =>
					`${this.band_name(band)}: ${strip_html(money(bands[band], this.currency))}`,
			)
			.join(", ");
		const bars = parts
			.map((band) => {
				const share = (100 * bands[band]) / overdue;
				const letter = share > 12 ? escape(band) : "";
				return `<span class="team-band team-band-${band || "none"}" style="width: ${share.toFixed(
					2,
				)}%">${letter}</span>`;
			})
			.join("");
		return `<span class="team-bands" role="img" aria-label="${escape(text)}" title="${escape(
			text,
		)}">${bars}</span>`;
	}

	band_name(band) {
		return band ? __("Risk {0}", [band]) : __("Not scored");
	}

	// After the table stands in the page: its cases open and close, and rows take what is dropped on them.
	shown(body) {
		body.off(".team")
			.on("click.team", "[data-cases]", (event) =>
				this.toggle(body, event.currentTarget.dataset.cases),
			)
			.on("dragover.team", "[data-row]", (event) => this.over(event))
			.on("dragleave.team", "[data-row]", (event) =>
				$(event.currentTarget).removeClass("team-drop"),
			)
			.on("drop.team", "[data-row]", (event) => this.drop(event));
		if (this.open !== null) this.show_cases(body, this.open);
	}

	toggle(body, collector) {
		const same = this.open === collector;
		this.close(body);
		if (!same) this.show_cases(body, collector);
	}

	close(body) {
		this.open = null;
		this.cases = null;
		body.find(".team-cases-row").remove();
		body.find("[data-cases]").attr("aria-expanded", false);
	}

	show_cases(body, collector) {
		const row = body
			.find("[data-row]")
			.filter((_, one) => one.dataset.collector === collector);
		if (!row.length) return this.close(body);
		this.open = collector;
		row.find("[data-cases]").attr("aria-expanded", true);
		const place = $(`<tr class="team-cases-row"><td colspan="8"></td></tr>`).insertAfter(row);
		this.cases = new Cases(
			place.find("td"),
			this.page,
			this.rows.find((one) => one.collector === collector),
		);
	}

	over(event) {
		const to = event.currentTarget.dataset.collector;
		if (!this.cases?.dragged || !to || to === this.open) return;
		event.preventDefault();
		$(event.currentTarget).addClass("team-drop");
	}

	drop(event) {
		event.preventDefault();
		$(event.currentTarget).removeClass("team-drop");
		const names = this.cases?.dragged;
		if (names) this.cases.give(names, event.currentTarget.dataset.collector);
	}
}
