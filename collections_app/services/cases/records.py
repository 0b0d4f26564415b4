"""Collection Cases: one per customer and company, opened by the first open invoice, closed when nothing is left."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

import frappe
from frappe.query_builder import DocType

from collections_app.constants.roles import COLLECTOR, CREDIT_MANAGER
from collections_app.services import settings
from collections_app.services.ageing_view import bucket_fields
from collections_app.services.bulk import BulkInsert
from collections_app.services.frames import chunks, query_frame

BUCKETS = tuple(bucket_fields())
NUMBERS = ("outstanding", "overdue", "risk_score", *BUCKETS)


def case_key(company: str, customer: str) -> str:
	return f"{company}|{customer}"


def case_frame(company: str, customers: Iterable[str] | None = None) -> pd.DataFrame:
	"""Every case of the company, or those of some customers, indexed by customer."""
	case = DocType("Collection Case")
	query = (
		frappe.qb.from_(case)
		.select(
			case.customer,
			case.name.as_("case"),
			case.status,
			case.stage,
			case.collector,
			case.paused_until,
			case.pause_reason,
			case.outstanding,
			case.overdue,
			*(case[field] for field in BUCKETS),
			case.oldest_due_date,
			case.dunning_plan,
			case.dunning_level,
			case.last_contact_on,
			case.risk_band,
			case.risk_score,
		)
		.where(case.company == company)
	)
	if customers is not None:
		query = query.where(case.customer.isin([*customers, ""]))
	frame = query_frame(query, ("paused_until", "oldest_due_date"), NUMBERS)
	return frame.set_index("customer", drop=False)


def ensure_cases(company: str, customers: list[str]) -> dict[str, str]:
	"""Customer -> case, made where it is missing. Two workers making the same one end with one."""
	known = case_frame(company)["case"].to_dict()
	missing = [customer for customer in customers if customer not in known]
	collectors = collectors_for(company, missing)
	currency = settings.company_currency(company)
	return known | _make_cases(company, missing, collectors, currency)


def _make_cases(
	company: str, customers: list[str], collectors: dict[str, str | None], currency: str
) -> dict[str, str]:
	"""The new cases of many customers at once; what the controller does to a new case is done here."""
	if not customers:
		return {}
	titles = {
		name: title
		for some in chunks(customers)
		for name, title in frappe.get_all(
			"Customer", {"name": ["in", some]}, ["name", "customer_name"], as_list=True
		)
	}
	records = [
		{
			"company": company,
			"customer": customer,
			"customer_name": titles.get(customer),
			"collector": collectors.get(customer),
			"currency": currency,
			"case_key": case_key(company, customer),
		}
		for customer in customers
	]
	bulk = BulkInsert("Collection Case", "case_key", handled=("before_validate", "on_update"))
	made = dict(zip(customers, bulk.insert(records, _refuse), strict=True))
	for customer, name in made.items():
		if not name:
			key = {"case_key": case_key(company, customer)}
			made[customer] = frappe.db.get_value("Collection Case", key, for_update=True)
	return made


def _refuse(_record: dict, error: Exception) -> None:
	raise error


def get_or_make_case(company: str, customer: str) -> str:
	"""The case of one customer, for a promise or dispute entered by hand."""
	name = frappe.db.get_value("Collection Case", {"case_key": case_key(company, customer)})
	if name:
		return name
	collector = collectors_for(company, [customer]).get(customer)
	return _make_case(company, customer, collector, settings.company_currency(company))


def _make_case(company: str, customer: str, collector: str | None, currency: str) -> str:
	case = frappe.get_doc(
		{
			"doctype": "Collection Case",
			"company": company,
			"customer": customer,
			"collector": collector,
			"currency": currency,
		}
	)
	frappe.db.savepoint("new_case")
	try:
		return case.insert(ignore_permissions=True).name
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="new_case")
		return frappe.db.get_value("Collection Case", {"case_key": case_key(company, customer)})


def collectors_for(company: str, customers: list[str]) -> dict[str, str | None]:
	"""Customer -> who collects from it: its account manager if that person is a collector, else the company's default."""
	default = settings.company_row(company).default_collector
	collecting = collecting_users()
	managers: dict[str, str] = {}
	for names in chunks(customers):
		rows = frappe.get_all(
			"Customer",
			{"name": ["in", names], "account_manager": ["is", "set"]},
			["name", "account_manager"],
			as_list=True,
		)
		managers.update((name, user) for name, user in rows if user in collecting)
	return {customer: managers.get(customer, default) for customer in customers}


def collecting_users() -> set[str]:
	"""Enabled users with a role that works cases."""
	role, user = DocType("Has Role"), DocType("User")
	return set(
		(
			frappe.qb.from_(role)
			.inner_join(user)
			.on(user.name == role.parent)
			.select(user.name)
			.where((role.parenttype == "User") & role.role.isin([COLLECTOR, CREDIT_MANAGER]))
			.where(user.enabled == 1)
		).run(pluck=True)
	)


def give_orphans(company: str) -> int:
	"""Open cases that nobody owns get a collector. Returns how many."""
	case = DocType("Collection Case")
	orphans = (
		frappe.qb.from_(case)
		.select(case.name, case.customer)
		.where((case.company == company) & (case.status == "Open"))
		.where(case.collector.isnull() | (case.collector == ""))
	).run()
	collectors = collectors_for(company, [customer for _name, customer in orphans])
	given = {name: {"collector": collectors[customer]} for name, customer in orphans if collectors[customer]}
	frappe.db.bulk_update("Collection Case", given, chunk_size=200)
	return len(given)


def update_cases(company: str, values: dict[str, dict[str, Any]]) -> int:
	"""Writes case -> fields, only where something changed. Returns how many changed."""
	changed = changed_values(case_frame(company).set_index("case"), values)
	frappe.db.bulk_update("Collection Case", changed, chunk_size=200)
	return len(changed)


def changed_values(current: pd.DataFrame, values: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
	"""The rows of `values` that differ from `current`; all rows keep the same fields, as bulk_update needs."""
	changed = {}
	records = current.to_dict("index")
	for name, fields in values.items():
		now = records.get(name, {})
		if any(_plain(now.get(field)) != _plain(value) for field, value in fields.items()):
			changed[name] = fields
	return changed


def _plain(value: Any) -> Any:
	if value is None or value == "" or value != value:
		return None
	if isinstance(value, pd.Timestamp):
		return value.date()
	if isinstance(value, int | float):
		return round(float(value), 2)
	return value
