// The page Collections Cockpit: every figure of the receivables at a glance, each a link to what is behind it.
import { on_moved } from "../shared/live.js";
import { add_filters } from "../shared/page.js";
import { SeenFirst } from "../shared/seen_first.js";
import { answer_of } from "../shared/server.js";
import { alert_box, empty, failed, loading } from "../shared/states.js";
import { ageing } from "./ageing.js";
import { cash } from "./cash.js";
import { show_digest } from "./digest.js";
import { disputes } from "./disputes.js";
import { feeds } from "./feeds.js";
import { fields, values_of } from "./filters.js";
import { listen } from "./go.js";
import { indicators } from "./indicators.js";
import { movers } from "./movers.js";
import { news } from "./news.js";
import { Panel } from "./panel.js";
import { promises } from "./promises.js";
import { ask } from "./server.js";
import { Sync } from "./sync.js";
import { moment_text } from "./text.js";

frappe.provide("collections_app");

const ROUTE = "collections-cockpit";
const KINDS = [news, cash, indicators, ageing, promises, movers, disputes, feeds];

collections_app.Cockpit = class Cockpit {
	// `opening`: the call of that name, under way.
	constructor(page, opening) {
		this.page = page;
		this.body = $(`<div class="collections-cockpit">
			<div class="cockpit-runs" aria-live="polite"></div>
			<div class="cockpit-messages"></div>
			<div class="cockpit-grid">${loading(8)}</div>
			<p class="cockpit-as-of text-muted small" role="status"></p>
		</div>`).appendTo(page.main);
		this.grid = this.body.find(".cockpit-grid");
		this.panels = [];
		this.seen_first = new SeenFirst();
		this.changed_soon = frappe.utils.debounce(() => this.changed(), 300);
		listen(this.body);
		this.body.on("click", "[data-do=open-next]", () => frappe.set_route(this.next.route));
		this.open(answer_of(opening));
	}

	async open(opening = ask("opening")) {
		try {
			this.may = await opening;
		} catch (error) {
			this.grid
				.html(failed(error))
				.find("[data-retry]")
				.on("click", () => this.open());
			return;
		}
		if (this.may.next) return this.show_next(this.may.next);
		add_filters(this.page, fields(this.may), () => this.changed_soon());
		this.add_actions();
		this.grid.empty();
		this.panels = KINDS.map((kind) => new Panel(this.grid, kind, this));
		this.sync = new Sync(this.body.find(".cockpit-runs"), () => this.refresh());
		on_moved(ROUTE, (told) => this.moved(told));
		if (!this.take_route_options()) this.refresh();
	}

	// A site without a company or settings says what to do first.
	show_next(next) {
		this.next = next;
		const action = next.route ? { name: "open-next", label: next.label } : null;
		this.grid.html(empty(next.title, next.text, action));
	}

	add_actions() {
		const { page } = this;
		// an icon leaves room for Sync Now; on a phone it is in the menu
		page.add_action_icon("refresh", () => this.refresh(), "", __("Refresh"));
		page.add_menu_item(__("Refresh"), () => this.refresh());
		if (this.may.may_run) {
			page.set_primary_action(__("Sync Now"), () => this.sync.ask(this.companies));
			page.add_menu_item(__("Only Read Connections"), () => this.sync.read(this.companies));
		}
		page.add_menu_item(__("Preview Weekly Digest"), () => show_digest(this.companies));
	}

	get filters() {
		const { companies, team } = values_of(this.page);
		return { companies, team };
	}

	get period() {
		return values_of(this.page).period;
	}

	// Names of the companies that are shown.
	get companies() {
		return this.filters.companies || this.may.companies.map(({ name }) => name);
	}

	get first_company() {
		const own = this.may.company;
		return this.companies.includes(own) ? own : this.companies[0];
	}

	shown() {
		if (this.panels.length) this.take_route_options();
	}

	take_route_options() {
		const { company } = frappe.route_options || {};
		// emptied, not null: the desk's sidebar reads it after the page
		frappe.route_options = {};
		const field = this.page.fields_dict.companies;
		if (!company || !field) return false;
		field.set_value([company]);
		this.refresh();
		return true;
	}

	// A field also says so when its value was set to what it was.
	changed() {
		const now = JSON.stringify(values_of(this.page));
		if (this.asked !== now) this.refresh();
	}

	refresh() {
		this.asked = JSON.stringify(values_of(this.page));
		this.load_head();
		return this.seen_first.load(this.panels);
	}

	async load_head() {
		const box = this.body.find(".cockpit-messages");
		try {
			const head = await ask("head", this.filters);
			box.html(head.messages.map((text) => alert_box(text, "yellow")).join(""));
			head.runs.forEach((run) => this.sync.follow(run));
			this.tell_time(head);
		} catch (error) {
			box.html(failed(error))
				.find("[data-retry]")
				.on("click", () => this.load_head());
		}
	}

	tell_time({ taken, missing }) {
		const now = moment_text(frappe.datetime.now_datetime());
		const parts = [__("Shown as of {0}", [now])];
		if (taken) parts.push(__("last run {0}", [moment_text(taken)]));
		if (missing.length) parts.push(__("no run yet: {0}", [missing.join(", ")]));
		this.body.find(".cockpit-as-of").text(parts.join(" · "));
	}

	moved({ companies, kinds }) {
		if (companies.length && !companies.some((name) => this.companies.includes(name))) return;
		this.load_head();
		this.panels.filter((panel) => panel.is_moved_by(kinds)).forEach((panel) => panel.load());
	}
};
