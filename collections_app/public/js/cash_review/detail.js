// The right side: the bank line in full, its proposals, and what can be done.
import { Allocation } from "./allocation.js";
import { colour_of } from "./queue.js";
import { reason_of } from "../shared/server.js";
import { alert_box } from "../shared/states.js";
import { unbroken } from "../shared/unbroken.js";
import { ask } from "./server.js";
import { marked_text } from "./text.js";
import { voucher_proposal } from "./vouchers.js";

const { escape, date, money, link, pill } = collections_app;
const OPEN = ["To Review", "Undone"];

export class Detail {
	constructor(wrapper, review) {
		this.wrapper = wrapper;
		this.review = review;
		wrapper.on("click", "[data-accept]", (event) =>
			review.accept(cint(event.currentTarget.dataset.accept)),
		);
		wrapper.on("click", "[data-do]", (event) => review.run(event.currentTarget.dataset.do));
		wrapper.on("click", "[data-take]", (event) =>
			this.split(cint(event.currentTarget.dataset.take)),
		);
	}

	get is_open() {
		return Boolean(this.data) && OPEN.includes(this.data.status);
	}

	// Money that the bank took back is nobody's to allocate.
	get may_allocate() {
		return this.is_open && this.review.may_write && !this.data.is_return;
	}

	async load(name) {
		this.name = name;
		this.close_split();
		if (!name) {
			this.data = null;
			this.wrapper.empty();
			return null;
		}
		try {
			const data = await ask("review_detail", { match: name });
			if (this.name !== name) return null;
			this.data = data;
			this.show();
			return data;
		} catch (error) {
			if (this.name === name) {
				this.data = null;
				this.wrapper.html(alert_box(reason_of(error)));
			}
			return null;
		}
	}

	show() {
		const { data } = this;
		this.wrapper.html(`${this.head()}
			<div class="review-told" aria-live="assertive">${data.error ? alert_box(data.error) : ""}</div>
			${this.actions()}
			<div class="review-allocation"></div>
			<div class="review-proposals">${this.proposals()}</div>`);
	}

	head() {
		const { data } = this;
		const iban = data.counterparty_iban ? `<div>${escape(data.counterparty_iban)}</div>` : "";
		const booked = data.payment_entry
			? link("Payment Entry", data.payment_entry)
			: data.voucher
				? link(data.voucher_type, data.voucher)
				: "";
		const entry = booked ? `<div>${booked}</div>` : "";
		const returned = data.is_return
			? `<div>${pill(__("Taken back by the bank"), "red")} ${escape(data.return_reason || "")}</div>`
			: "";
		return `<div class="review-head">
			<div>
				<div class="review-figure">${money(data.amount, data.currency)}</div>
				<div class="text-muted">${date(data.date)} · ${escape(data.bank_account || "")}</div>
				${returned}
			</div>
			<div>
				<b>${escape(data.counterparty_name || __("Unknown payer"))}</b>${iban}
				<div class="small">${link("Bank Transaction", data.bank_transaction)}
					· ${link("Cash Match", data.name)}</div>${entry}
			</div>
			<div class="review-remittance">${
				marked_text(data.remittance, data.spans) ||
				`<span class="text-muted">${__("The payer wrote nothing.")}</span>`
			}</div>
		</div>`;
	}

	actions() {
		if (!this.review.may_write) return "";
		const button = (action, label, key, kind = "default") =>
			`<button class="btn btn-${kind} btn-sm" data-do="${action}">${label} <kbd>${key}</kbd></button>`;
		if (!this.is_open) {
			const may_undo = ["Applied", "Ignored", "No Customer"].includes(this.data.status);
			return `<div class="review-actions">${pill(__(this.data.status), "gray")}
				${may_undo ? button("undo", __("Undo"), "Z") : ""}</div>`;
		}
		const allocate = this.may_allocate
			? button("split", __("Split"), "S") + button("on_account", __("On Account"), "O")
			: "";
		return `<div class="review-actions">
			${allocate}
			${button("ignore", __("Ignore"), "I")}
			${button("not_a_customer", __("No Customer's Money"), "N")}
			${button("undo", __("Undo Last"), "Z")}
		</div>`;
	}

	proposals() {
		const { data } = this;
		if (data.proposals.length) {
			return data.proposals.map((one, place) => this.proposal(one, place)).join("");
		}
		const reasons = data.reasons.map((one) => `<li>${escape(one)}</li>`).join("");
		const title = data.is_return
			? __("The payment that was taken back is not known.")
			: __("No open invoice fits by itself.");
		const help = data.is_return
			? __("Book it in ERPNext and reconcile the bank line there, or set it aside (I, N).")
			: __(
					"Split it over invoices you choose (S), put it on a customer's account (O), or set it aside (I, N).",
				);
		return `<div class="review-state">
			<p><b>${title}</b></p>
			${reasons ? `<ul>${reasons}</ul>` : ""}
			<p class="text-muted">${help}</p>
		</div>`;
	}

	proposal(one, place) {
		const { currency } = this.data;
		const may = this.is_open && this.review.may_write;
		if (one.rows[0].voucher) return voucher_proposal(one, place, this.data, may);
		const accept = may
			? `<button class="btn btn-sm btn-${place ? "default" : "primary"}" data-accept="${one.rank}">${__(
					"Accept",
				)} <kbd>${place ? one.rank : "↵"}</kbd></button>
				<button class="btn btn-sm btn-default" data-take="${one.rank}">${__("Change")}</button>`
			: "";
		const on_account = one.on_account
			? `<tr class="text-muted"><td colspan="3">${__("Goes on account")}</td>
				<td class="text-right">${money(one.on_account, currency)}</td><td></td></tr>`
			: "";
		return `<div class="review-proposal" data-rank="${one.rank}">
			<div class="review-line">
				<span><b>${link("Customer", one.customer, one.customer_name)}</b>
					${pill(__("{0} % sure", [Math.floor(one.confidence)]), colour_of(one))}</span>
				<span class="review-buttons">${accept}</span>
			</div>
			<div class="text-muted small">${one.reasons.map(unbroken).join(" · ")}</div>
			<div class="table-responsive"><table class="table review-invoices">
				<thead><tr>
					<th>${__("Invoice")}</th><th>${__("Due")}</th>
					<th class="text-right">${__("Open")}</th>
					<th class="text-right">${__("Paid Now")}</th><th>${__("Difference")}</th>
				</tr></thead>
				<tbody>${one.rows.map((row) => this.invoice_row(row)).join("")}${on_account}</tbody>
			</table></div>
		</div>`;
	}

	invoice_row(row) {
		const { currency } = this.data;
		const open = row.outstanding === null ? __("paid") : money(row.outstanding, currency);
		return `<tr>
			<td class="text-nowrap">${link("Sales Invoice", row.invoice)}</td>
			<td class="text-nowrap">${date(row.due_date)}</td>
			<td class="text-right text-nowrap">${open}</td>
			<td class="text-right text-nowrap">${money(row.amount, currency)}</td>
			<td>${this.difference(row)}</td>
		</tr>`;
	}

	difference(row) {
		const { currency, kinds } = this.data;
		if (row.short) {
			const { label } = kinds[row.kind];
			const amount = money(Math.abs(row.short), currency);
			if (row.booked) return `${amount} ${escape(label)}`;
			return `${amount} <span class="text-muted">${__(
				"stays open: no account for {0} is set",
				[escape(label)],
			)}</span>`;
		}
		const left = flt((row.outstanding || 0) - row.amount, 4);
		if (row.outstanding === null || !left) return "";
		return `${money(left, currency)} <span class="text-muted">${__("stays open")}</span>`;
	}

	// Opens the own allocation, empty or with what a proposal has.
	split(rank = null) {
		if (!this.may_allocate) return;
		const proposal = this.data.proposals.find((one) => one.rank === rank);
		const first = this.data.proposals[0];
		const customer = (proposal || first || {}).customer || this.data.customer;
		this.wrapper.addClass("review-splitting");
		this.allocation = new Allocation(this.wrapper.find(".review-allocation"), this, {
			customer,
			rows: proposal ? proposal.rows.filter((row) => row.invoice) : [],
		});
	}

	close_split() {
		this.allocation = null;
		this.wrapper.removeClass("review-splitting").find(".review-allocation").empty();
	}

	tell(error) {
		const box = this.wrapper.find(".review-told").html(alert_box(reason_of(error)));
		if (box[0]) box[0].scrollIntoView({ block: "nearest" });
	}
}
