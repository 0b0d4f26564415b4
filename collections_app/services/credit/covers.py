"""Credit covers: what insurers cover of customers' debts on a day, and covers whose time is over."""

from datetime import date

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.utils import flt, getdate

from collections_app.services.frames import query_frame
from collections_app.services.settings import company_currency

APPROVED, EXPIRED = "Approved", "Expired"


def cover_amounts(company: str, day: date, customer: str | None = None) -> pd.Series:
	"""Customer -> amount covered on that day by approved covers, in company currency; of one customer, or of all.

	A cover in a currency without an exchange rate counts as a cover of 0: the customer is insured, for an unknown amount.
	"""
	covers = covers_on(company, day, customer)
	return _in_own_currency(covers, company, day).groupby(covers["customer"]).sum()


def cover_amount_of(company: str, customer: str, day: date) -> float | None:
	"""What is covered of one customer's debts on that day, in company currency; None when it is not insured."""
	found = cover_amounts(company, day, customer)
	return float(found[customer]) if customer in found.index else None


def insurance_on(company: str, day: date, customer: str | None = None) -> pd.DataFrame:
	"""Customer -> cover, as `cover_amounts`, and share: the part of a loss within it that insurers bear, 0 to 1.

	The share of several covers is that of their amounts. A cover that names none counts whole.
	"""
	covers = covers_on(company, day, customer)
	amounts = _in_own_currency(covers, company, day)
	share = (covers["insured_share"] / 100).where(covers["insured_share"] > 0, 1.0)
	found = (
		pd.DataFrame({"cover": amounts, "borne": amounts * share}, dtype="float64")
		.groupby(covers["customer"])
		.sum()
	)
	found["share"] = (found["borne"] / found["cover"]).where(found["cover"] > 0, 1.0)
	return found[["cover", "share"]]


def _in_own_currency(covers: pd.DataFrame, company: str, day: date) -> pd.Series:
	own = company_currency(company)
	rates = {one: exchange_rate(one, own, day) for one in covers["currency"].unique()}
	return (covers["amount"] * covers["currency"].map(rates)).astype("float64")


def covers_on(company: str, day: date, customer: str | None = None) -> pd.DataFrame:
	"""The approved covers of that day, of one customer or all: customer, insurer, currency, amount, insured_share (percent, 0:
	not said), valid_until."""
	cover = DocType("Credit Cover")
	query = (
		frappe.qb.from_(cover)
		.select(
			*(cover.customer, cover.insurer, cover.currency, cover.amount),
			*(cover.insured_share, cover.valid_until),
		)
		.where((cover.company == company) & (cover.status == APPROVED))
		.where(cover.valid_from.isnull() | (cover.valid_from <= day))
		.where(cover.valid_until.isnull() | (cover.valid_until >= day))
	)
	if customer:
		query = query.where(cover.customer == customer)
	return query_frame(query, ["valid_until"], ["amount", "insured_share"])


def exchange_rate(source: str, target: str, day: date) -> float:
	"""Units of `target` for one of `source`; 0 where no rate is known."""
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
