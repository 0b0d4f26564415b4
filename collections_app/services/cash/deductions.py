"""What payers deduct (discount, bank charge, rounding) as deductions of the Payment Entry, on the company's accounts."""

from dataclasses import replace

import frappe
from frappe import _
from frappe.utils import flt, fmt_money

from collections_app.exceptions import CashPostingError
from collections_app.services import settings

DISCOUNT, FEE, ROUNDING = "discount", "fee", "rounding"
ACCOUNT_FIELDS = {DISCOUNT: "discount_account", FEE: "bank_charges_account", ROUNDING: "rounding_account"}


def labels() -> dict[str, str]:
	"""Kind -> what a person calls it."""
	return {DISCOUNT: _("discount"), FEE: _("bank charge"), ROUNDING: _("rounding")}


def accounts_of(company: str) -> dict[str, str]:
	"""Kind -> account, of the kinds that have one. For discounts also the company's own default in ERPNext."""
	row = settings_row(company) or {}
	accounts = {kind: row.get(field) for kind, field in ACCOUNT_FIELDS.items()}
	accounts[DISCOUNT] = accounts[DISCOUNT] or frappe.get_cached_value(
		"Company", company, "default_discount_account"
	)
	return {kind: account for kind, account in accounts.items() if account}


def settings_row(company: str):
	"""The company's row of Collections Settings, None where it has none."""
	return next((row for row in settings.get().companies if row.company == company), None)


def with_accounts(company: str, currency: str, allocations: list) -> tuple[list, list[str]]:
	"""The allocations without the deductions nobody set an account for, and a sentence on each of these."""
	accounts, kept, notes = accounts_of(company), [], []
	for one in allocations:
		if one.short and one.kind not in accounts:
			amount = fmt_money(abs(one.short), currency=currency)
			what = labels().get(one.kind, one.kind)
			text = (
				_("{0} ({1}) goes on account: {2} has no account for it")
				if one.short < 0
				else _("{0} ({1}) stays open: {2} has no account for it")
			)
			notes.append(text.format(amount, what, company))
			one = replace(one, short=0.0, kind="")
		kept.append(one)
	return kept, notes


def add_deductions(entry, allocations: list) -> None:
	"""Adds a row for each kind to a Payment Entry whose amounts are set, in company currency.

	Where nothing stays on account, the rows add up to exactly what the references are above the money, so that
	rounding of a foreign currency leaves no difference. CashPostingError names an account that is missing.
	"""
	shorts: dict[str, float] = {}
	for one in allocations:
		if one.short:
			shorts[one.kind] = flt(shorts.get(one.kind, 0) + one.short, 9)
	if not shorts:
		return
	accounts = accounts_of(entry.company)
	cost_center = cost_center_of(entry.company)
	digits = frappe.get_precision("Payment Entry Deduction", "amount") or 2
	left = flt(
		entry.paid_amount + sum(shorts.values()) - sum(row.allocated_amount for row in entry.references), 4
	)
	for kind, short in shorts.items():
		if kind not in accounts:
			frappe.throw(
				_("Set the account for {0} of {1} in Collections Settings, or leave the rest open.").format(
					labels().get(kind, kind), entry.company
				),
				CashPostingError,
			)
		entry.append(
			"deductions",
			{
				"account": accounts[kind],
				"cost_center": cost_center,
				"amount": flt(short * entry.source_exchange_rate, digits),
			},
		)
	if not left:
		rows = entry.deductions
		wanted = flt(entry.base_total_allocated_amount) - flt(entry.base_paid_amount)
		rows[-1].amount = flt(wanted - sum(row.amount for row in rows[:-1]), digits)
	_split_off_tax(entry, allocations, digits)
	entry.set_amounts()


def _split_off_tax(entry, allocations: list, digits: int) -> None:
	"""The part of discounts that is tax goes to the accounts of the invoices' taxes, as ERPNext itself books it, where
	Accounts Settings say so ("Book Tax Loss on Early Payment Discount")."""
	discounts = [one for one in allocations if one.short and one.kind == DISCOUNT]
	if not discounts or not frappe.db.get_single_value("Accounts Settings", "book_tax_discount_loss"):
		return
	from erpnext.accounts.doctype.payment_entry.payment_entry import add_tax_discount_loss

	account = accounts_of(entry.company)[DISCOUNT]
	row = next(one for one in entry.deductions if one.account == account)
	before = len(entry.deductions)
	for one in discounts:
		invoice = frappe.get_doc("Sales Invoice", one.invoice)
		same = invoice.currency == entry.paid_from_account_currency
		total = invoice.grand_total if same else invoice.base_grand_total
		add_tax_discount_loss(entry, invoice, 100 * one.short / total)
	taxes = entry.deductions[before:]
	for tax in taxes:
		tax.cost_center = tax.cost_center or row.cost_center
	row.amount = flt(row.amount - sum(tax.amount for tax in taxes), digits)


def cost_center_of(company: str) -> str | None:
	"""The company's own for deductions, else its default."""
	row = settings_row(company)
	return (row and row.cash_cost_center) or frappe.get_cached_value("Company", company, "cost_center")
