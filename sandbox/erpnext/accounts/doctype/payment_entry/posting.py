"""The ledger lines of a payment."""

import frappe
from frappe import _

from erpnext.accounts.unlinking import create_gain_loss_journal
from erpnext.accounts.utils import account_values, money


def get_gl_lines(payment) -> list[frappe._dict]:
	"""Return the party's lines (one a voucher settled, one for what stays on account), the bank's, the deductions."""
	lines = _party_lines(payment) if payment.party_account else []
	against = payment.party or payment.paid_to
	if payment.payment_type in ("Pay", "Internal Transfer"):
		amounts = (payment.paid_amount, payment.base_paid_amount)
		lines.append(_line(payment, payment.paid_from, "credit", *amounts, against=against))
	if payment.payment_type in ("Receive", "Internal Transfer"):
		against = payment.party or payment.paid_from
		amounts = (payment.received_amount, payment.base_received_amount)
		lines.append(_line(payment, payment.paid_to, "debit", *amounts, against=against))
	for row in payment.deductions:
		if account_values(row.account).account_currency != payment.company_currency:
			frappe.throw(_("Currency for {0} must be {1}").format(row.account, payment.company_currency))
		line = _line(payment, row.account, "debit", row.amount, row.amount, against=against)
		line.cost_center = row.cost_center
		lines.append(line)
	return lines


def _party_lines(payment):
	receive = payment.payment_type == "Receive"
	side = "credit" if receive else "debit"
	party = {
		"party_type": payment.party_type,
		"party": payment.party,
		"against": payment.paid_to if receive else payment.paid_from,
	}
	lines = []
	for row in payment.references:
		# paying out a credit note: its negative allocation is a debit of the party
		sign = -1 if not receive and row.allocated_amount < 0 else 1
		lines.append(
			_line(
				payment,
				payment.party_account,
				side,
				sign * row.allocated_amount,
				sign * payment.base_allocated_amount(row),
				against_voucher_type=row.reference_doctype,
				against_voucher=row.reference_name,
				**party,
			)
		)
	if payment.unallocated_amount:
		base = payment.unallocated_amount * payment.get_exchange_rate()
		lines.append(_line(payment, payment.party_account, side, payment.unallocated_amount, base, **party))
	return lines


def _line(payment, account, side, amount, base_amount, **args) -> frappe._dict:
	return payment.get_gl_dict(
		{
			"account": account,
			"account_currency": account_values(account).account_currency,
			"cost_center": payment.cost_center,
			side: money(base_amount),
			f"{side}_in_account_currency": money(amount),
			**args,
		}
	)


def book_exchange_gain_loss(payment):
	"""Book, for each voucher settled, what its rate and the payment's rate differ by."""
	for row in payment.references:
		if not row.exchange_gain_loss:
			continue
		create_gain_loss_journal(
			payment.company,
			payment.posting_date,
			payment.party_type,
			payment.party,
			payment.party_account,
			row.exchange_gain_loss,
			"debit" if row.exchange_gain_loss > 0 else "credit",
			(row.reference_doctype, row.reference_name, row.idx),
			(payment.doctype, payment.name, row.idx),
			payment.cost_center,
		)
