// The page Cash Review: the queue of incoming payments, decided one key at a time.
import { accept_above } from "./bulk.js";
import { Detail } from "./detail.js";
import { fields, values_of } from "./filters.js";
import { listen } from "./keys.js";
import { Queue } from "./queue.js";
import { show_keys } from "../shared/keys.js";
import { add_filters } from "../shared/page.js";
import { reason_of } from "../shared/server.js";
import { failed } from "../shared/states.js";
import { act } from "./server.js";

frappe.provide("collections_app");

const { escape } = collections_app;
const DONE = {
	accept: __("Applied"),
	split: __("Applied"),
	on_account: __("Put on account"),
	ignore: __("Ignored"),
	not_a_customer: __("Set aside: no customer's money"),
};

collections_app.CashReview = class CashReview {
	constructor(page) {
		this.page = page;
		this.may_write = frappe.model.can_write("Cash Match");
		this.decided = [];
		this.refresh_soon = frappe.utils.debounce(() => this.refresh(), 300);
		add_filters(page, fields(), () => this.changed());
		page.set_secondary_action(__("Refresh"), () => this.refresh());
		if (this.may_write) {
			page.set_primary_action(__("Accept Sure Ones"), () => accept_above(this));
		}
		page.add_menu_item(__("Payer Aliases"), () => frappe.set_route("List", "Payer Alias"));
		page.add_menu_item(__("Keys"), () => this.run("help"));
		this.body = $(`<div class="cash-review">
			<div class="review-list"></div><div class="review-detail"></div><div class="review-whole"></div>
		</div>`).appendTo(page.main);
		this.detail = new Detail(this.body.find(".review-detail"), this);
		this.queue = new Queue(this.body.find(".review-list"), (name) => this.chosen(name));
		this.body.on("click", "[data-retry]", () => this.refresh());
		listen(this);
		if (!this.take_route_options()) this.refresh();
	}

	get filters() {
		return values_of(this.page);
	}

	shown() {
		if (!this.take_route_options()) this.refresh();
	}

	take_route_options() {
		const given = frappe.route_options || {};
		frappe.route_options = {};
		if (!given.company && !given.match) return false;
		if (given.company) this.page.fields_dict.company.set_value(given.company);
		this.refresh(given.match);
		return true;
	}

	// A field also says so when its value was set to what it was.
	changed() {
		if (this.asked !== JSON.stringify(this.filters)) this.refresh_soon();
	}

	async refresh(keep = this.queue.name) {
		const { filters } = this;
		this.asked = JSON.stringify(filters);
		this.body.attr("aria-busy", true);
		try {
			await this.queue.load(filters, keep);
			this.show_whole();
		} catch (error) {
			this.show_whole(failed(error));
		}
		this.body.attr("aria-busy", false);
	}

	// Instead of the two columns: an error, or that there is nothing to do.
	show_whole(html = null) {
		const text = html || (this.queue.count ? "" : this.nothing());
		this.body.find(".review-whole").html(text);
		this.body.toggleClass("review-nothing", Boolean(text));
	}

	nothing() {
		const { view, ...rest } = this.filters;
		const filtered = Object.values(rest).some(Boolean);
		const title =
			view === "To Review" && !filtered
				? __("All payments are applied.")
				: __("No payment fits these filters.");
		return `<div class="review-state text-center" data-empty><p><b>${title}</b></p>
			<p class="text-muted">${__("New ones come with the bank data of the next run.")}</p></div>`;
	}

	async chosen(name) {
		const data = await this.detail.load(name);
		if (data) this.queue.mark(name, data.remittance, data.spans);
	}

	// What keys and buttons do, by name.
	run(action) {
		const actions = {
			accept: () => this.accept(),
			split: () => this.detail.split(),
			apply_split: () => this.apply_split(),
			on_account: () => this.on_account(),
			ignore: () => this.decide("ignore"),
			not_a_customer: () => this.decide("not_a_customer"),
			undo: () => this.undo(),
			next: () => this.queue.step(1),
			previous: () => this.queue.step(-1),
			close: () => this.detail.close_split(),
			help: () => this.help(),
		};
		if (!this.busy) actions[action]();
	}

	accept(rank = null) {
		const { data } = this.detail;
		if (!data || !this.detail.is_open) return;
		const proposal = data.proposals.find((one) => rank === null || one.rank === rank);
		if (proposal) this.decide("accept_proposal", { rank: proposal.rank }, "accept");
	}

	apply_split() {
		const { allocation } = this.detail;
		if (!allocation || !allocation.may_apply) return;
		const args = { customer: allocation.customer, parts: allocation.parts() };
		this.decide("allocate", args, "split");
	}

	on_account() {
		const { data } = this.detail;
		if (!data || !this.detail.may_allocate) return;
		const put = (customer) => this.decide("allocate", { customer, parts: [] }, "on_account");
		const [first] = data.proposals;
		const customer = (first && first.customer) || data.customer;
		if (customer) return put(customer);
		frappe.prompt(
			[
				{
					fieldname: "customer",
					fieldtype: "Link",
					options: "Customer",
					label: __("Customer"),
					reqd: 1,
				},
			],
			(values) => put(values.customer),
			__("On Whose Account?"),
			__("Put on Account"),
		);
	}

	async decide(method, args = {}, what = method) {
		const { data } = this.detail;
		if (this.busy || !this.may_write || !data || !this.detail.is_open) return;
		await this.locked(async () => {
			await act(method, { match: data.name, ...args });
			this.decided.push(data.name);
			this.alert(`${DONE[what]}: ${escape(data.counterparty_name || data.name)}`);
			this.queue.remove(data.name);
			this.show_whole();
		});
	}

	// The last decision of this visit; among payments already decided, the one chosen.
	async undo() {
		const { data } = this.detail;
		const name =
			data && !this.detail.is_open ? data.name : this.decided[this.decided.length - 1];
		if (!name) {
			this.alert(__("There is nothing to undo."), "orange");
			return;
		}
		await this.locked(async () => {
			await act("undo", { match: name });
			this.decided = this.decided.filter((one) => one !== name);
			this.alert(__("Taken back"));
			await this.refresh(name);
		});
	}

	// One thing at a time; what went wrong is told where one looks.
	async locked(work) {
		this.busy = true;
		this.body.addClass("review-busy");
		try {
			await work();
		} catch (error) {
			if (this.detail.data) this.detail.tell(error);
			else this.alert(escape(reason_of(error)), "red");
		} finally {
			this.busy = false;
			this.body.removeClass("review-busy");
		}
	}

	alert(message, indicator = "green") {
		frappe.show_alert({ message, indicator }, 4);
	}

	help() {
		show_keys([
			["↵ / A", __("Accept the first proposal (2 to 5: another one)")],
			["S", __("Split over invoices you choose")],
			["O", __("Put all on the customer's account")],
			["I", __("Ignore: it is booked elsewhere")],
			["N", __("No customer's money")],
			["Z", __("Undo the last decision")],
			["J / K", __("Next, previous payment")],
		]);
	}
};
