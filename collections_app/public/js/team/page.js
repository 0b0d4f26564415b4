// The page Team: portfolios and load, targets, cash, actions, absences; each part loads by itself.
import { on_moved } from "../shared/live.js";
import { add_filters } from "../shared/page.js";
import { SeenFirst } from "../shared/seen_first.js";
import { answer_of, reason_of } from "../shared/server.js";
import { failed, loading } from "../shared/states.js";
import { show_absences } from "./absences.js";
import { new_absence, new_target } from "./dialogs.js";
import { Panel } from "./panel.js";
import { days_of, options, OWN } from "./periods.js";
import { Portfolios } from "./portfolios.js";
import { draw_activity, draw_cash, show_activity, show_cash } from "./results.js";
import { act, ask } from "./server.js";
import { show_targets } from "./targets.js";

frappe.provide("collections_app");

const ROUTE = "collections-team";

collections_app.TeamPage = class TeamPage {
	// `choices`: the call of that name, under way.
	constructor(page, choices) {
		this.page = page;
		this.may_give = frappe.model.can_write("Collection Case");
		this.refresh_soon = frappe.utils.debounce(() => this.refresh(), 300);
		this.seen_first = new SeenFirst();
		this.body = $(`<div class="team-page"></div>`).appendTo(page.main);
		this.begin(answer_of(choices));
	}

	async begin(choices = ask("choices")) {
		this.body.html(loading(6));
		try {
			this.choices = await choices;
		} catch (error) {
			this.body.html(failed(error));
			this.body.find("[data-retry]").on("click", () => this.begin());
			return;
		}
		this.body.empty();
		add_filters(this.page, this.fields(), () => this.changed());
		const { company } = this.choices;
		if (company) this.page.fields_dict.companies.set_value([company]);
		this.show_days();
		this.page.set_secondary_action(__("Refresh"), () => this.refresh());
		this.page.add_menu_item(__("Collector Performance"), () =>
			frappe.set_route("query-report", "Collector Performance"),
		);
		this.make_panels();
		on_moved(ROUTE, ({ companies }) => {
			const own = this.filters.companies;
			if (!companies.length || !own.length || companies.some((one) => own.includes(one)))
				this.refresh();
		});
		this.refresh();
	}

	fields() {
		const { companies, teams } = this.choices;
		const fields = [
			{
				fieldname: "companies",
				label: __("Company"),
				fieldtype: "MultiSelectList",
				get_data: (text) =>
					companies
						.filter((one) => one.toLowerCase().includes((text || "").toLowerCase()))
						.map((value) => ({ value, description: "" })),
			},
		];
		if (teams.length) {
			fields.push({
				fieldname: "team",
				label: __("Team"),
				fieldtype: "Select",
				options: [
					{ value: "", label: __("Everybody") },
					...teams.map((value) => ({ value, label: value })),
				],
			});
		}
		fields.push(
			{
				fieldname: "period",
				label: __("Period"),
				fieldtype: "Select",
				options: options(),
				default: "This Month",
			},
			{ fieldname: "from_date", label: __("From"), fieldtype: "Date" },
			{ fieldname: "to_date", label: __("To"), fieldtype: "Date" },
		);
		return fields;
	}

	get filters() {
		const value = (name) => this.page.fields_dict[name]?.get_value();
		const [from_date, to_date] = days_of(
			value("period") || "This Month",
			value("from_date"),
			value("to_date"),
		);
		return {
			companies: value("companies") || [],
			team: value("team") || null,
			from_date,
			to_date,
		};
	}

	get currency() {
		return this.portfolios.currency;
	}

	// A field also says so when its value was set to what it was.
	changed() {
		this.show_days();
		if (this.asked !== JSON.stringify(this.filters)) this.refresh_soon();
	}

	show_days() {
		const own = this.page.fields_dict.period.get_value() === OWN;
		for (const name of ["from_date", "to_date"]) {
			this.page.fields_dict[name].$wrapper.toggle(own);
		}
	}

	shown() {
		if (this.panels) this.refresh();
	}

	make_panels() {
		const { manages } = this.choices;
		this.portfolios = new Portfolios(this);
		const main = $(`<div class="team-main"></div>`).appendTo(this.body);
		const side = $(`<div class="team-side"></div>`).appendTo(this.body);
		const none = __("Nothing in This Period");
		const about = () => {
			const { companies, team } = this.filters;
			return { companies, team };
		};
		const portfolios = new Panel(main, {
			name: "portfolios",
			title: __("Portfolios and Load"),
			lines: 28,
			read: () => ask("portfolios", about()),
			show: (answer) => this.portfolios.show(answer),
			shown: () => this.portfolios.shown(portfolios.body),
			nothing: [
				__("No Collectors Yet"),
				__("Give users the role Collector, and cases to work on."),
			],
		});
		const cash = new Panel(main, {
			name: "cash",
			title: __("Cash Collected"),
			hint: __("Payments of the customers whose cases they work"),
			read: () => ask("cash", this.filters),
			show: show_cash,
			shown: (answer) => draw_cash(cash.body, answer),
			nothing: [none, __("No customer has paid.")],
		});
		const activity = new Panel(main, {
			name: "activity",
			title: __("Actions Done"),
			hint: __(
				"Calls, promises and disputes by who recorded them; messages by the case's collector",
			),
			read: () => ask("activity", this.filters),
			show: show_activity,
			shown: (answer) => draw_activity(activity.body, answer),
			nothing: [none, __("No call, message, promise or dispute.")],
		});
		const targets = new Panel(side, {
			name: "targets",
			title: __("Targets"),
			read: () => ask("targets", this.filters),
			show: (rows) => show_targets(rows, manages),
			nothing: [__("No Targets"), __("None is set for this period.")],
		});
		const absences = new Panel(side, {
			name: "absences",
			title: __("Absences"),
			read: () => ask("absences", about()),
			show: (rows) => show_absences(rows),
			nothing: [__("Everybody Is There"), __("No absence is entered.")],
		});
		if (manages) {
			targets.button(__("New Target"), () => {
				const { companies, from_date, to_date } = this.filters;
				new_target({ company: companies[0], from_date, to_date }, () => targets.load());
			});
			absences.button(__("New Absence"), () => new_absence(() => this.refresh()));
			absences.element.on("click", "[data-end]", (event) =>
				this.end_absence(event.currentTarget.dataset.end),
			);
		}
		this.panels = [portfolios, targets, absences, cash, activity];
	}

	refresh() {
		this.asked = JSON.stringify(this.filters);
		return this.seen_first.load(this.panels);
	}

	async end_absence(absence) {
		try {
			await act("end_absence", { absence });
			frappe.show_alert({
				message: __("The cases come back in a moment."),
				indicator: "green",
			});
		} catch (error) {
			frappe.show_alert({ message: reason_of(error), indicator: "red" });
		}
	}
};
