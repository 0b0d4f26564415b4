// The bank lines on the left: a page at a time, with count and sums of all.
import { ask } from "./server.js";
import { marked_text } from "./text.js";

const { escape, date, money, pill } = collections_app;
const PAGE = 50;
const LOW = 10;

export class Queue {
	constructor(wrapper, on_choose) {
		this.wrapper = wrapper;
		this.on_choose = on_choose;
		this.rows = [];
		this.filters = null;
		wrapper.on("click", "[data-match]", (event) =>
			this.choose(event.currentTarget.dataset.match),
		);
		wrapper.on("click", "[data-more]", () => this.load_more());
	}

	get chosen() {
		return this.rows.find((row) => row.name === this.name);
	}

	async load(filters, keep) {
		this.filters = filters;
		const answer = await ask("review_queue", { ...filters, start: 0, page_length: PAGE });
		if (this.filters !== filters) return;
		Object.assign(this, answer);
		this.show();
		const next = this.rows.find((row) => row.name === keep) || this.rows[0];
		this.choose(next ? next.name : null);
	}

	async load_more() {
		if (this.loading || this.rows.length >= this.count) return;
		this.loading = true;
		const { filters } = this;
		try {
			const answer = await ask("review_queue", {
				...filters,
				start: this.rows.length,
				page_length: PAGE,
			});
			if (this.filters !== filters) return;
			const known = new Set(this.rows.map((row) => row.name));
			this.rows.push(...answer.rows.filter((row) => !known.has(row.name)));
			this.count = answer.count;
			this.sums = answer.sums;
			this.show();
		} finally {
			this.loading = false;
		}
	}

	// A decided payment leaves; the next one takes its place.
	remove(name) {
		const place = this.rows.findIndex((row) => row.name === name);
		if (place < 0) return;
		const [row] = this.rows.splice(place, 1);
		this.count -= 1;
		const sum = this.sums.find((one) => one.currency === row.currency);
		if (sum) sum.amount -= row.amount;
		this.show();
		const next = this.rows[Math.min(place, this.rows.length - 1)];
		this.choose(next ? next.name : null);
		if (this.rows.length < LOW) this.load_more();
	}

	step(by) {
		const place = this.rows.findIndex((row) => row.name === this.name);
		const next = this.rows[place + by];
		if (next) this.choose(next.name);
		if (place + by >= this.rows.length - 3) this.load_more();
	}

	choose(name, spans = null) {
		this.name = name;
		this.wrapper.find("[data-match]").each((_, row) => {
			row.setAttribute("aria-current", row.dataset.match === name);
		});
		const row = this.row_element(name);
		if (row) row.scrollIntoView({ block: "nearest" });
		this.on_choose(name, spans);
	}

	// Marks in the chosen row what the detail found in its text.
	mark(name, text, spans) {
		const row = this.row_element(name);
		if (row) $(row).find(".review-text").html(marked_text(text, spans));
	}

	row_element(name) {
		return this.wrapper.find("[data-match]").filter((_, row) => row.dataset.match === name)[0];
	}

	show() {
		const { rows, count, sums } = this;
		const totals = sums
			.filter((one) => one.currency)
			.map((one) => `<span>${money(one.amount, one.currency)}</span>`)
			.join("");
		const more =
			rows.length < count
				? `<button class="btn btn-default btn-sm review-more" data-more>${__(
						"Show More ({0} of {1})",
						[rows.length, count],
					)}</button>`
				: "";
		this.wrapper.html(`<div class="review-totals" aria-live="polite">
				<b data-count>${count === 1 ? __("1 payment") : __("{0} payments", [count])}</b>${totals}
			</div>
			<div class="review-rows" role="list">${rows.map((row) => this.row(row)).join("")}</div>${more}`);
		this.choose_mark();
	}

	choose_mark() {
		const row = this.row_element(this.name);
		if (row) row.setAttribute("aria-current", true);
	}

	row(row) {
		const returned = row.is_return ? pill(__("Taken back"), "red") : "";
		const sure = row.confidence ? pill(`${Math.floor(row.confidence)} %`, colour_of(row)) : "";
		return `<button class="review-row" role="listitem" data-match="${escape(row.name)}"
				aria-current="${row.name === this.name}">
			<span class="review-line">
				<b>${escape(row.counterparty_name || __("Unknown payer"))}</b>
				<b class="review-amount">${money(row.amount, row.currency)}</b>
			</span>
			<span class="review-line text-muted small">
				<span>${date(row.date)}${row.counterparty_iban ? ` · ${escape(row.counterparty_iban)}` : ""}</span>
				<span>${returned} ${row.status === "To Review" ? sure : pill(__(row.status), "gray")}</span>
			</span>
			<span class="review-text small">${escape(row.remittance || "")}</span>
			${row.error ? `<span class="small text-danger">${escape(row.error)}</span>` : ""}
		</button>`;
	}
}

export function colour_of({ confidence }) {
	if (confidence >= 90) return "green";
	return confidence >= 50 ? "orange" : "gray";
}
