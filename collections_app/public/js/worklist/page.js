// The page Worklist: whom to act on first, worked off one key at a time.
import { on_moved } from "../shared/live.js";
import { add_filters } from "../shared/page.js";
import { answer_of, reason_of } from "../shared/server.js";
import { alert_box, empty, failed, loading } from "../shared/states.js";
import { ACTIONS } from "./actions.js";
import { File } from "./file.js";
import { fields, narrowed, values_of } from "./filters.js";
import { help, listen } from "./keys.js";
import { List } from "./list.js";
import { Progress } from "./progress.js";
import { act } from "./server.js";
import { Tabs } from "./tabs.js";

frappe.provide("collections_app");

const { date } = collections_app;
const NEEDS_A_CASE = new Set([...Object.keys(ACTIONS), "open"]);

collections_app.CollectionsWorklist = class CollectionsWorklist {
	// `opening`: the call of that name with the filters as they are at first, under way; none where others are asked for.
	constructor(page, opening) {
		this.page = page;
		this.refresh_soon = frappe.utils.debounce(() => this.refresh(), 300);
		add_filters(page, fields(), () => this.changed());
		page.set_secondary_action(__("Refresh"), () => this.refresh());
		page.add_menu_item(__("As a Report"), () => this.open_report());
		page.add_menu_item(__("Keys"), help);
		this.body = $(`<div class="worklist">
			<div class="worklist-progress" aria-live="polite"></div>
			<div class="worklist-tabs" role="group" aria-label="${__("Class")}"></div>
			<div class="worklist-as-of" aria-live="polite"></div>
			<div class="worklist-list">${loading(8)}</div>
			<div class="worklist-side"></div>
			<div class="worklist-whole"></div>
		</div>`).appendTo(page.main);
		this.progress = new Progress(this.body.find(".worklist-progress"));
		this.tabs = new Tabs(this.body.find(".worklist-tabs"), () => this.refresh(null));
		this.file = new File(this.body.find(".worklist-side"), {
			on_act: (action) => this.run(action),
			on_back: () => this.show_list(),
		});
		this.list = new List(this.body.find(".worklist-list"), {
			on_choose: (name, by_hand) => this.chosen(name, by_hand),
			on_loaded: (answer) => this.loaded(answer),
		});
		this.body.on("click", ".worklist-whole [data-retry]", () => this.refresh());
		this.body.on("click", "[data-do=rank]", () => this.rank());
		this.body.on("click", "[data-do=all]", () => this.clear_filters());
		listen(this);
		on_moved("collections-worklist", ({ companies }) => this.moved(companies));
		if (!this.take_route_options()) this.refresh(null, false, opening && answer_of(opening));
	}

	get filters() {
		return { ...values_of(this.page), class: this.tabs.chosen || null };
	}

	shown() {
		this.take_route_options();
	}

	// From a card or another page: the same filters as above, `class`, and `case` to begin with.
	take_route_options() {
		const given = frappe.route_options;
		frappe.route_options = {};
		if (!given || !Object.keys(given).length) return false;
		const { case: name, class: klass, ...rest } = given;
		if (klass !== undefined) this.tabs.chosen = klass || "";
		const set = ([fieldname, value]) => this.page.fields_dict[fieldname]?.set_value(value);
		Promise.all(Object.entries(rest).map(set)).then(() => this.refresh(name));
		return true;
	}

	// A field also says so when its value was set to what it was.
	changed() {
		if (this.asked !== JSON.stringify(this.filters)) this.refresh_soon();
	}

	// `opening`: the answer that is asked for already.
	async refresh(keep = this.list.name, gently = false, opening = null) {
		const { filters } = this;
		this.asked = JSON.stringify(filters);
		this.body.attr("aria-busy", true);
		try {
			const answer = await this.list.load(filters, { keep, gently, opening });
			if (!answer) return;
			this.show_whole(this.nothing(answer, filters));
			if (answer.company) this.load_progress(filters, answer.currency);
		} catch (error) {
			// what is shown stays, if it was only to be brought up to date
			if (!gently) this.show_whole(failed(error));
		}
		this.body.attr("aria-busy", false);
	}

	// After the file, which is waited for.
	async load_progress(filters, currency) {
		await this.file.head;
		this.progress.load(filters, currency);
	}

	// Returns how many customers the open tab has.
	loaded({ counts, currency, as_of, company, file }) {
		this.company = company;
		this.file.given = file;
		this.tabs.set(counts, currency);
		const old = as_of && as_of < frappe.datetime.get_today();
		const rank =
			old && frappe.model.can_write("Collection Case")
				? `<button type="button" class="btn btn-xs btn-default" data-do="rank">${__("Work Out Anew")}</button>`
				: "";
		this.body
			.find(".worklist-as-of")
			.html(old ? `${__("Order and reasons as of {0}.", [date(as_of)])} ${rank}` : "");
		return this.tabs.of(this.tabs.chosen).count;
	}

	// Instead of list and file: an error, or that there is nothing to do.
	show_whole(html = "") {
		this.body.find(".worklist-whole").html(html);
		this.body.toggleClass("worklist-nothing", Boolean(html));
	}

	nothing({ company, rows }, filters) {
		if (rows.length) return "";
		if (!company) {
			return empty(__("There is no company yet"), __("Set one up, then run the cycle."));
		}
		if (narrowed(filters)) {
			const all = { name: "all", label: __("Show All") };
			return empty(__("No customer fits these filters"), "", all);
		}
		return empty(
			__("Nobody is to be acted on"),
			__("New ones come with the next run: what is overdue, or waits for a person."),
		);
	}

	async clear_filters() {
		this.tabs.chosen = "";
		const empty_values = {
			team: "",
			collector: "",
			risk_band: [],
			minimum_overdue: 0,
			text: "",
		};
		const all = Object.entries({ ...empty_values, only_mine: 0 });
		await Promise.all(
			all.map(([name, value]) => this.page.fields_dict[name].set_value(value)),
		);
		this.refresh(null);
	}

	chosen(name, by_hand) {
		if (by_hand) this.body.addClass("worklist-at-file");
		const known = this.file.row && this.file.row.case === name ? this.file.row : null;
		const row = this.list.chosen || known;
		return this.file.load(row, { gently: Boolean(known) && !by_hand });
	}

	show_list() {
		this.body.removeClass("worklist-at-file");
		const row = this.list.element(this.list.name);
		if (row) row.focus();
	}

	// What keys and buttons do, by name.
	run(action) {
		const own = {
			next: () => this.list.step(1),
			previous: () => this.list.step(-1),
			open: () => this.open_customer(),
			search: () => this.page.fields_dict.text.$input.trigger("focus"),
			help,
		};
		const { row, data } = this.file;
		if (NEEDS_A_CASE.has(action) && !row) return;
		if (own[action]) return own[action]();
		this.file.tell("");
		// what the file does not know yet cannot be acted on
		if (!data) return;
		if (!data.may_write) {
			this.file.tell(
				alert_box(__("You may look at cases, but not work on them."), "yellow"),
			);
			return;
		}
		const done = () => this.done(row.case);
		const { customer, company, case: name } = row;
		const subject = { customer, company, case: name, done };
		ACTIONS[action]({ row, data, done, subject, worklist: this });
	}

	// The next customer follows at once; what became of this one is worked out meanwhile.
	async done(name) {
		if (this.list.name === name) {
			const row = this.list.chosen;
			if (row) row.worked = true;
			if (!this.list.step_on()) this.file.load(row, { gently: true });
			this.list.show();
		}
		try {
			const row = await act("acted", { case: name });
			this.list.update(name, row);
			if (this.list.name === name)
				this.file.load(this.list.chosen || null, { gently: true });
		} catch (error) {
			frappe.show_alert({ message: reason_of(error), indicator: "orange" });
		}
		this.progress.load(this.filters, this.progress.currency);
	}

	// Something moved on the server. A dialog is not disturbed; its own action is followed anyway.
	moved(companies) {
		if (companies.length && !companies.includes(this.company)) return;
		if (document.querySelector(".modal.show")) return;
		this.refresh(this.list.name, true);
	}

	async rank() {
		this.body.find("[data-do=rank]").prop("disabled", true);
		try {
			await act("rank_now", { company: this.company });
			await this.refresh();
		} catch (error) {
			this.body.find(".worklist-as-of").html(alert_box(reason_of(error)));
		}
	}

	open_customer() {
		const { row } = this.file;
		frappe.route_options = { company: row.company };
		frappe.set_route("customer-360", row.customer);
	}

	open_report() {
		const { company, team, risk_band, collector, only_mine, minimum_overdue } = this.filters;
		frappe.route_options = { company, team, risk_band, collector, only_mine, minimum_overdue };
		frappe.set_route("query-report", "Collections Worklist");
	}
};
