"""The credit limit in force of customers, as ERPNext's own check counts it: the customer's own, else its group's unless
the group is let off the check, else the company's.
"""

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max
from frappe.utils import flt

from collections_app.services.frames import query_frame


def limit_of(customer: str, company: str) -> float | None:
	"""One customer's limit with the company, in company currency; None without one."""
	from erpnext.selling.doctype.customer.customer import get_credit_limit

	return flt(get_credit_limit(customer, company), 2) or None


def limits_of(company: str, customers: list[str] | None = None) -> pd.Series:
	"""Customer -> limit in company currency, of the customers that have one, or of such of these."""
	return limit_rows(company, customers).set_index("customer")["credit_limit"]


def limit_rows(company: str, customers: list[str] | None = None) -> pd.DataFrame:
	"""customer, known_on, credit_limit: a row for each customer with a limit, or each such of these, in company
	currency; known from the day on which it, or what it comes from, was last changed."""
	whole, changed_on = frappe.db.get_value("Company", company, ["credit_limit", "modified"])
	frame = query_frame(
		_query(company, customers, bool(whole)), ["own_on", "group_on"], ["own", "group_limit"]
	)
	of_group, of_own = frame["group_limit"] > 0, frame["own"] > 0
	limit = pd.Series(flt(whole), index=frame.index)
	limit = limit.mask(of_group, frame["group_limit"]).mask(of_own, frame["own"])
	known_on = pd.Series(pd.Timestamp(changed_on).normalize(), index=frame.index)
	known_on = known_on.mask(of_group, frame["group_on"]).mask(of_own, frame["own_on"])
	return pd.DataFrame({"customer": frame["customer"], "known_on": known_on, "credit_limit": limit})


def _query(company: str, customers: list[str] | None, all_of_them: bool):
	customer, own, group = (
		DocType("Customer"),
		DocType("Customer Credit Limit").as_("own"),
		DocType("Customer Credit Limit").as_("of_group"),
	)
	query = (
		frappe.qb.from_(customer)
		.left_join(own)
		.on(_is_for(own, company, "Customer", customer.name))
		.left_join(group)
		.on(
			_is_for(group, company, "Customer Group", customer.customer_group)
			& (group.bypass_credit_limit_check == 0)
		)
		.select(
			customer.name.as_("customer"),
			Max(own.credit_limit).as_("own"),
			Max(own.modified).as_("own_on"),
			Max(group.credit_limit).as_("group_limit"),
			Max(group.modified).as_("group_on"),
		)
		.groupby(customer.name)
	)
	if not all_of_them:
		query = query.where((own.credit_limit > 0) | (group.credit_limit > 0))
	return query if customers is None else query.where(customer.name.isin([*customers, ""]))


def _is_for(limit, company: str, doctype: str, name):
	return (
		(limit.parent == name)
		& (limit.parenttype == doctype)
		& (limit.company == company)
		& (limit.credit_limit > 0)
	)
