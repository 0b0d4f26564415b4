// The page Plan Rehearsal: filters, one calendar or two side by side, and the table of messages below.
import { add_filters } from "../shared/page.js";
import { side_panel } from "./side.js";
import { MessageTable } from "./table.js";
import { download_csv } from "./csv.js";

frappe.provide("collections_app");

const { escape, date } = collections_app;
const METHOD = "collections_app.api.rehearsal.rehearse";
const DAYS = [7, 14, 30, 60, 90];

const filters = () => [
	{
		fieldname: "company",
		label: __("Company"),
		fieldtype: "Link",
		options: "Company",
		default: frappe.defaults.get_user_default("Company"),
	},
	{
		fieldname: "plan",
		label: __("Dunning Plan"),
		fieldtype: "Link",
		options: "Dunning Plan",
	},
	{ fieldname: "customer", label: __("Customer"), fieldtype: "Link", options: "Customer" },
	{
		fieldname: "compare_with",
		label: __("Compare With"),
		fieldtype: "Link",
		options: "Dunning Plan",
	},
	{
		fieldname: "days",
		label: __("Days"),
		fieldtype: "Select",
		options: DAYS.map((days) => ({ value: String(days), label: __("{0} days", [days]) })),
		default: "30",
	},
	{
		fieldname: "expected_payments",
		label: __("With Expected Payments"),
		fieldtype: "Check",
	},
];

collections_app.PlanRehearsal = class PlanRehearsal {
	constructor(page) {
		this.page = page;
		this.refresh_soon = frappe.utils.debounce(() => this.refresh(), 250);
		add_filters(page, filters(), () => this.changed());
		page.set_secondary_action(__("Refresh"), () => this.refresh());
		page.add_menu_item(__("Export CSV"), () => this.export_csv());
		this.body = $(`<div class="plan-rehearsal"></div>`).appendTo(page.main);
		this.body.on("click", "[data-day]", (event) => {
			const { day, side } = event.currentTarget.dataset;
			this.choose(day, Number(side));
		});
		this.body.on("click", "[data-retry]", () => this.refresh());
		if (!this.take_route_options()) this.refresh();
	}

	get values() {
		return Object.fromEntries(
			Object.entries(this.page.fields_dict).map(([name, field]) => [
				name,
				field.get_value() || null,
			]),
		);
	}

	// Filters given by the page one comes from, e.g. the plan's form. True when there were any.
	take_route_options() {
		const given = frappe.route_options;
		frappe.route_options = {};
		const known = Object.keys(given || {}).filter(
			(name) => this.page.fields_dict[name] && given[name],
		);
		if (!known.length) return false;
		for (const name of ["plan", "customer", "compare_with", ...known]) {
			this.page.fields_dict[name].set_value(given[name] ?? "");
		}
		this.refresh_soon();
		return true;
	}

	// A field also says so when its value was set to what it was.
	changed() {
		if (this.asked && JSON.stringify(this.values) === this.asked) return;
		this.refresh_soon();
	}

	async refresh() {
		const { values } = this;
		const asked = JSON.stringify(values);
		this.asked = asked;
		this.busy(true);
		try {
			const args = {
				...values,
				days: cint(values.days) || 30,
				expected_payments: cint(values.expected_payments),
			};
			const answer = await frappe.call({ method: METHOD, args, silent: true });
			if (this.asked !== asked) return;
			this.show(answer.message);
		} catch (error) {
			if (this.asked === asked) this.show_error(error);
		}
		this.busy(false);
	}

	busy(on) {
		this.body.toggleClass("rehearsal-busy", on).attr("aria-busy", on);
		if (on && !this.data) {
			this.body.html(`<div class="rehearsal-state text-muted">${__("Rehearsing...")}</div>`);
		}
	}

	show(data) {
		this.data = data;
		const panels = data.sides.map((side, number) => side_panel(data, number)).join("");
		const kind = data.sides.length > 1 ? "rehearsal-two" : "rehearsal-one";
		this.body.html(`${this.heading()}
			<div class="rehearsal-sides ${kind}">${panels}</div>
			<div class="rehearsal-table"></div>`);
		this.table = new MessageTable(this.body.find(".rehearsal-table"), data);
		this.table.on_clear = () => this.choose(null, this.table.side);
		this.table.show();
	}

	heading() {
		const { data, values } = this;
		const notes = [
			__("{0} to {1}, {2}. Nothing is written or sent.", [
				date(data.start),
				date(data.end),
				escape(data.company),
			]),
			cint(values.expected_payments)
				? __("Invoices are taken as paid on the day they are expected.")
				: __("Invoices are taken to stay unpaid."),
		];
		const warning = data.without_plan
			? `<div class="text-warning">${__("{0} overdue customers are caught by no plan.", [
					data.without_plan,
				])}</div>`
			: "";
		return `<div class="rehearsal-heading text-muted">${notes.join(" ")}${warning}</div>`;
	}

	// Clicking a day filters the table by it; clicking it again shows all days.
	choose(day, side) {
		const same = this.table.day === day && this.table.side === side;
		this.table.show(side, same ? null : day);
		this.body.find("[data-day]").each((_, cell) => {
			const { day: one, side: number } = cell.dataset;
			const on = one === this.table.day && Number(number) === this.table.side;
			cell.setAttribute("aria-pressed", on);
		});
	}

	show_error(error) {
		this.data = null;
		this.body.html(`<div class="rehearsal-state rehearsal-error" role="alert">
			<p><b>${__("The rehearsal could not be made.")}</b></p>
			<p>${escape(reason_of(error))}</p>
			<button class="btn btn-default btn-sm" data-retry>${__("Try Again")}</button>
		</div>`);
	}

	export_csv() {
		if (!this.data || !this.data.sides.some((side) => side.rows.length)) {
			frappe.show_alert({ message: __("There is nothing to export"), indicator: "orange" });
			return;
		}
		download_csv(this.data);
	}
};

// What the server said, in plain words.
function reason_of(error) {
	const answer = (error && error.responseJSON) || error || {};
	try {
		const messages = JSON.parse(answer._server_messages || "[]").map((one) => JSON.parse(one));
		const texts = messages.map((one) => strip_html(one.message || ""));
		if (texts.length) return texts.join(" ");
	} catch {
		// what cannot be read is told as the rest
	}
	return __("The server did not answer as expected.");
}
