// The panels below the head. Each asks for its own data; one that fails says so and leaves the others alone.
import { SeenFirst } from "../shared/seen_first.js";
import { reason_of } from "../shared/server.js";
import { alert_box, failed, loading } from "../shared/states.js";
import { Behaviour } from "./behaviour.js";
import { Expected } from "./expected.js";
import { People } from "./people.js";
import { Score } from "./score.js";
import { Statement } from "./statement.js";
import { Timeline } from "./timeline.js";

// In the order they are read in; `side`: the narrow column; `lines`: of grey that stand for it meanwhile, about as high.
const PANELS = [
	{ name: "behaviour", title: () => __("How It Pays"), part: Behaviour, lines: 13 },
	{ name: "expected", title: () => __("When It Will Pay"), part: Expected, lines: 12 },
	{ name: "timeline", title: () => __("Timeline"), part: Timeline, lines: 12 },
	{ name: "statement", title: () => __("Statement of Account"), part: Statement, lines: 12 },
	{ name: "score", title: () => __("Score"), part: Score, side: true, lines: 15 },
	{ name: "covers", title: () => __("Credit Insurance"), shared: "CreditCovers", side: true },
	{
		name: "reports",
		title: () => __("Registers and Bureaus"),
		shared: "CreditReports",
		side: true,
	},
	{ name: "people", title: () => __("Contacts"), part: People, side: true },
];

export function panels_of($place, view) {
	const card = ({
		name,
		title,
	}) => `<section class="c360-card" data-panel="${name}" tabindex="-1"
		aria-label="${title()}"><h3>${title()}<span class="c360-tools"></span></h3>
		<div class="c360-body"></div></section>`;
	const column = (side) =>
		PANELS.filter((one) => Boolean(one.side) === side)
			.map(card)
			.join("");
	$place.html(`<div class="c360-column">${column(false)}</div>
		<div class="c360-column">${column(true)}</div>`);
	const panels = PANELS.map((one) => {
		const $panel = $place.find(`[data-panel="${one.name}"]`);
		return one.shared ? new SharedPanel($panel, view, one) : new Panel($panel, view, one);
	});
	const seen_first = new SeenFirst();
	return {
		load(options) {
			$place.removeClass("hidden");
			return seen_first.load(panels, options);
		},
		clear() {
			seen_first.cancel();
			$place.addClass("hidden");
			panels.forEach((panel) => panel.clear());
		},
		go_to(name) {
			const panel = panels.find((one) => one.name === name);
			panel.$panel[0].scrollIntoView({ block: "center" });
			// the first thing to press there, else the panel itself
			const first = panel.$panel.find("button:visible, a:visible")[0] || panel.$panel[0];
			first.focus();
		},
	};
}

class Panel {
	constructor($panel, view, { name, part: Part, lines }) {
		Object.assign(this, { $panel, view, name, lines });
		this.body = $panel.find(".c360-body");
		this.part = Part ? new Part(this) : null;
		this.body.on("click", "[data-retry]", () => this.load());
	}

	get place() {
		return this.$panel[0];
	}

	get tools() {
		return this.$panel.find(".c360-tools");
	}

	clear() {
		this.asked = null;
		this.body.empty();
		this.part?.clear?.();
	}

	// `quietly`: what is shown stays until what is new is there.
	wait({ quietly = false } = {}) {
		if (!quietly || !this.shown) this.body.html(loading(this.lines));
		this.body.attr("aria-busy", true);
	}

	async load(options) {
		const { customer, company } = this.view;
		const asked = (this.asked = {});
		this.wait(options);
		try {
			const data = await this.part.read({ customer, company });
			if (asked !== this.asked) return;
			this.part.draw(data, this.body);
			this.shown = true;
		} catch (error) {
			if (asked !== this.asked) return;
			this.shown = false;
			this.body.html(failed(error));
		} finally {
			if (asked === this.asked) this.body.attr("aria-busy", false);
		}
	}
}

// A piece of the Customer form's tab, which draws itself.
class SharedPanel extends Panel {
	constructor($panel, view, options) {
		super($panel, view, options);
		this.kind = options.shared;
	}

	async load(options) {
		const { customer, company } = this.view;
		const asked = (this.asked = {});
		const place = $(`<div class="collections-panel"></div>`);
		this.wait(options);
		try {
			await new collections_app[this.kind]({ wrapper: place, customer, company }).refresh();
			if (asked !== this.asked) return;
			this.shown = true;
			if (place.children().length) this.body.empty().append(place);
			else this.body.html(this.nothing());
		} catch (error) {
			if (asked !== this.asked) return;
			this.shown = false;
			this.body.html(alert_box(reason_of(error)) + this.again());
		} finally {
			if (asked === this.asked) this.body.attr("aria-busy", false);
		}
	}

	again() {
		return `<button class="btn btn-default btn-sm" data-retry>${__("Try Again")}</button>`;
	}

	// Nothing is connected: said with where to connect it.
	nothing() {
		const text =
			this.name === "covers"
				? __("Not insured, and no insurer is connected.")
				: __("No register or bureau is connected.");
		const url = frappe.utils.get_form_link("Connector Config", "").replace(/\/$/, "");
		return `<div class="text-muted">${text} <a href="${url}">${__("Set Up")}</a></div>`;
	}
}
