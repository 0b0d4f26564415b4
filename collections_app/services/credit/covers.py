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
	own = company_currency(company)
	rates = {one: exchange_rate(one, own, day) for one in covers["currency"].unique()}
	amounts = (covers["amount"] * covers["currency"].map(rates)).astype("float64")
	return amounts.groupby(covers["customer"]).sum()


def cover_amount_of(company: str, customer: str, day: date) -> float | None:
	"""What is covered of one customer's debts on that day, in company currency; None when it is not insured."""
	found = cover_amounts(company, day, customer)
	return float(found[customer]) if customer in found.index else None


def covers_on(company: str, day: date, customer: str | None = None) -> pd.DataFrame:
	"""The approved covers of that day, of one customer or all: customer, insurer, currency, amount, valid_until."""
	cover = DocType("Credit Cover")
	query = (
		frappe.qb.from_(cover)
		.select(cover.customer, cover.insurer, cover.currency, cover.amount, cover.valid_until)
		.where((cover.company == company) & (cover.status == APPROVED))
		.where(cover.valid_from.isnull() | (cover.valid_from <= day))
		.where(cover.valid_until.isnull() | (cover.valid_until >= day))
	)
	if customer:
		query = query.where(cover.customer == customer)
	return query_frame(query, ["valid_until"], ["amount"])


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
