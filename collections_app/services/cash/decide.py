"""What a person decides about a payment in the queue: apply a proposal or an own allocation, or set it aside."""

import frappe
from frappe import _
from frappe.utils import flt, fmt_money

from collections_app.exceptions import ActionStateError, CashPostingError
from collections_app.services.cash import aliases, booked
from collections_app.services.cash.deductions import ACCOUNT_FIELDS, with_accounts
from collections_app.services.cash.posting import Allocation, post_payment
from collections_app.services.cash.take_back import is_receipt, take_back
from collections_app.services.receivables import open_items

WAITING = ("To Review", "Undone")
CENT = 0.005


def accept_proposal(name: str, rank: int) -> str:
	"""Posts the proposal of that rank. Returns the Payment Entry, or the voucher that the line is booked as."""
	match = locked(name)
	rows = [row for row in match.proposals if row.rank == rank]
	if not rows:
		frappe.throw(_("There is no proposal number {0}.").format(rank), ActionStateError)
	if rows[0].voucher:
		return _accept_voucher(match, rows)
	allocations = [
		Allocation(row.sales_invoice, row.item_key or "", row.amount, flt(row.short), row.short_kind or "")
		for row in rows
	]
	return _post(match, rows[0].customer, allocations)


def allocate(name: str, customer: str, parts: list[dict]) -> str:
	"""Posts what a person put together. Each part: item (key of the open item), amount, and optionally short and kind
	("discount", "fee" or "rounding"). What is left of the payment goes on account, all of it where there are no parts.

	ActionStateError when a part is more than is open, or all parts are more than was paid.
	"""
	match = locked(name)
	if match.is_return:
		frappe.throw(
			_("This payment was taken back by the bank: accept a proposal, or book it by hand."),
			ActionStateError,
		)
	items = open_items(match.company, customers=[customer])
	items = items[(items["voucher_type"] == "Sales Invoice")].set_index("item")
	allocations = [_allocation(one, items, match.currency) for one in parts]
	if len({one.item for one in allocations}) < len(allocations):
		frappe.throw(_("An invoice is listed twice."), ActionStateError)
	used = sum(one.amount - min(one.short, 0) for one in allocations)
	if used > match.amount + CENT:
		frappe.throw(
			_("{0} is allocated, but only {1} was paid.").format(
				fmt_money(used, currency=match.currency), fmt_money(match.amount, currency=match.currency)
			),
			ActionStateError,
		)
	return _post(match, customer, allocations, strict=True)


def _allocation(part: dict, items, currency: str) -> Allocation:
	key, amount, short, kind = (
		str(part.get("item") or ""),
		flt(part.get("amount"), 4),
		flt(part.get("short"), 4),
		str(part.get("kind") or ""),
	)
	if key not in items.index:
		frappe.throw(
			_("{0} is no open invoice of the customer.").format(key.split("|")[1] if "|" in key else key),
			ActionStateError,
		)
	item = items.loc[key]
	if item["currency"] != currency:
		frappe.throw(_("{0} is in another currency").format(item["voucher_no"]), CashPostingError)
	if short and kind not in ACCOUNT_FIELDS:
		frappe.throw(_("Say what the difference on {0} is.").format(item["voucher_no"]), ActionStateError)
	one = Allocation(item["voucher_no"], key, amount, short, kind if short else "")
	outstanding = flt(item["outstanding"])
	if not one.settled or one.settled * outstanding < 0 or abs(one.settled) > abs(outstanding) + CENT:
		frappe.throw(
			_("{0}: {1} cannot be allocated, {2} is open.").format(
				item["voucher_no"],
				fmt_money(one.settled, currency=currency),
				fmt_money(outstanding, currency=currency),
			),
			ActionStateError,
		)
	return one


def _post(match, customer: str, allocations: list[Allocation], strict: bool = False) -> str:
	notes: list[str] = []
	if not strict:
		allocations, notes = with_accounts(match.company, match.currency, allocations)
	match.payment_entry = post_payment(match.bank_transaction, customer, allocations)
	match.update({"status": "Applied", "customer": customer, "error": None, "rule": "person"})
	match.reasons = "\n".join([*(match.reasons or "").splitlines(), *notes])
	aliases.learn(match, aliases.CONFIRMED)
	match.save(ignore_permissions=True)
	return match.payment_entry


def _accept_voucher(match, rows: list) -> str:
	"""Takes the payment of a return back, or reconciles the line with vouchers that exist."""
	if match.is_return and is_receipt(rows[0].voucher_type, rows[0].voucher):
		journal = take_back(match.bank_transaction, rows[0].voucher, match.return_reason or "")
		match.update(
			{"voucher_type": "Journal Entry", "voucher": journal, "returned_payment": rows[0].voucher}
		)
	else:
		vouchers = [{"voucher_type": row.voucher_type, "voucher_no": row.voucher} for row in rows]
		match.update(booked.settle(match.bank_transaction, vouchers))
	match.update({"status": "Applied", "customer": rows[0].customer, "error": None, "rule": "person"})
	if match.customer and not match.is_return:
		aliases.learn(match, aliases.CONFIRMED)
	match.save(ignore_permissions=True)
	return match.voucher


def ignore(name: str, reason: str | None = None) -> None:
	"""Sets the payment aside: someone books it elsewhere."""
	_set_aside(name, "Ignored", reason)


def not_a_customer(name: str, reason: str | None = None) -> None:
	"""Sets the payment aside: the money is no customer's."""
	_set_aside(name, "No Customer", reason)


def _set_aside(name: str, status: str, reason: str | None) -> None:
	match = locked(name)
	match.status = status
	match.save(ignore_permissions=True)
	if reason:
		match.add_comment("Comment", reason)


def locked(name: str):
	"""The Cash Match, locked; ActionStateError when somebody decided already."""
	match = frappe.get_doc("Cash Match", name, for_update=True)
	if match.status not in WAITING:
		frappe.throw(_("This payment is {0}; nothing was changed.").format(_(match.status)), ActionStateError)
	return match
