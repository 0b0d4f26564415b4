// The open cases of one collector: tick them, or drag them to another collector's row.
import { failed, loading } from "../shared/states.js";
import { ask } from "./server.js";

const { escape, date, link, money, risk_badge } = collections_app;
const PAGE = 50;

export class Cases {
	constructor(place, page, row) {
		Object.assign(this, { place, page, row, rows: [], chosen: new Set(), dragged: null });
		place.html(`<div class="team-cases">${loading(3)}</div>`);
		this.box = place.find(".team-cases");
		this.box
			.on("change", "[data-case] input", ({ currentTarget }) => this.tick(currentTarget))
			.on("change", "[data-all]", ({ currentTarget }) =>
				this.tick_all(currentTarget.checked),
			)
			.on("click", "[data-give]", () => this.give([...this.chosen]))
			.on("click", "[data-more]", () => this.load())
			.on("click", "[data-retry]", () => this.load())
			.on("dragstart", "[data-case]", (event) => this.drag(event))
			.on("dragend", "[data-case]", () => (this.dragged = null));
		this.load();
	}

	async load() {
		try {
			const { companies } = this.page.filters;
			const { rows, more } = await ask("cases", {
				collector: this.row.collector,
				companies,
				start: this.rows.length,
				page_length: PAGE,
			});
			this.rows.push(...rows);
			this.show(more);
		} catch (error) {
			this.box.html(failed(error));
		}
	}

	show(more) {
		const head = [
			__("Customer"),
			__("Risk"),
			__("Overdue"),
			__("Oldest Due"),
			__("Next Action"),
		]
			.map(
				(label, at) =>
					`<th scope="col" class="${at === 2 ? "text-right" : ""}">${label}</th>`,
			)
			.join("");
		const may = this.page.may_give;
		this.box.html(`${may ? `<div class="team-cases-bar"></div>` : ""}
			<table class="table team-cases-table"><thead><tr>
				${may ? `<th><input type="checkbox" data-all aria-label="${__("All")}"></th>` : ""}${head}
			</tr></thead><tbody>${this.rows.map((one) => this.line(one, may)).join("")}</tbody></table>
			${more ? `<button class="btn btn-xs btn-default" data-more>${__("Show More")}</button>` : ""}`);
		this.show_bar();
	}

	line(one, may) {
		const id = `team-case-${escape(one.name)}`;
		const next = [escape(one.next_action || ""), date(one.next_action_on)]
			.filter(Boolean)
			.join(", ");
		return `<tr data-case="${escape(one.name)}" ${may ? 'draggable="true"' : ""}>
			${
				may
					? `<td><input type="checkbox" id="${id}" ${
							this.chosen.has(one.name) ? "checked" : ""
						} aria-label="${escape(one.customer_name || one.customer)}"></td>`
					: ""
			}
			<td>${link("Collection Case", one.name, one.customer_name || one.customer)}</td>
			<td>${risk_badge(one.risk_band)}</td>
			<td class="text-right text-nowrap">${money(one.overdue, one.currency)}</td>
			<td class="text-nowrap">${date(one.oldest_due_date)}</td>
			<td>${next}</td>
		</tr>`;
	}

	tick(box) {
		const { case: name } = box.closest("[data-case]").dataset;
		if (box.checked) this.chosen.add(name);
		else this.chosen.delete(name);
		this.show_bar();
	}

	tick_all(on) {
		this.chosen = new Set(on ? this.rows.map((one) => one.name) : []);
		this.box.find("[data-case] input").prop("checked", on);
		this.show_bar();
	}

	show_bar() {
		const count = this.chosen.size;
		const overdue = this.rows
			.filter((one) => this.chosen.has(one.name))
			.reduce((sum, one) => sum + one.overdue_shown, 0);
		const text = count
			? __("{0} chosen, {1} overdue", [
					count,
					strip_html(money(overdue, this.page.currency)),
				])
			: __("Tick cases, or drag one to another collector");
		this.box.find(".team-cases-bar").html(`<span aria-live="polite">${escape(text)}</span>
			<button class="btn btn-xs btn-primary" data-give ${count ? "" : "disabled"}>${__(
				"Give to Another Collector",
			)}</button>`);
	}

	// A ticked case takes the others that are ticked along.
	drag(event) {
		const { case: name } = event.currentTarget.dataset;
		this.dragged = this.chosen.has(name) ? [...this.chosen] : [name];
		event.originalEvent.dataTransfer.effectAllowed = "move";
		event.originalEvent.dataTransfer.setData("text/plain", this.dragged.join(", "));
	}

	give(names, collector = null) {
		collections_app.reassign({ names, collector, done: () => this.page.refresh() });
	}
}
