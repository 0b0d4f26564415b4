// The customers to act on, a page at a time, best first.
import { unbroken } from "../shared/unbroken.js";
import { ask } from "./server.js";

const { escape, date, money, pill, risk_badge } = collections_app;
const PAGE = 50;
const LARGEST = 500;
// so many rows before the end the next page is asked for
const AHEAD = 5;

export class List {
	constructor(wrapper, { on_choose, on_loaded }) {
		Object.assign(this, { wrapper, on_choose, on_loaded });
		this.rows = [];
		this.left_at = 0;
		wrapper.on("click", "[data-case]", (event) =>
			this.choose(event.currentTarget.dataset.case, true),
		);
		wrapper.on("click", "[data-more]", () => this.load_more());
	}

	get chosen() {
		return this.rows.find((row) => row.case === this.name);
	}

	get place() {
		return this.rows.findIndex((row) => row.case === this.name);
	}

	// `keep`: the case that stays chosen. `gently`: as many rows as there are, and the place stays. `opening`: the answer that is
	// asked for already.
	async load(filters, { keep = this.name, gently = false, opening = null } = {}) {
		this.filters = filters;
		const length = gently ? Math.min(Math.max(this.rows.length, PAGE), LARGEST) : PAGE;
		const answer = await (opening || ask("rows", { filters, start: 0, page_length: length }));
		if (this.filters !== filters) return null;
		if (this.place >= 0) this.left_at = this.place;
		this.take(answer, answer.rows);
		const kept = this.rows.some((row) => row.case === keep);
		// who is being looked at stays, even where the list has lost it
		if (gently && this.name) this.on_choose(this.name, false);
		else if (kept) this.choose(keep);
		else this.choose_first();
		return answer;
	}

	async load_more() {
		if (this.loading || this.rows.length >= this.count) return;
		this.loading = true;
		const { filters } = this;
		this.wrapper.find("[data-more]").prop("disabled", true);
		try {
			const start = this.rows.length;
			const answer = await ask("rows", { filters, start, page_length: PAGE });
			if (this.filters !== filters) return;
			const known = new Set(this.rows.map((row) => row.case));
			this.take(answer, [
				...this.rows,
				...answer.rows.filter((row) => !known.has(row.case)),
			]);
		} finally {
			this.loading = false;
			this.wrapper.find("[data-more]").prop("disabled", false);
		}
	}

	take(answer, rows) {
		this.rows = rows;
		this.count = Math.max(this.on_loaded(answer), rows.length);
		this.show();
	}

	// What became of a case after an action; null: it is closed.
	update(name, row) {
		const at = this.rows.findIndex((one) => one.case === name);
		if (at < 0) return;
		if (row) this.rows[at] = { ...this.rows[at], ...row };
		else this.rows.splice(at, 1);
		this.show();
	}

	step(by) {
		const { place } = this;
		// one that is no longer in the list stood before the row that has its place now
		const gone = this.left_at - (by > 0 ? 1 : 0);
		this.choose_at((place < 0 ? gone : place) + by);
		if (this.place >= this.rows.length - AHEAD) this.load_more();
	}

	// The next customer nobody worked on today; below first, then above.
	step_on() {
		const below = this.place < 0 ? this.left_at : this.place + 1;
		const open = (row) => row.case !== this.name && !row.worked;
		const next = this.rows.slice(below).find(open) || this.rows.find(open);
		if (next) this.choose(next.case);
		if (this.place >= this.rows.length - AHEAD) this.load_more();
		return Boolean(next);
	}

	choose_at(place) {
		const row = this.rows[Math.min(Math.max(place, 0), this.rows.length - 1)];
		this.choose(row ? row.case : null);
	}

	choose_first() {
		const row = this.rows.find((one) => !one.worked) || this.rows[0];
		this.choose(row ? row.case : null);
	}

	// `by_hand`: somebody pressed it, so that a phone shows the file.
	choose(name, by_hand = false) {
		this.name = name;
		this.mark();
		const element = this.element(name);
		if (element) element.scrollIntoView({ block: "nearest" });
		this.on_choose(name, by_hand);
	}

	mark() {
		this.wrapper.find("[data-case]").each((_at, one) => {
			one.setAttribute("aria-current", one.dataset.case === this.name);
		});
	}

	element(name) {
		return this.wrapper.find("[data-case]").filter((_at, one) => one.dataset.case === name)[0];
	}

	show() {
		const box = this.wrapper.find(".worklist-rows")[0];
		const scrolled = box ? box.scrollTop : 0;
		const focused = document.activeElement?.closest?.("[data-case]")?.dataset.case;
		const { rows, count } = this;
		const more =
			rows.length < count
				? `<button type="button" class="btn btn-default btn-sm worklist-more" data-more>${__(
						"Show More ({0} of {1})",
						[rows.length, count],
					)}</button>`
				: "";
		this.wrapper.html(
			`<ol class="worklist-rows">${rows.map((row, at) => this.row(row, at)).join("")}</ol>${more}`,
		);
		this.wrapper.find(".worklist-rows").scrollTop(scrolled);
		this.mark();
		if (focused) $(this.element(focused)).trigger("focus");
	}

	row(row, at) {
		const { class: klass } = row;
		const worked = row.worked
			? pill(__("Worked on today"), "green")
			: row.snoozed_until && row.worklist_state === "Snoozed"
				? pill(__("Until {0}", [date(row.snoozed_until)]), "gray")
				: "";
		const why =
			row.worklist_state === "Snoozed"
				? row.snooze_reason
				: row.reasons.slice(0, 3).join(" · ");
		return `<li><button type="button" class="worklist-row ${row.worked ? "worked" : ""}"
				data-case="${escape(row.case)}">
			<span class="worklist-line">
				<b><span class="text-muted">${at + 1}</span> ${escape(row.customer_name || row.customer)}</b>
				<b class="worklist-amount">${money(row.overdue || row.outstanding, row.currency)}</b>
			</span>
			<span class="worklist-why">${unbroken(why)}</span>
			<span class="worklist-line small">
				<span>${pill(__(klass), collections_app.CLASS_COLOURS[klass])} ${risk_badge(row.risk_band)}</span>
				<span>${worked}</span>
			</span>
		</button></li>`;
	}
}
