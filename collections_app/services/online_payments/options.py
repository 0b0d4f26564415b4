"""What a company has chosen for online payments, in Collections Settings."""

import frappe

from collections_app.services import settings

LINK = "create_payment_link"
DEACTIVATE = "deactivate_payment_link"
WAIT_DAYS = 10


def _row(company: str):
	return next((row for row in settings.get().companies if row.company == company), None)


def link_connector(company: str) -> str | None:
	"""The enabled Connector Config that makes the links of the company's letters; None: letters have none."""
	row = _row(company)
	name = row.get("payment_links_through") if row else None
	return (
		frappe.db.get_value("Connector Config", {"name": name, "company": company, "enabled": 1})
		if name
		else None
	)


def link_days(company: str) -> int:
	"""How long a link is valid; 0: without end."""
	row = _row(company)
	return (row.get("payment_link_days") or 0) if row else 0


def payout_wait_days(company: str) -> int:
	"""How long what was paid online is not dunned for."""
	row = _row(company)
	value = row.get("payout_wait_days") if row else None
	return WAIT_DAYS if value is None else value
