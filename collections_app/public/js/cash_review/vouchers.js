// A proposal that is no new payment: vouchers that were booked before, or the payment that a return takes back.
import { colour_of } from "./queue.js";

const { escape, link, money, pill } = collections_app;

export function voucher_proposal(one, place, { currency, kinds }, may) {
	const title = one.takes_back
		? __("Takes back a payment: its invoices are open again")
		: one.rows[0].voucher_type === "Online Payout"
			? __("Payout of a payment provider: each payment in it is booked, less its fee")
			: __("Booked already: the bank line is reconciled with it");
	const accept = may
		? `<button class="btn btn-sm btn-${place ? "default" : "primary"}" data-accept="${one.rank}">${
				one.takes_back ? __("Take Back") : __("Accept")
			} <kbd>${place ? one.rank : "↵"}</kbd></button>`
		: "";
	const rows = one.rows
		.map(
			(row) => `<tr>
				<td>${link(row.voucher_type, row.voucher)}</td>
				<td class="text-right text-nowrap">${money(row.amount, currency)}</td>
				<td>${row.short ? `${money(row.short, currency)} ${escape(kinds[row.kind].label)}` : ""}</td>
			</tr>`,
		)
		.join("");
	const customer = one.customer
		? `<b>${link("Customer", one.customer, one.customer_name)}</b>`
		: `<b>${__("No customer")}</b>`;
	return `<div class="review-proposal" data-rank="${one.rank}">
		<div class="review-line">
			<span>${customer} ${pill(__("{0} % sure", [Math.floor(one.confidence)]), colour_of(one))}</span>
			<span class="review-buttons">${accept}</span>
		</div>
		<div>${title}</div>
		<div class="text-muted small">${one.reasons.map(escape).join(" · ")}</div>
		<table class="table review-invoices">
			<thead><tr><th>${__("Voucher")}</th><th class="text-right">${__("Amount")}</th><th>${__(
				"Difference",
			)}</th></tr></thead>
			<tbody>${rows}</tbody>
		</table>
	</div>`;
}
