"""Credit covers: what insurers cover of customers' debts on a day, and covers whose time is over."""

from datetime import date

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum
from frappe.utils import flt, getdate

from collections_app.services.frames import query_frame
from collections_app.services.settings import company_currency

APPROVED, EXPIRED = "Approved", "Expired"


def cover_amounts(company: str, day: date) -> pd.Series:
	"""Customer -> amount covered on that day by approved covers, in company currency.

	A cover in a currency without an exchange rate counts as a cover of 0: the customer is insured, for an unknown amount.
	"""
	cover = DocType("Credit Cover")
	frame = query_frame(
		frappe.qb.from_(cover)
		.select(cover.customer, cover.currency, Sum(cover.amount).as_("amount"))
		.where((cover.company == company) & (cover.status == APPROVED))
		.where(cover.valid_from.isnull() | (cover.valid_from <= day))
		.where(cover.valid_until.isnull() | (cover.valid_until >= day))
		.groupby(cover.customer, cover.currency),
		numbers=["amount"],
	)
	rates = {one: _rate(one, company_currency(company), day) for one in frame["currency"].unique()}
	amounts = (frame["amount"] * frame["currency"].map(rates)).astype("float64")
	return amounts.groupby(frame["customer"]).sum()


def _rate(source: str, target: str, day: date) -> float:
	if source == target:
		return 1.0
	from erpnext.setup.utils import get_exchange_rate

	return flt(get_exchange_rate(source, target, day))


def expire_covers(day: date | None = None) -> None:
	"""Approved covers whose last day has passed become Expired."""
	cover = DocType("Credit Cover")
	(
		frappe.qb.update(cover)
		.set(cover.status, EXPIRED)
		.set(cover.modified, frappe.utils.now())
		.where((cover.status == APPROVED) & (cover.valid_until < getdate(day)))
	).run()
