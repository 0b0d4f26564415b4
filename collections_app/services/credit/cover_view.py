"""A customer's credit insurance at a glance: covered, used, free, until when, what is asked for."""

import frappe
from frappe.utils import flt, getdate

from collections_app.services import settings
from collections_app.services.credit import cover_requests
from collections_app.services.credit.cover_warnings import exposures
from collections_app.services.credit.covers import APPROVED, cover_amount_of
from collections_app.services.credit.insurer_notice import is_told, overdue_of

FIELDS = (
	*("name", "insurer", "status", "currency", "amount", "amount_requested", "valid_until"),
	*("insurer_reference", "notify_after_days", "notified_on"),
)


def overview(customer: str, company: str) -> dict:
	"""covers (open ones, each with `connected`), insurers (those that can be asked), requests (the latest), covered, used and
	free (company currency; covered None when not insured), overdue (days since the oldest item was due, 0 for none), declared
	(what a declaration would say: see `insurer_notice.overdue_of`). A cover's `to_declare`: its insurer must be told by now."""
	today = getdate()
	covers = frappe.get_list(
		"Credit Cover",
		{"customer": customer, "company": company, "status": ["in", [APPROVED, "Requested"]]},
		list(FIELDS),
		order_by="valid_from desc, creation desc",
	)
	insurers = cover_requests.insurers_of(company)
	connected = {one["insurer"].casefold() for one in insurers}
	for cover in covers:
		cover.connected = (cover.insurer or "").casefold() in connected
		cover.days_left = (getdate(cover.valid_until) - today).days if cover.valid_until else None
	covered = cover_amount_of(company, customer, today)
	used = flt(exposures(company, today, customer).get(customer, 0.0), 2)
	overdue = overdue_of(company, customer, today)
	late = (today - overdue["due_date"]).days if overdue else 0
	for cover in covers:
		cover.to_declare = bool(
			cover.status == APPROVED
			and 0 < (cover.notify_after_days or 0) < late
			and not is_told(cover, overdue["due_date"])
		)
	return {
		"covers": covers,
		"insurers": insurers,
		"requests": cover_requests.of_customer(customer, company),
		"currency": settings.company_currency(company),
		"covered": covered,
		"used": used,
		"free": max(flt((covered or 0.0) - used, 2), 0.0),
		"overdue": late,
		"declared": overdue,
		"warn_days": settings.get().cover_warning_days or 0,
	}
