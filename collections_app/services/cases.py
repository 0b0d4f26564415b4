"""Collection Cases: one per customer and company, opened by the first open invoice, closed when nothing is left."""

from datetime import date, datetime
from typing import Any

import pandas as pd

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce, Max, Min
from frappe.utils import strip_html

from collections_app.engine.outbox import PENDING
from collections_app.services import settings
from collections_app.services.frames import chunks, query_frame

# handed over, and not known to have failed
OUT = ("Sending", "Sent", "Delivered", "Proved")
TASK_LENGTH = 140


def case_key(company: str, customer: str) -> str:
	return f"{company}|{customer}"


def case_frame(company: str) -> pd.DataFrame:
	"""Every case of the company, indexed by customer."""
	case = DocType("Collection Case")
	return query_frame(
		frappe.qb.from_(case)
		.select(
			case.customer,
			case.name.as_("case"),
			case.status,
			case.stage,
			case.collector,
			case.paused_until,
			case.outstanding,
			case.overdue,
			case.oldest_due_date,
			case.dunning_plan,
			case.dunning_level,
			case.last_contact_on,
			case.risk_band,
			case.risk_score,
		)
		.where(case.company == company),
		("paused_until", "oldest_due_date"),
		("outstanding", "overdue", "risk_score"),
	).set_index("customer", drop=False)


def ensure_cases(company: str, customers: list[str]) -> dict[str, str]:
	"""Customer -> case, made where it is missing. Two workers making the same one end with one."""
	known = case_frame(company)["case"].to_dict()
	collector = settings.company_row(company).default_collector
	currency = settings.company_currency(company)
	for customer in customers:
		if customer not in known:
			known[customer] = _make_case(company, customer, collector, currency)
	return known


def get_or_make_case(company: str, customer: str) -> str:
	"""The case of one customer, for a promise or dispute entered by hand."""
	name = frappe.db.get_value("Collection Case", {"case_key": case_key(company, customer)})
	if name:
		return name
	return ensure_cases(company, [customer])[customer]


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


def give_orphans(company: str) -> None:
	"""Open cases that nobody owns go to the company's default collector."""
	collector = settings.company_row(company).default_collector
	if not collector:
		return
	case = DocType("Collection Case")
	(
		frappe.qb.update(case)
		.set(case.collector, collector)
		.where((case.company == company) & (case.status == "Open"))
		.where(case.collector.isnull() | (case.collector == ""))
	).run()


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


def refresh_stages(company: str, as_of: date) -> None:
	"""Stage and next action of every open case, from promises, disputes and actions: states, never counts."""
	cases = case_frame(company)
	cases = cases[cases["status"] == "Open"]
	promised = set(_open_promises(company))
	disputed = set(_open_disputes(company))
	last, ahead = _actions(company)
	tasks = _open_tasks(cases["case"])
	values = {}
	for row in cases.to_dict("records"):
		name = row["case"]
		stage = "Reminded" if name in last else "New"
		stage = "Disputed" if name in disputed else stage
		stage = "Promised" if name in promised else stage
		next_action, next_on = ahead.get(name) or tasks.get(name) or (None, None)
		if not next_action and row["overdue"] > 0 and not row["dunning_plan"]:
			next_action = _("No dunning plan fits")
		level, contact = last.get(name, (0, None))
		values[name] = {
			"stage": stage,
			"dunning_level": level,
			# a call kept on the case counts too
			"last_contact_on": _latest(contact, row["last_contact_on"]),
			"next_action": next_action,
			"next_action_on": next_on,
		}
	frappe.db.bulk_update("Collection Case", values, chunk_size=200, update_modified=False)


def _open_tasks(cases: pd.Series) -> dict[str, tuple]:
	"""Case -> text and date of its first open task: a call assigned, or a follow-up agreed on."""
	tasks = {}
	for names in chunks(cases):
		rows = frappe.get_all(
			"ToDo",
			{"reference_type": "Collection Case", "reference_name": ["in", names], "status": "Open"},
			["reference_name", "description", "date"],
			order_by="date, creation",
		)
		for row in rows:
			text = strip_html(row.description or "").strip()[:TASK_LENGTH]
			tasks.setdefault(row.reference_name, (text or _("Call"), row.date))
	return tasks


def _latest(*moments) -> datetime | None:
	known = [pd.Timestamp(moment) for moment in moments if moment and not pd.isna(moment)]
	return max(known).to_pydatetime() if known else None


def _open_promises(company: str) -> list[str]:
	return frappe.get_all("Promise to Pay", {"company": company, "status": "Open"}, pluck="case")


def _open_disputes(company: str) -> list[str]:
	return frappe.get_all("Invoice Dispute", {"company": company, "status": "Open"}, pluck="case")


def _actions(company: str) -> tuple[dict, dict]:
	"""Per case: highest level and last contact of what went out; step and date of what comes next."""
	action = DocType("Collection Action")
	out = (
		frappe.qb.from_(action)
		.select(
			action.case,
			Max(action.dunning_level),
			Max(Coalesce(action.sent_at, action.sending_started_at)),
		)
		.where((action.company == company) & action.status.isin(OUT))
		.groupby(action.case)
	).run()
	ahead = (
		frappe.qb.from_(action)
		.select(action.case, Max(action.step_name), Min(action.planned_on))
		.where((action.company == company) & action.status.isin(sorted(PENDING)))
		.groupby(action.case)
	).run()
	return (
		{case: (level, sent) for case, level, sent in out},
		{case: (step, planned) for case, step, planned in ahead},
	)
