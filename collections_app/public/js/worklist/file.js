// The customer's file beside the list. Its parts load by themselves; one that fails does not blank the others.
import { failed, loading } from "../shared/states.js";
import { ask } from "./server.js";
import { agreements, contacts, figures, head, score } from "./file_parts.js";
import { history, invoices, SHOWN } from "./file_lists.js";

const { escape } = collections_app;
const EVENTS = 8;

const timeline = (name) =>
	frappe
		.call({
			method: "collections_app.api.cases.timeline",
			args: { case: name, limit: EVENTS },
			type: "GET",
			silent: true,
		})
		.then(({ message }) => message);

export class File {
	constructor(wrapper, { on_act, on_back }) {
		this.wrapper = wrapper;
		wrapper.on("click", "[data-do]", (event) => on_act(event.currentTarget.dataset.do));
		wrapper.on("click", "[data-back]", () => on_back());
		wrapper.on("click", "[data-retry]", (event) =>
			this.part(event.currentTarget.closest("[data-part]").dataset.part),
		);
	}

	// `row`: as the list has it, shown at once; the rest follows. `head`: the promise of what one has to know first. `given`: the
	// file that came with the rows, good for one time.
	async load(row, { gently = false } = {}) {
		this.row = row;
		if (!row) {
			this.data = null;
			this.wrapper.empty();
			return;
		}
		if (!gently || !this.wrapper.find(".worklist-file").length) {
			this.data = null;
			this.frame();
		}
		// what one has to know first; who is passed by is not asked about further
		this.head = this.part("file");
		await this.head;
		if (this.row === row) await Promise.all([this.part("invoices"), this.part("history")]);
	}

	frame() {
		const { row } = this;
		this.wrapper.html(`<div class="worklist-file" data-file="${escape(row.case)}">
			<button type="button" class="btn btn-default btn-sm worklist-back" data-back>
				${frappe.utils.icon("arrow-left", "sm")} ${__("List")}</button>
			<div class="worklist-told" aria-live="assertive"></div>
			<div data-part="file">${head(row, null)}${loading(5)}</div>
			<section class="worklist-part" data-part="invoices"><h2>${__("Open Invoices")}</h2>
				<div data-body>${loading(4)}</div></section>
			<section class="worklist-part" data-part="history"><h2>${__("What Happened")}</h2>
				<div data-body>${loading(4)}</div></section>
		</div>`);
	}

	async part(name) {
		const { row } = this;
		const parts = {
			file: () => this.show_file(),
			invoices: async () => {
				const found = await ask("invoices", { case: row.case, limit: SHOWN });
				if (this.row === row) this.body("invoices").html(invoices(found));
			},
			history: async () => {
				const page = await timeline(row.case);
				if (this.row === row) this.body("history").html(history(page.events));
			},
		};
		try {
			await parts[name]();
		} catch (error) {
			if (this.row !== row) return;
			const place = name === "file" ? this.place("file") : this.body(name);
			place.html((name === "file" ? head(row, null) : "") + failed(error));
		}
	}

	async show_file() {
		const { row, given } = this;
		this.given = null;
		const is_same = given && given.case.name === row.case;
		const data = is_same ? given : await ask("case_file", { case: row.case });
		if (this.row !== row) return;
		this.data = data;
		collections_app.end_charts(this.wrapper);
		this.place("file").html(
			[
				head(row, data),
				figures(data),
				contacts(data),
				collections_app.ageing_bar(data.ageing, data.currency),
				`<div class="worklist-columns">${score(data)}${agreements(data)}</div>`,
			].join(""),
		);
		collections_app.fold_risk_factors(this.wrapper);
	}

	place(name) {
		return this.wrapper.find(`[data-part="${name}"]`);
	}

	body(name) {
		return this.place(name).find("[data-body]");
	}

	tell(html) {
		const box = this.wrapper.find(".worklist-told").html(html)[0];
		if (box && html) box.scrollIntoView({ block: "nearest" });
	}
}
