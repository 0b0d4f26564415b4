"""Statement of Account: opening balance, every voucher with the balance after it, and what is owed by age, per currency."""

import frappe
from frappe import _
from frappe.utils import add_years, formatdate, getdate

from collections_app.engine.money import from_minor, to_minor
from collections_app.services.access import company_for
from collections_app.services.customer_360.statement import Statement, Wanted, kind_of, statements


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	company = company_for(filters.company)
	if not company or not filters.customer:
		return get_columns(), []
	frappe.has_permission("Customer", "read", filters.customer, throw=True)
	until = getdate(filters.to_date or None)
	since = getdate(filters.from_date) if filters.from_date else add_years(until, -1)
	if since > until:
		frappe.throw(_("From Date is after To Date"))
	wanted = Wanted(company, filters.customer, since, until, bool(frappe.utils.cint(filters.open_only)))
	found = statements(wanted)
	if not found:
		return get_columns(), [], _("There is no entry on this account.")
	rows = []
	for one in found:
		rows += get_rows(one, wanted, several=len(found) > 1)
	return get_columns(), rows, None, None, get_summary(found), True


def get_rows(found: Statement, wanted: Wanted, several: bool) -> list[dict]:
	account = found.account
	rows = []
	if several:
		rows.append(told(_("Account in {0}").format(account.currency), bold=1))
	if not wanted.open_only:
		rows.append(told(_("Opening Balance"), bold=1, posting_date=wanted.since, balance=account.opening))
	for line in account.lines:
		rows.append(
			{
				"posting_date": line.date,
				"kind": kind_of(line),
				"voucher_type": line.voucher_type,
				"voucher_no": line.voucher_no,
				"due_date": line.due_date,
				"reference": line.reference,
				"debit": line.debit,
				"credit": line.credit,
				"balance": line.balance,
			}
		)
	closing = told(_("Closing Balance"), bold=1, posting_date=wanted.until, balance=account.closing)
	closing["debit"] = total(account, "debit")
	closing["credit"] = total(account, "credit")
	rows.append(closing)
	rows.append({})
	rows.append(
		told(_("Open on {0} by age").format(formatdate(wanted.until)), bold=1, balance=account.closing)
	)
	rows += [told(label, indent=1, balance=amount) for label, amount in found.ageing]
	for row in rows:
		if row:
			row["currency"] = account.currency
	return [*rows, {}] if several else rows


def total(account, side: str) -> float:
	"""The sum of a column, added up in minor units."""
	minor = sum(to_minor(getattr(line, side), account.currency) for line in account.lines)
	return from_minor(minor, account.currency)


def told(text: str, **values) -> dict:
	return {"kind": text, **values}


def get_columns() -> list[dict]:
	# the table takes a column that begins with an empty cell for text
	money = {"fieldtype": "Currency", "options": "currency", "width": 130, "align": "right"}
	return [
		{"fieldname": "posting_date", "label": _("Date"), "fieldtype": "Date", "width": 110},
		{"fieldname": "kind", "label": _("Entry"), "fieldtype": "Data", "width": 190},
		{
			"fieldname": "voucher_no",
			"label": _("Voucher"),
			"fieldtype": "Dynamic Link",
			"options": "voucher_type",
			"width": 190,
		},
		{"fieldname": "due_date", "label": _("Due Date"), "fieldtype": "Date", "width": 110},
		{"fieldname": "reference", "label": _("Reference"), "fieldtype": "Data", "width": 150},
		{"fieldname": "debit", "label": _("Debit"), **money},
		{"fieldname": "credit", "label": _("Credit"), **money},
		{"fieldname": "balance", "label": _("Balance"), **money},
		{
			"fieldname": "voucher_type",
			"label": _("Voucher Type"),
			# a Link to DocType would ask v15 for a permission that only administrators have
			"fieldtype": "Data",
			"hidden": 1,
		},
		{
			"fieldname": "currency",
			"label": _("Currency"),
			"fieldtype": "Link",
			"options": "Currency",
			"width": 80,
		},
	]


def get_summary(found: list[Statement]) -> list[dict]:
	summary = []
	for one in found:
		money = {"datatype": "Currency", "currency": one.account.currency}
		name = f" ({one.account.currency})" if len(found) > 1 else ""
		summary += [
			{"label": _("Balance") + name, "value": one.account.closing, "indicator": "Blue", **money},
			{
				"label": _("Overdue") + name,
				"value": one.overdue,
				"indicator": "Red" if one.overdue > 0 else "Green",
				**money,
			},
		]
	return summary
