// The messages of one side as a table, by day; a chosen day filters it.
import { side_title } from "./side.js";

const { escape, date, money, link, pill } = collections_app;
const PAGE = 100;
const SHOWN_INVOICES = 3;
const COLOURS = { Call: "purple" };

export class MessageTable {
	constructor(wrapper, data) {
		this.wrapper = wrapper;
		this.data = data;
		this.side = 0;
		this.day = null;
		this.on_clear = () => {};
		wrapper.on("click", "[data-more]", () => this.add_page());
		wrapper.on("click", "[data-all-days]", () => this.on_clear());
		wrapper.on("click", "[data-tab]", (event) =>
			this.show(Number(event.currentTarget.dataset.tab), this.day),
		);
	}

	get rows() {
		const { rows } = this.data.sides[this.side];
		return this.day ? rows.filter((row) => row.day === this.day) : rows;
	}

	show(side = this.side, day = this.day) {
		this.side = side;
		this.day = day;
		this.shown = 0;
		if (!this.data.sides.some((one) => one.row_count)) return this.wrapper.empty();
		this.wrapper.html(`<div class="rehearsal-table-head">
				<h4>${this.title()}</h4>${this.tabs()}
			</div>
			${this.cut_note()}
			<div class="table-responsive"><table class="table">
				<thead><tr>
					<th>${__("Day")}</th>
					<th>${__("Customer")}</th>
					<th>${__("Step")}</th>
					<th class="text-right">${__("Level")}</th>
					<th>${__("Channel")}</th>
					<th>${__("Invoices")}</th>
					<th class="text-right">${__("Amount")}</th>
					<th></th>
				</tr></thead>
				<tbody></tbody>
			</table></div>
			<button class="btn btn-default btn-sm" data-more>${__("Show More")}</button>`);
		this.add_page();
	}

	title() {
		if (!this.day) return __("{0} Messages and Calls", [this.rows.length]);
		return `${__("{0} Messages and Calls on {1}", [this.rows.length, date(this.day)])}
			<button class="btn btn-xs btn-default" data-all-days>${__("All Days")}</button>`;
	}

	tabs() {
		const { sides } = this.data;
		if (sides.length < 2) return "";
		return `<div class="btn-group">${sides
			.map(
				(_, number) =>
					`<button class="btn btn-sm btn-${
						number === this.side ? "primary" : "default"
					}" data-tab="${number}">${side_title(this.data, number)}</button>`,
			)
			.join("")}</div>`;
	}

	cut_note() {
		const { rows, row_count } = this.data.sides[this.side];
		if (rows.length >= row_count) return "";
		return `<p class="text-warning">${__(
			"The table has the first {0} of {1} messages; the calendar counts all.",
			[rows.length, row_count],
		)}</p>`;
	}

	add_page() {
		const { rows } = this;
		const next = rows.slice(this.shown, this.shown + PAGE);
		this.shown += next.length;
		this.wrapper.find("tbody").append(next.map((row) => this.row(row)).join(""));
		this.wrapper.find("[data-more]").toggle(this.shown < rows.length);
	}

	row(row) {
		return `<tr>
			<td class="nowrap">${date(row.day)}</td>
			<td>${link("Customer", row.customer, row.customer_name)}</td>
			<td>${escape(row.step)}<div class="text-muted small">${escape(row.plan)}</div></td>
			<td class="text-right">${row.level}</td>
			<td>${pill(__(row.channel), COLOURS[row.channel] || "blue")}</td>
			<td>${invoices(row.invoices)}</td>
			<td class="text-right nowrap">${money(row.total, row.currency)}</td>
			<td>${remark(row)}</td>
		</tr>`;
	}
}

function invoices(pairs) {
	const links = pairs.slice(0, SHOWN_INVOICES).map(([doctype, name]) => link(doctype, name));
	const rest = pairs.slice(SHOWN_INVOICES);
	if (rest.length) {
		const names = rest.map(([, name]) => escape(name)).join(", ");
		links.push(
			`<span class="text-muted" title="${names}">${__("and {0} more", [rest.length])}</span>`,
		);
	}
	return links.join(", ");
}

function remark(row) {
	if (row.held.length) {
		const why = row.held.map(escape).join(". ");
		return `${pill(__("Held"), "orange")} <span class="text-muted small">${why}</span>`;
	}
	return row.requires_approval ? pill(__("Needs Approval"), "purple") : "";
}
