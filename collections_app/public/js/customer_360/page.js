// The page Customer 360: everything about one customer, for one company, and what can be done about it.
import { on_moved } from "../shared/live.js";
import { add_filters } from "../shared/page.js";
import { answer_of } from "../shared/server.js";
import { empty, failed, loading } from "../shared/states.js";
import { Actions } from "./actions.js";
import { draw_head } from "./head.js";
import { listen } from "./keys.js";
import { panels_of } from "./panels.js";
import { ask } from "./server.js";

frappe.provide("collections_app");

const { escape } = collections_app;
const ROUTE = "customer-360";

collections_app.Customer360 = class Customer360 {
	// `head`: the call of that name, under way, and of whom it is; none where the route names nobody.
	constructor(page, head) {
		this.page = page;
		this.asked_head = head;
		this.make_fields();
		this.body = $(`<div class="customer-360">
			<div class="c360-head" aria-live="polite"></div>
			<div class="c360-panels"></div>
		</div>`).appendTo(page.main);
		this.head = this.body.find(".c360-head");
		this.panels = panels_of(this.body.find(".c360-panels"), this);
		this.actions = new Actions(this);
		this.body.on("click", "[data-retry-head]", () => this.load());
		this.body.on("click", "[data-act]", (event) => {
			event.preventDefault();
			this.actions.run(event.currentTarget.dataset.act);
		});
		page.set_secondary_action(__("Refresh"), () => this.load(), "refresh");
		page.add_menu_item(__("Keys"), () => frappe.ui.keys.show_keyboard_shortcut_dialog());
		page.add_menu_item(__("Customer"), () => this.open_customer());
		on_moved(ROUTE, ({ companies }) => {
			if (!companies.length || companies.includes(this.company)) this.refresh();
		});
		this.shown();
	}

	make_fields() {
		const { page } = this;
		const fields = [
			{
				fieldname: "customer",
				label: __("Customer"),
				fieldtype: "Link",
				options: "Customer",
			},
			{ fieldname: "company", label: __("Company"), fieldtype: "Select", options: [] },
		];
		add_filters(page, fields, () => this.fields_changed());
	}

	// Called each time the page is opened: the route says whose.
	shown() {
		listen(this);
		const [, customer] = frappe.get_route();
		const { company } = frappe.route_options || {};
		frappe.route_options = {};
		const wanted = { customer: customer || null, company: company || null };
		const same = wanted.customer === this.customer && (!company || company === this.company);
		if (same && this.data) return this.refresh();
		this.customer = wanted.customer;
		this.company = wanted.company;
		return this.load();
	}

	fields_changed() {
		if (this.filling) return;
		const { customer, company } = this.page.fields_dict;
		const chosen = customer.get_value();
		if (chosen && chosen !== this.customer) {
			frappe.set_route(ROUTE, chosen);
		} else if (company.get_value() && company.get_value() !== this.company) {
			this.company = company.get_value();
			this.load();
		}
	}

	// From nothing: another customer or company.
	async load() {
		this.data = null;
		this.fill_fields();
		if (!this.customer) return this.show_nobody();
		this.head.html(loading(4));
		this.panels.clear();
		await this.read_head();
		if (this.data) this.panels.load();
	}

	// What is shown stays until what is new is there.
	async refresh() {
		if (!this.data) return this.load();
		await this.read_head();
		this.panels.load({ quietly: true });
	}

	async read_head() {
		const { customer, company } = this;
		try {
			const data = await this.ask_head(customer, company);
			if (customer !== this.customer || (company && company !== this.company)) return;
			this.data = data;
			this.company = data.company;
		} catch (error) {
			if (customer !== this.customer) return;
			this.data = null;
			this.panels.clear();
			this.head.html(failed(error).replace("data-retry", "data-retry-head"));
			return;
		}
		this.page.set_title(this.data.customer.customer_name);
		frappe.utils.set_title?.(this.data.customer.customer_name);
		this.fill_fields();
		draw_head(this.head, this.data);
	}

	// The first time it is asked for already.
	ask_head(customer, company) {
		const head = this.asked_head;
		this.asked_head = null;
		const is_same = head && head.customer === customer && head.company === company;
		return is_same ? answer_of(head.call) : ask("head", { customer, company });
	}

	show_nobody() {
		this.page.set_title(__("Customer 360"));
		this.panels.clear();
		this.head.html(
			empty(__("Choose a customer"), __("Everything about it stands here then.")),
		);
		this.page.fields_dict.customer.set_focus?.();
	}

	// The fields say what is shown; filling them is no choice of the user.
	fill_fields() {
		const { customer, company } = this.page.fields_dict;
		this.filling = true;
		// whether there is such a customer says the answer for its head
		customer.df.ignore_link_validation = 1;
		customer.set_value(this.customer || "");
		customer.df.ignore_link_validation = 0;
		const companies = this.data ? this.data.companies : [this.company].filter(Boolean);
		company.df.options = companies;
		company.refresh();
		company.set_input?.(this.company || "");
		company.$wrapper.toggle(companies.length > 1);
		// a field tells of its change a moment later
		setTimeout(() => (this.filling = false), 400);
	}

	get subject() {
		return { customer: this.customer, company: this.company };
	}

	open_customer() {
		if (this.customer) frappe.set_route("Form", "Customer", this.customer);
	}

	alert(message, indicator = "green") {
		frappe.show_alert({ message: escape(message), indicator }, 5);
	}
};
