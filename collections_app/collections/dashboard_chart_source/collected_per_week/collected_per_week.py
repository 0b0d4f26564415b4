import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, flt, formatdate, getdate, nowdate

from collections_app.services.access import company_for, seen_customers
from collections_app.services.names import Names

WEEKS = 13


# Without Frappe's chart cache: it is kept by chart, not by user, and would show one company's figures to another's people.
@frappe.whitelist()
def get(chart_name: str | None = None, filters: str | dict | list | None = None, **kwargs) -> dict | None:
	"""What customers paid in each of the last thirteen weeks (from Monday), in company currency; refunds are taken off.

	From submitted Payment Entries of the customers the user may see. It needs the right to read the company's snapshots
	and nothing of single payments is shown.
	"""
	frappe.has_permission("Receivables Snapshot", "read", throw=True)
	parsed = frappe.parse_json(filters) if filters else {}
	company = company_for(parsed.get("company") if isinstance(parsed, dict) else None)
	if not company:
		return None
	today = getdate(nowdate())
	this_week = add_days(today, -today.weekday())
	weeks = [add_days(this_week, -7 * back) for back in range(WEEKS - 1, -1, -1)]
	totals = dict.fromkeys(weeks, 0.0)
	for day, amount in received_by_day(company, weeks[0], today):
		day = getdate(day)
		totals[add_days(day, -day.weekday())] += flt(amount)
	return {
		"labels": [formatdate(week, "d MMM") for week in weeks],
		"datasets": [{"name": _("Collected"), "values": [flt(totals[week], 2) for week in weeks]}],
	}


def received_by_day(company: str, start, end) -> list[tuple]:
	"""(day, amount) of receipts, and of refunds with a negative amount."""
	payment = frappe.qb.DocType("Payment Entry")
	rows, seen = [], seen_customers()
	for kind, column, sign in (
		("Receive", payment.base_received_amount, 1),
		("Pay", payment.base_paid_amount, -1),
	):
		query = (
			frappe.qb.from_(payment)
			.select(payment.posting_date, Sum(column))
			.where(payment.company == company)
			.where(payment.docstatus == 1)
			.where(payment.party_type == "Customer")
			.where(payment.payment_type == kind)
			.where(payment.posting_date[start:end])
			.groupby(payment.posting_date)
		)
		if seen is not None:
			query = query.where(payment.party.isin(Names(seen)))
		rows += [(day, sign * flt(amount)) for day, amount in query.run()]
	return rows
