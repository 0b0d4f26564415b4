"""What came in, to hold a forecast against: of what was open when it was made, and in all."""

from datetime import date, datetime

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum

from collections_app.services.frames import query_frame
from collections_app.services.history import is_receipt


def came_in(company: str, taken_at: datetime, since: date, until: date) -> pd.DataFrame:
	"""Per posting date from `since` to `until`, in company currency: came_in (on invoices that were there at `taken_at`,
	by payments booked after it) and came_in_all (every payment of a customer, whatever it was for)."""
	ours = _per_day(company, since, until, taken_at).rename(columns={"amount": "came_in"})
	everything = _per_day(company, since, until).rename(columns={"amount": "came_in_all"})
	frame = everything.merge(ours, on="date", how="outer").fillna({"came_in": 0.0, "came_in_all": 0.0})
	return frame.sort_values("date", ignore_index=True)


def _per_day(company: str, since: date, until: date, taken_at: datetime | None = None) -> pd.DataFrame:
	entry, invoice = DocType("Payment Ledger Entry"), DocType("Sales Invoice")
	query = (
		frappe.qb.from_(entry)
		.select(entry.posting_date.as_("date"), (-Sum(entry.amount)).as_("amount"))
		.where(
			(entry.company == company)
			& is_receipt(entry)
			& (entry.posting_date >= since)
			& (entry.posting_date <= until)
		)
		.groupby(entry.posting_date)
	)
	if taken_at:
		query = (
			query.inner_join(invoice)
			.on(invoice.name == entry.against_voucher_no)
			.where((entry.creation > taken_at) & (invoice.creation <= taken_at))
		)
	return query_frame(query, ["date"], ["amount"])
