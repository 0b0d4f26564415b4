"""Posting one bank payment: a Payment Entry with its references, reconciled with the Bank Transaction."""

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import flt

from collections_app.exceptions import CashPostingError
from collections_app.services.cash.deductions import FEE, add_deductions


@dataclass(frozen=True)
class Allocation:
	"""A part of the payment for one invoice. `item`: the open item's key, which names the schedule row. `short`: what
	the payer deducted beside it and is booked as `kind` ("discount", "fee", "rounding"); < 0: rounded up."""

	invoice: str
	item: str
	amount: float
	short: float = 0.0
	kind: str = ""

	@property
	def settled(self) -> float:
		"""What the invoice is paid by: the money and what was deducted. A payer who rounds up settles no more."""
		return flt(self.amount + max(self.short, 0), 9)


def post_payment(bank_transaction: str, customer: str, allocations: list[Allocation]) -> str:
	"""Makes, submits and reconciles the Payment Entry of one bank credit; what is not allocated stays on account.

	Returns its name. CashPostingError when the bank account has no ledger account, the currencies differ, an account
	for a deduction is missing or something else was booked on the bank line meanwhile.
	"""
	transaction = frappe.get_doc("Bank Transaction", bank_transaction, for_update=True)
	amount = flt(transaction.unallocated_amount)
	if transaction.docstatus != 1 or amount <= 0 or not transaction.deposit:
		frappe.throw(
			_("Bank Transaction {0} has nothing left to apply.").format(bank_transaction), CashPostingError
		)
	entry = new_payment_entry(transaction, customer, amount, allocations)
	entry.flags.ignore_permissions = True
	entry.insert()
	entry.submit()
	reconcile(transaction, entry.name)
	return entry.name


def new_payment_entry(
	transaction,
	customer: str,
	amount: float,
	allocations: list[Allocation],
	charge: float = 0.0,
	reference_no: str | None = None,
):
	"""The draft, with ERPNext's own defaults for rates and accounts. `charge`: kept back from the payment as a whole."""
	ledger_account = frappe.get_cached_value("Bank Account", transaction.bank_account, "account")
	if not ledger_account:
		frappe.throw(
			_("Bank Account {0} has no ledger account.").format(transaction.bank_account), CashPostingError
		)
	receivable = receivable_account(allocations, customer, transaction.company)
	currency = frappe.get_cached_value("Account", receivable, "account_currency")
	if currency != transaction.currency:
		frappe.throw(
			_(
				"The payment is in {0}, the customer's account {1} in {2}: book it by hand, with the rate of the bank."
			).format(transaction.currency, receivable, currency),
			CashPostingError,
		)
	entry = frappe.new_doc("Payment Entry")
	entry.update(
		{
			"payment_type": "Receive",
			"company": transaction.company,
			"posting_date": transaction.date,
			"party_type": "Customer",
			"party": customer,
			"paid_from": receivable,
			"paid_from_account_currency": currency,
			"paid_to": ledger_account,
			"paid_to_account_currency": transaction.currency,
			"paid_amount": amount,
			"received_amount": amount,
			"bank_account": transaction.bank_account,
			"reference_no": reference_no or transaction.reference_number or transaction.name,
			"reference_date": transaction.date,
			"references": reference_rows(allocations),
		}
	)
	entry.setup_party_account_field()
	entry.set_missing_values()
	entry.set_missing_ref_details()
	entry.set_exchange_rate()
	entry.set_amounts()
	add_deductions(entry, [*allocations, Allocation("", "", 0.0, charge, FEE)] if charge else allocations)
	return entry


def receivable_account(allocations: list[Allocation], customer: str, company: str) -> str:
	"""The one account of the invoices; the customer's own where the whole payment goes on account."""
	if not allocations:
		from erpnext.accounts.party import get_party_account

		return get_party_account("Customer", customer, company)
	accounts = set(
		frappe.get_all(
			"Sales Invoice", filters={"name": ["in", [one.invoice for one in allocations]]}, pluck="debit_to"
		)
	)
	if len(accounts) != 1:
		frappe.throw(
			_("The invoices stand on different receivable accounts: {0}").format(", ".join(sorted(accounts))),
			CashPostingError,
		)
	return accounts.pop()


def reference_rows(allocations: list[Allocation]) -> list[dict]:
	"""One row per invoice, or per term where the invoice's template has payments name their term."""
	amounts: dict[tuple[str, str | None], float] = {}
	for allocation in allocations:
		key = (allocation.invoice, payment_term(allocation))
		amounts[key] = flt(amounts.get(key, 0) + allocation.settled, 9)
	return [
		{
			"reference_doctype": "Sales Invoice",
			"reference_name": invoice,
			"payment_term": term,
			"allocated_amount": amount,
		}
		for (invoice, term), amount in amounts.items()
	]


def payment_term(allocation: Allocation) -> str | None:
	schedule_row = allocation.item.split("|")[2] if allocation.item.count("|") >= 2 else ""
	if not schedule_row:
		return None
	template = frappe.db.get_value("Sales Invoice", allocation.invoice, "payment_terms_template")
	if not template or not frappe.get_cached_value(
		"Payment Terms Template", template, "allocate_payment_based_on_payment_terms"
	):
		return None
	return frappe.db.get_value("Payment Schedule", schedule_row, "payment_term")


def reconcile(transaction, payment_entry: str) -> None:
	"""ERPNext's own reconciliation: allocates, clears and sets the statuses."""
	reconcile_with(transaction, [("Payment Entry", payment_entry)])


def reconcile_with(transaction, vouchers: list[tuple[str, str]]) -> None:
	"""The same for any vouchers: (DocType, name)."""
	transaction.reload()
	transaction.add_payment_entries(
		[{"payment_doctype": doctype, "payment_name": name} for doctype, name in vouchers]
	)
	transaction.flags.ignore_permissions = True
	transaction.flags.applying_cash = True
	transaction.save()
