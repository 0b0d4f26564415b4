"""The status of an invoice."""

import frappe
from frappe.utils import flt, getdate

from erpnext.accounts.utils import money

STATUS_FIELDS = (
	"name",
	"docstatus",
	"is_return",
	"due_date",
	"currency",
	"party_account_currency",
	"disable_rounded_total",
	"grand_total",
	"rounded_total",
	"base_grand_total",
	"base_rounded_total",
)


def get_total_in_party_account_currency(doc) -> float:
	field = "grand_total" if doc.disable_rounded_total else "rounded_total"
	return money(doc.get(f"base_{field}" if doc.party_account_currency != doc.currency else field))


def is_overdue(doc, total, schedule=None) -> bool:
	"""Tell whether less was paid than the schedule asked for until yesterday."""
	outstanding = money(doc.outstanding_amount)
	if outstanding <= 0:
		return False
	today = getdate()
	if schedule is None:
		schedule = frappe.get_all(
			"Payment Schedule",
			filters={"parent": doc.name, "parenttype": "Sales Invoice"},
			fields=["due_date", "payment_amount", "base_payment_amount"],
			order_by="idx",
		)
	if not schedule:
		return bool(doc.due_date) and getdate(doc.due_date) < today
	field = "base_payment_amount" if doc.party_account_currency != doc.currency else "payment_amount"
	payable = sum(flt(row.get(field)) for row in schedule if getdate(row.due_date) < today)
	return money(total - outstanding) < money(payable)


def get_status(doc, schedule=None) -> str:
	"""Return the status of an invoice from STATUS_FIELDS and outstanding_amount, as ERPNext sets it."""
	if doc.docstatus != 1:
		return "Cancelled" if doc.docstatus == 2 else "Draft"
	outstanding, total = money(doc.outstanding_amount), get_total_in_party_account_currency(doc)
	if is_overdue(doc, total, schedule):
		return "Overdue"
	if 0 < outstanding < total:
		return "Partly Paid"
	if outstanding > 0 and getdate(doc.due_date) >= getdate():
		return "Unpaid"
	if not doc.is_return and frappe.db.exists(
		"Sales Invoice", {"is_return": 1, "return_against": doc.name, "docstatus": 1}
	):
		return "Credit Note Issued"
	if doc.is_return:
		return "Return"
	return "Paid" if outstanding <= 0 else "Submitted"
