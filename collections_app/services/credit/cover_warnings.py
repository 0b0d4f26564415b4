"""What a credit manager has to know of a cover in time: it ends, the exposure passed it, an overdue must be declared.

Each is a task, once for each event: the cover remembers what was warned of.
"""

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import escape_html, flt, fmt_money, formatdate, getdate

from collections_app.services import settings
from collections_app.services.credit import insurer_notice
from collections_app.services.credit.covers import APPROVED, cover_amounts
from collections_app.services.credit.insurer_covers import tell_credit_managers
from collections_app.services.receivables import open_items
from collections_app.services.scoring.commitments import commitments

DOCTYPE = "Credit Cover"


def warn_all() -> int:
	"""Of all companies that are switched on. Returns how many warnings were given."""
	return sum(warn(company, getdate()) for company in settings.enabled_companies())


def warn(company: str, day: date) -> int:
	"""Warns of what is new on that day. Returns how many warnings were given."""
	return _of_ends(company, day) + _of_exposure(company, day) + _of_overdues(company, day)


def exposures(company: str, day: date, customer: str | None = None):
	"""Customer -> what it owes and has ordered, in company currency; of one customer, or of all."""
	items = open_items(company, customers=[customer] if customer else None, as_of=day)
	ordered = commitments(company, customer)
	not_invoiced = ordered.groupby(["customer", "document"])["amount_base"].sum().clip(lower=0)
	owed = items.groupby("customer")["outstanding_base"].sum()
	return owed.add(not_invoiced.groupby("customer").sum(), fill_value=0.0).astype("float64").clip(lower=0)


def _of_ends(company: str, day: date) -> int:
	cover = DocType(DOCTYPE)
	until = day + timedelta(days=settings.get().cover_warning_days or 0)
	names = (
		frappe.qb.from_(cover)
		.select(cover.name)
		.where((cover.company == company) & (cover.status == APPROVED))
		.where((cover.valid_until >= day) & (cover.valid_until <= until))
		.where(cover.warned_of_end.isnull() | (cover.warned_of_end != cover.valid_until))
		.orderby(cover.valid_until)
	).run(pluck=True)
	for name in names:
		doc = frappe.get_doc(DOCTYPE, name)
		text = _("The cover of {0} by {1} ends on {2}.").format(
			_who(doc), escape_html(doc.insurer), formatdate(doc.valid_until)
		)
		_warn(doc, text, warned_of_end=doc.valid_until)
	return len(names)


def _of_exposure(company: str, day: date) -> int:
	"""Told when it passes the cover, and again only after it had come back below."""
	covered = cover_amounts(company, day)
	if covered.empty:
		return 0
	owed = exposures(company, day).reindex(covered.index).fillna(0.0)
	warned = 0
	covers = frappe.get_all(
		DOCTYPE,
		{"company": company, "status": APPROVED, "customer": ["in", list(covered.index)]},
		["name", "customer", "warned_exceeded"],
		order_by="creation",
	)
	told = {one.customer for one in covers if one.warned_exceeded}
	currency = settings.company_currency(company)
	for one in covers:
		over = flt(owed[one.customer] - covered[one.customer], 2)
		if over > 0 and one.customer not in told:
			doc = frappe.get_doc(DOCTYPE, one.name)
			text = _("{0} owes and has ordered {1}, {2} more than is covered.").format(
				_who(doc),
				fmt_money(owed[one.customer], currency=currency),
				fmt_money(over, currency=currency),
			)
			_warn(doc, text, warned_exceeded=1)
			told.add(one.customer)
			warned += 1
		elif over <= 0 and one.warned_exceeded:
			frappe.db.set_value(DOCTYPE, one.name, "warned_exceeded", 0, update_modified=False)
	return warned


def _of_overdues(company: str, day: date) -> int:
	warned = 0
	for row in insurer_notice.to_declare(company, day):
		doc = frappe.get_doc(DOCTYPE, row["cover"])
		overdue = insurer_notice.overdue_of(company, row["customer"], day)
		if doc.warned_overdue == overdue["due_date"]:
			continue
		text = _("{0} is {1} days overdue: declare it to {2}, or the cover may be lost.").format(
			_who(doc), row["days_overdue"], escape_html(doc.insurer)
		)
		_warn(doc, text, warned_overdue=overdue["due_date"])
		warned += 1
	return warned


def _warn(doc, text: str, **noted) -> None:
	tell_credit_managers(doc, text)
	frappe.db.set_value(DOCTYPE, doc.name, noted, update_modified=False)


def _who(doc) -> str:
	return frappe.bold(escape_html(doc.customer_name or doc.customer))
