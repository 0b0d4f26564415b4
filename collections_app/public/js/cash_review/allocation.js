// An own allocation: the customer's open invoices to choose from, what is left of the payment counted down.
import { reason_of } from "../shared/server.js";
import { ask } from "./server.js";

const { escape, date, money } = collections_app;
const PLACES = 4;

export class Allocation {
	constructor(wrapper, detail, { customer, rows }) {
		this.wrapper = wrapper;
		this.detail = detail;
		this.given = new Map(rows.map((row) => [row.item, row]));
		this.lines = [];
		wrapper.html(`<div class="review-proposal">
			<div class="review-line">
				<b>${__("Split the Payment")}</b>
				<button class="btn btn-xs btn-default" data-close>${__("Close")} <kbd>Esc</kbd></button>
			</div>
			<div class="review-customer"></div>
			<div class="review-items"></div>
			<div class="review-foot"></div>
		</div>`);
		wrapper.off(".split");
		wrapper.on("click.split", "[data-close]", () => detail.close_split());
		wrapper.on("click.split", "[data-apply]", () => detail.review.run("apply_split"));
		wrapper.on("change.split", "[data-choose]", (event) => this.toggle(event.currentTarget));
		wrapper.on("change.split", "[data-amount]", (event) =>
			this.set_amount(event.currentTarget),
		);
		wrapper.on("change.split", "[data-kind]", (event) => {
			this.line(event.currentTarget).kind = event.currentTarget.value;
			this.show();
		});
		wrapper.on("change.split", "[data-rest]", (event) => {
			this.rest_kind = event.currentTarget.value;
			this.show_foot();
		});
		this.add_customer(customer);
	}

	get data() {
		return this.detail.data;
	}

	get left() {
		return flt(
			this.data.amount - this.lines.reduce((sum, line) => sum + line.amount, 0),
			PLACES,
		);
	}

	add_customer(customer) {
		this.control = frappe.ui.form.make_control({
			parent: this.wrapper.find(".review-customer"),
			df: {
				fieldname: "customer",
				fieldtype: "Link",
				options: "Customer",
				label: __("Customer"),
				change: () => this.load(this.control.get_value()),
			},
			render_input: true,
		});
		if (customer) this.control.set_value(customer);
		else this.control.$input.focus();
		this.show();
	}

	async load(customer) {
		if (customer === this.customer) return;
		this.customer = customer;
		this.lines = [];
		this.cut = 0;
		if (!customer) return this.show();
		try {
			const answer = await ask("customer_items", { match: this.data.name, customer });
			if (this.customer !== customer) return;
			this.cut = answer.cut;
			this.lines = answer.items.map((item) => this.new_line(item));
			// the list of customers closes, and keys are for the page again
			this.control.$input.blur();
			this.show();
		} catch (error) {
			this.wrapper
				.find(".review-items")
				.html(`<p class="text-danger" role="alert">${escape(reason_of(error))}</p>`);
		}
	}

	new_line(item) {
		const given = this.given.get(item.item);
		return { ...item, amount: given ? given.amount : 0, kind: given ? given.kind : "" };
	}

	line(element) {
		return this.lines[cint(element.closest("[data-line]").dataset.line)];
	}

	toggle(box) {
		const line = this.line(box);
		line.kind = "";
		if (!box.checked) line.amount = 0;
		else if (line.outstanding < 0) line.amount = line.outstanding;
		else line.amount = Math.min(line.outstanding, Math.max(this.left, 0)) || line.outstanding;
		this.show();
	}

	set_amount(input) {
		const line = this.line(input);
		line.amount = flt(input.value, PLACES);
		if (line.amount === line.outstanding) line.kind = "";
		this.show();
	}

	// What the server books: the rest of a line is deducted when it has a kind, else it stays open.
	parts() {
		const parts = this.lines
			.filter((line) => line.amount)
			.map(({ item, amount, outstanding, kind }) => ({
				item,
				amount,
				short: kind ? flt(outstanding - amount, PLACES) : 0,
				kind,
			}));
		const { left } = this;
		const last = parts.filter((part) => part.amount > 0 && !part.kind).pop();
		if (this.rest_kind === "rounding" && left > 0 && last) {
			Object.assign(last, { short: -left, kind: "rounding" });
		}
		return parts;
	}

	show() {
		const { currency } = this.data;
		const rows = this.lines.map((line, place) => this.row(line, place, currency)).join("");
		const none = this.customer
			? __("The customer has nothing open in {0}: all goes on account.", [escape(currency)])
			: __("Choose the customer who paid.");
		const cut = this.cut
			? `<p class="text-warning">${__("{0} younger items are not shown.", [this.cut])}</p>`
			: "";
		this.wrapper.find(".review-items").html(
			rows
				? `<table class="table review-invoices"><thead><tr>
					<th></th><th>${__("Invoice")}</th><th>${__("Due")}</th>
					<th class="text-right">${__("Open")}</th>
					<th class="text-right">${__("Paid Now")}</th><th>${__("Difference")}</th>
				</tr></thead><tbody>${rows}</tbody></table>${cut}`
				: `<p class="text-muted">${none}</p>`,
		);
		this.show_foot();
	}

	row(line, place, currency) {
		const chosen = line.amount !== 0;
		const rest = flt(line.outstanding - line.amount, PLACES);
		const id = `review-item-${place}`;
		return `<tr data-line="${place}" class="${chosen ? "" : "text-muted"}">
			<td><input type="checkbox" id="${id}" data-choose ${chosen ? "checked" : ""}></td>
			<td><label for="${id}">${escape(line.invoice)}${
				line.is_credit ? ` (${__("credit note")})` : ""
			}</label></td>
			<td class="text-nowrap">${date(line.due_date)}</td>
			<td class="text-right text-nowrap">${money(line.outstanding, currency)}</td>
			<td><input class="form-control input-xs text-right" data-amount inputmode="decimal"
				aria-label="${__("Paid Now")}" value="${chosen ? format_number(line.amount, null, 2) : ""}"></td>
			<td>${chosen && rest && line.outstanding > 0 ? this.kinds(line, rest, currency) : ""}</td>
		</tr>`;
	}

	kinds(line, rest, currency) {
		const option = (value, label, off = false) =>
			`<option value="${value}" ${line.kind === value ? "selected" : ""} ${
				off ? "disabled" : ""
			}>${escape(label)}</option>`;
		const kinds = Object.entries(this.data.kinds).map(([kind, { label, has_account }]) =>
			option(kind, has_account ? label : __("{0} (no account set)", [label]), !has_account),
		);
		return `<span class="review-difference"><span class="text-nowrap">${money(rest, currency)}</span>
			<select class="form-control input-xs" data-kind aria-label="${__("Difference")}">
				${option("", __("leave open"))}${kinds.join("")}</select></span>`;
	}

	show_foot() {
		const { left } = this;
		const { currency, kinds } = this.data;
		const chosen = this.lines.some((line) => line.amount > 0);
		const rest =
			left > 0 && chosen && kinds.rounding.has_account
				? `<select class="form-control input-xs" data-rest aria-label="${__("Rest")}">
					<option value="">${__("goes on account")}</option>
					<option value="rounding" ${this.rest_kind === "rounding" ? "selected" : ""}>${__(
						"is rounding",
					)}</option></select>`
				: left > 0
					? `<span class="text-muted">${__("goes on account")}</span>`
					: "";
		this.wrapper.find(".review-foot")
			.html(`<span class="review-left ${left < 0 ? "text-danger" : ""}">
				${__("Left")}: <b data-left="${left}">${money(left, currency)}</b> ${rest}</span>
			<button class="btn btn-primary btn-sm" data-apply ${this.may_apply ? "" : "disabled"}>${__(
				"Apply",
			)} <kbd>↵</kbd></button>`);
	}

	get may_apply() {
		return Boolean(this.customer) && this.left >= 0;
	}
}
