"""Stage, last contact and next action of cases, read off promises, disputes, messages, tasks and the plan: states, never
counts; and with them the case's place on the worklist. Worked out at the end of each run for all cases, and for one case
whenever somebody changed something on it.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce, Max
from frappe.utils import getdate, strip_html

from collections_app.engine.frames import effective_due_date
from collections_app.engine.outbox import GONE_OUT, PENDING, SENDING
from collections_app.services import live
from collections_app.services.cases import next_actions
from collections_app.services.cases.promises import awaited_instalments
from collections_app.services.cases.records import case_frame
from collections_app.services.frames import chunks
from collections_app.services.outbox.covers import customer_pauses
from collections_app.services.plans.next_steps import next_steps
from collections_app.services.receivables import open_items
from collections_app.services.run.context import RunContext
from collections_app.services.worklist import rank

# handed over, and not known to have failed
OUT = (SENDING, *GONE_OUT)
AHEAD = (*PENDING, *next_actions.NEEDS_A_PERSON)
TASK_LENGTH = 140


def refresh_case(case: str) -> None:
	"""One case after somebody changed something on it."""
	refresh_cases([case])


def refresh_cases(names: Iterable[str]) -> None:
	"""These cases, without reading the other customers' ledger; and where they stand on the worklist."""
	names = list(names)
	companies = defaultdict(list)
	for part in chunks(names):
		for row in frappe.get_all(
			"Collection Case", {"name": ["in", part]}, ["name", "company", "customer"], order_by="name"
		):
			companies[row.company].append(row)
	for company, rows in companies.items():
		context = RunContext(company, getdate())
		items = open_items(company, customers=[row.customer for row in rows])
		context.items = items.assign(due_date=effective_due_date(items))
		# how they paid before says nothing about what comes next
		context.history = items.iloc[:0]
		_refresh(context, {row.customer for row in rows})
		live.moved(company, live.CASE)
	rank.rank_cases(names)


def refresh_stages(company: str, as_of: date) -> None:
	"""Every open case of the company."""
	_refresh(RunContext(company, as_of))
	rank.rank_company(company, as_of)


def _refresh(context: RunContext, customers: set[str] | None = None) -> None:
	"""Writes what is new of the open cases of the company, or of these customers."""
	if customers is None:
		cases = case_frame(context.company)
	else:
		# the plan of who gets the messages counts
		cases = case_frame(context.company, customers | set(context.addressed["customer"]))
	plans = cases["dunning_plan"]
	wanted = cases[cases["status"] == "Open"]
	if customers is not None:
		wanted = wanted[wanted.index.isin(customers)]
	if wanted.empty:
		return
	facts = _Facts(context, wanted, plans[plans.fillna("") != ""])
	values = {row["case"]: facts.fields(row) for row in wanted.to_dict("records")}
	frappe.db.bulk_update("Collection Case", values, chunk_size=200, update_modified=False)


class _Facts:
	"""What is going on with these cases, read in a few queries."""

	def __init__(self, context: RunContext, cases: pd.DataFrame, plans: pd.Series):
		self.today = context.run_date
		self.open_customers = set(context.items.loc[context.items["outstanding"] > 0, "customer"])
		self.promises = _by_case(cases, _open_promises)
		self.disputes = _by_case(cases, _open_disputes)
		self.tasks = _by_case(cases, _open_tasks)
		self.ahead = _by_case(cases, _actions_ahead)
		self.last = _last_actions(context.company)
		self.handed_over = _handed_over(context.company)
		self.steps, self.chased = next_steps(context, plans)
		self.pauses = customer_pauses(context.company)

	def fields(self, case: dict) -> dict:
		level, contact = self.last.get(case["case"], (0, None))
		found = next_actions.choose(self.candidates(case))
		return {
			"stage": self.stage(case["case"]),
			"dunning_level": level,
			# a call kept on the case counts too
			"last_contact_on": _latest(contact, case["last_contact_on"]),
			**(found or next_actions.of_nothing(case, self.covered(case))).fields(),
		}

	def stage(self, case: str) -> str:
		if case in self.handed_over:
			return "Handed Over"
		if case in self.promises:
			return "Promised"
		if case in self.disputes:
			return "Disputed"
		return "Reminded" if case in self.last else "New"

	def candidates(self, case: dict) -> list[next_actions.NextAction]:
		name, customer = case["case"], case["customer"]
		step = self.steps.get(customer)
		return [
			*(next_actions.of_message(one, self.today) for one in self.ahead.get(name, ())),
			*(
				next_actions.of_task(_plain_text(one.description), one.date, one.allocated_to)
				for one in self.tasks.get(name, ())
			),
			*(next_actions.of_promise(one) for one in self.promises.get(name, ())),
			*(next_actions.of_dispute(one, self.today) for one in self.disputes.get(name, ())),
			*([next_actions.of_step(step, self.pause(case), self.today)] if step else ()),
		]

	def pause(self, case: dict) -> tuple[date, str | None] | None:
		until = self.pauses.get(case["customer"])
		if not until:
			return None
		own = case["paused_until"]
		is_own = not pd.isna(own) and own.date() == getdate(until)
		return getdate(until), (case["pause_reason"] or None) if is_own else None

	def covered(self, case: dict) -> bool:
		"""Something is open, but all of it is paused or in hand, so that the plan has nothing to chase."""
		return case["customer"] in self.open_customers and case["customer"] not in self.chased


def _plain_text(html: str | None) -> str:
	return strip_html(html or "").strip()[:TASK_LENGTH]


def _by_case(cases: pd.DataFrame, read) -> dict[str, list]:
	found = defaultdict(list)
	for names in chunks(cases["case"]):
		for row in read(names):
			found[row.case].append(row)
	return dict(found)


def _open_promises(names: list[str]) -> list:
	"""With the amount and day of the instalment that is awaited."""
	promises = frappe.get_all(
		"Promise to Pay",
		{"case": ["in", names], "status": "Open"},
		["name", "case", "amount", "paid_amount", "due_on", "currency", "promised_by", "promised_on"],
		order_by="due_on, name",
	)
	awaited = awaited_instalments([one.name for one in promises])
	for promise in promises:
		instalment = awaited.get(promise.name, promise)
		promise.next_due_on = instalment.due_on
		promise.next_amount = (instalment.amount or 0) - (instalment.paid_amount or 0)
	return promises


def _open_disputes(names: list[str]) -> list:
	return frappe.get_all(
		"Invoice Dispute",
		{"case": ["in", names], "status": "Open"},
		["case", "sales_invoice", "reason", "answer_due_on", "responsible"],
		order_by="answer_due_on, name",
	)


def _open_tasks(names: list[str]) -> list:
	"""A call assigned, a follow-up agreed on, an escalation."""
	rows = frappe.get_all(
		"ToDo",
		{"reference_type": "Collection Case", "reference_name": ["in", names], "status": "Open"},
		["reference_name", "description", "date", "allocated_to"],
		order_by="date, creation",
	)
	for row in rows:
		row.case = row.reference_name
	return rows


def _actions_ahead(names: list[str]) -> list:
	return frappe.get_all(
		"Collection Action",
		{"case": ["in", names], "status": ["in", AHEAD]},
		["case", "status", "step_name", "dunning_level", "planned_on", "hold_reasons"],
		order_by="dunning_level desc, name",
	)


def _last_actions(company: str) -> dict[str, tuple]:
	"""Case -> highest level and last contact of what went out, to the customer or about what it owes."""
	action = DocType("Collection Action")
	rows = (
		frappe.qb.from_(action)
		.select(
			action.case,
			Max(action.dunning_level),
			Max(Coalesce(action.sent_at, action.sending_started_at)),
		)
		.where((action.company == company) & action.status.isin(OUT))
		.groupby(action.case)
	).run()
	found = {case: (level, sent) for case, level, sent in rows}
	for case, level, sent in _told_to_others(company):
		known = found.get(case, (0, None))
		found[case] = (max(known[0] or 0, level or 0), _latest(known[1], sent))
	return found


def _told_to_others(company: str) -> list[tuple]:
	"""As `_last_actions`, of customers whose messages another receives: their cases are those of who owes."""
	if not frappe.db.exists("Customer", {"collections_receiver": ["is", "set"]}):
		# most companies: no look at all the lines
		return []
	action, line, case = (
		DocType("Collection Action"),
		DocType("Collection Action Invoice"),
		DocType("Collection Case"),
	)
	return (
		frappe.qb.from_(line)
		.inner_join(action)
		.on(action.name == line.parent)
		.inner_join(case)
		.on((case.company == action.company) & (case.customer == line.customer))
		.select(
			case.name,
			Max(line.dunning_level),
			Max(Coalesce(action.sent_at, action.sending_started_at)),
		)
		.where((action.company == company) & action.status.isin(OUT) & (line.customer != action.customer))
		.groupby(case.name)
	).run()


def _handed_over(company: str) -> set[str]:
	"""Cases with an agency or a lawyer."""
	return set(
		frappe.get_all(
			"Collection Action",
			{
				"company": company,
				"channel": "Hand Over",
				"status": ["in", OUT],
				"taken_back_on": ["is", "not set"],
			},
			pluck="case",
		)
	)


def _latest(*moments) -> datetime | None:
	known = [pd.Timestamp(moment) for moment in moments if moment and not pd.isna(moment)]
	return max(known).to_pydatetime() if known else None
