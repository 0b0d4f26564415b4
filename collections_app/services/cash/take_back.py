"""Booking a returned payment: a Journal Entry that opens again what the payment had settled.

The Payment Entry stays as it is, since the money did come and that month may be closed. The Journal Entry turns it
round on the day the bank took it back: what each invoice was paid, what stood on account, what was deducted, and the
bank's own charge.
"""

import frappe
from frappe import _
from frappe.utils import flt, fmt_money

from collections_app.exceptions import CashPostingError
from collections_app.services.cash.deductions import FEE, accounts_of, cost_center_of
from collections_app.services.cash.posting import reconcile_with


def take_back(bank_transaction: str, payment_entry: str, reason: str = "") -> str:
	"""Makes, submits and reconciles the Journal Entry. Returns its name.

	CashPostingError when the line is booked, the payment is not in company currency, the amounts do not fit, or there is
	no account for the bank's charge.
	"""
	transaction = frappe.get_doc("Bank Transaction", bank_transaction, for_update=True)
	amount = flt(transaction.unallocated_amount)
	if transaction.docstatus != 1 or amount <= 0 or not transaction.withdrawal:
		frappe.throw(
			_("Bank Transaction {0} has nothing left to apply.").format(bank_transaction), CashPostingError
		)
	payment = frappe.get_doc("Payment Entry", payment_entry, for_update=True)
	_check(payment, transaction)
	charge = flt(amount - payment.received_amount, 4)
	rows = [
		*_opened_again(payment),
		*_deductions(payment),
		*_charge(payment.company, charge, transaction.currency),
	]
	journal = frappe.new_doc("Journal Entry")
	journal.update(
		{
			"voucher_type": "Bank Entry",
			"company": payment.company,
			"posting_date": transaction.date,
			"cheque_no": transaction.reference_number or transaction.name,
			"cheque_date": transaction.date,
			"user_remark": _("Payment {0} was returned: {1}").format(
				payment.name, reason or _("no reason given")
			),
		}
	)
	for row in rows:
		journal.append("accounts", _both_sides(row))
	journal.append("accounts", _both_sides({"account": payment.paid_to, "amount": -amount}))
	journal.flags.ignore_permissions = True
	journal.insert()
	journal.submit()
	reconcile_with(transaction, [("Journal Entry", journal.name)])
	payment.add_comment("Info", _("Returned by the bank: {0}").format(journal.name))
	return journal.name


def is_receipt(voucher_type: str | None, voucher: str | None) -> bool:
	"""Whether a voucher is a payment received, which a return takes back; any other was booked for the return."""
	return (
		voucher_type == "Payment Entry"
		and frappe.db.get_value("Payment Entry", voucher, "payment_type") == "Receive"
	)


def _check(payment, transaction) -> None:
	if payment.docstatus != 1 or payment.payment_type != "Receive":
		frappe.throw(_("{0} is no payment that could be returned.").format(payment.name), CashPostingError)
	if frappe.db.exists("Cash Match", {"returned_payment": payment.name, "status": "Applied"}):
		frappe.throw(_("{0} was taken back already.").format(payment.name), CashPostingError)
	ledger_account = frappe.get_cached_value("Bank Account", transaction.bank_account, "account")
	if ledger_account != payment.paid_to:
		frappe.throw(
			_("{0} came to {1}, the return is on {2}.").format(payment.name, payment.paid_to, ledger_account),
			CashPostingError,
		)
	currency = frappe.get_cached_value("Company", payment.company, "default_currency")
	if {payment.paid_from_account_currency, payment.paid_to_account_currency} != {currency} or payment.get(
		"taxes"
	):
		frappe.throw(
			_("{0} is in a foreign currency or has taxes of its own: book its return by hand.").format(
				payment.name
			),
			CashPostingError,
		)


def _opened_again(payment) -> list[dict]:
	"""What the payment settles by now, invoices it was reconciled with later included. Credit notes that were netted go
	on account: ERPNext opens none again."""
	entries = frappe.get_all(
		"Payment Ledger Entry",
		filters={
			"voucher_type": "Payment Entry",
			"voucher_no": payment.name,
			"delinked": 0,
			"account_type": "Receivable",
		},
		fields=["account", "party", "against_voucher_type", "against_voucher_no", "amount"],
		order_by="against_voucher_no",
	)
	sums: dict[tuple, float] = {}
	for one in entries:
		key = (one.account, one.party, one.against_voucher_type, one.against_voucher_no)
		sums[key] = flt(sums.get(key, 0) - one.amount, 9)
	return [
		{
			"account": account,
			"party_type": "Customer",
			"party": party,
			"amount": amount,
			**({"reference_type": kind, "reference_name": name} if amount > 0 else {}),
		}
		for (account, party, kind, name), amount in sums.items()
		if amount
	]


def _deductions(payment) -> list[dict]:
	return [
		{"account": row.account, "cost_center": row.cost_center, "amount": -flt(row.amount)}
		for row in payment.deductions
		if flt(row.amount)
	]


def _charge(company: str, charge: float, currency: str) -> list[dict]:
	"""What the bank took beyond the payment."""
	if charge < 0:
		frappe.throw(
			_("Only a part of the payment was returned: book it by hand."),
			CashPostingError,
		)
	if not charge:
		return []
	account = accounts_of(company).get(FEE)
	if not account:
		frappe.throw(
			_(
				"The bank took {0} more than was paid. Set the account for bank charges of {1} in Collections Settings."
			).format(fmt_money(charge, currency=currency), company),
			CashPostingError,
		)
	return [{"account": account, "cost_center": cost_center_of(company), "amount": charge}]


def _both_sides(row: dict) -> dict:
	"""A row of a Journal Entry; `amount` > 0 is a debit."""
	amount = row.pop("amount")
	debit, credit = max(amount, 0), max(-amount, 0)
	return {
		**row,
		"debit_in_account_currency": debit,
		"debit": debit,
		"credit_in_account_currency": credit,
		"credit": credit,
	}
