"""What collectors do day by day, for the benchmarks of the pages: promises, disputes, calls, tasks, messages that went out,
and the snapshots of the days before."""

import random
from datetime import timedelta

from tests.benchmarks.open_item_rows import copied

SEED = 3
# of the cases so many have one, in percent; of the messages so many went out
PROMISED, DISPUTED, CALLED, TASKED, SENT = 6, 4, 10, 3, 30
PAST_DAYS = 120


def work_on_cases(collectors: tuple[str, ...], busiest: str) -> None:
	"""Shares the cases of the tests' company among the collectors, lets them work, and ranks the worklist with it.

	The case `busiest` has one of everything, however many cases there are: what it is asked for then takes the same queries.
	"""
	import frappe

	from collections_app.services.worklist.rank import rank_company
	from collections_app.tests.utils import COMPANY

	chance = random.Random(SEED)
	cases = frappe.get_all(
		"Collection Case",
		{"company": COMPANY, "status": "Open"},
		["name", "customer", "customer_name", "currency", "overdue"],
		order_by="name",
	)
	_assign(cases, collectors)
	_promises(chance, collectors, _some(chance, cases, PROMISED, busiest))
	_disputes(chance, collectors, _some(chance, cases, DISPUTED, busiest))
	_calls(chance, collectors, _some(chance, cases, CALLED, busiest))
	_tasks(chance, collectors, _some(chance, cases, TASKED, busiest))
	_send(chance, busiest)
	_past_snapshots(chance)
	rank_company(COMPANY)


def _some(chance: random.Random, cases: list, percent: int, busiest: str) -> list:
	return [case for case in cases if chance.randrange(100) < percent or case.name == busiest]


def _assign(cases: list, collectors: tuple[str, ...]) -> None:
	import frappe

	from collections_app.services.frames import chunks

	table = frappe.qb.DocType("Collection Case")
	for number, collector in enumerate(collectors):
		for names in chunks([case.name for case in cases[number :: len(collectors)]]):
			frappe.qb.update(table).set(table.collector, collector).where(table.name.isin(names)).run()


def _promises(chance: random.Random, collectors: tuple[str, ...], cases: list) -> None:
	import frappe
	from frappe.utils import getdate

	from collections_app.tests.world import make_promise

	if not cases:
		return
	invoices = _an_invoice_each(cases)
	first = frappe.get_doc("Sales Invoice", invoices[cases[0].customer])
	template = make_promise(cases[0].customer, first, amount=first.outstanding_amount)
	made = [(f"BM-PR-{number:06d}", case) for number, case in enumerate(cases[1:])]
	copied(
		"Promise to Pay",
		template.name,
		(
			{
				**{"name": name, "case": case.name, "customer": case.customer, "amount": case.overdue or 100},
				**{"customer_name": case.customer_name, "owner": chance.choice(collectors)},
				"due_on": getdate() + timedelta(days=chance.randint(-3, 20)),
				"creation": _moment(chance),
			}
			for name, case in made
		),
	)
	copied(
		"Promise to Pay Invoice",
		template.invoices[0].name,
		(
			{"name": f"I-{name}", "parent": name, "sales_invoice": invoices[case.customer]}
			for name, case in made
		),
	)


def _disputes(chance: random.Random, collectors: tuple[str, ...], cases: list) -> None:
	import frappe
	from frappe.utils import getdate

	from collections_app.tests.world import make_dispute

	if not cases:
		return
	invoices = _an_invoice_each(cases)
	template = make_dispute(frappe.get_doc("Sales Invoice", invoices[cases[0].customer]))
	copied(
		"Invoice Dispute",
		template.name,
		(
			{
				**{"name": f"BM-ID-{number:06d}", "case": case.name, "customer": case.customer},
				**{"customer_name": case.customer_name, "sales_invoice": invoices[case.customer]},
				**{"owner": chance.choice(collectors), "creation": _moment(chance)},
				"opened_on": getdate() - timedelta(days=(age := chance.randint(0, 90))),
				"answer_due_on": getdate() - timedelta(days=age - 14),
			}
			for number, case in enumerate(cases[1:])
		),
	)


def _an_invoice_each(cases: list) -> dict[str, str]:
	import frappe

	from collections_app.services.frames import chunks
	from collections_app.tests.utils import COMPANY

	found: dict[str, str] = {}
	for customers in chunks([case.customer for case in cases]):
		found.update(
			frappe.get_all(
				"Sales Invoice",
				{"company": COMPANY, "customer": ["in", customers], "outstanding_amount": [">", 0]},
				["customer", "name"],
				as_list=True,
			)
		)
	return found


def _calls(chance: random.Random, collectors: tuple[str, ...], cases: list) -> None:
	import frappe

	if not cases:
		return
	template = frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": "Phone",
			"sent_or_received": "Sent",
			"subject": "Call",
			"content": "Reached, pays next week",
			"reference_doctype": "Collection Case",
			"reference_name": cases[0].name,
		}
	).insert()
	copied(
		"Communication",
		template.name,
		(
			{
				**{"name": f"BM-CA-{number:06d}", "reference_name": case.name},
				**{"owner": chance.choice(collectors), "creation": (moment := _moment(chance))},
				"communication_date": moment,
			}
			for number, case in enumerate(cases[1:])
		),
	)


def _tasks(chance: random.Random, collectors: tuple[str, ...], cases: list) -> None:
	import frappe
	from frappe.utils import getdate

	if not cases:
		return
	template = frappe.get_doc(
		{
			"doctype": "ToDo",
			"description": "Call again",
			"date": getdate(),
			"allocated_to": collectors[0],
			"reference_type": "Collection Case",
			"reference_name": cases[0].name,
		}
	).insert()
	copied(
		"ToDo",
		template.name,
		(
			{
				**{"name": f"BM-TD-{number:06d}", "reference_name": case.name},
				**{"allocated_to": chance.choice(collectors)},
				"date": getdate() + timedelta(days=chance.randint(-5, 5)),
			}
			for number, case in enumerate(cases[1:])
		),
	)


def _send(chance: random.Random, busiest: str) -> None:
	"""Some of the planned messages went out in the last months, some failed."""
	import frappe

	from collections_app.services.frames import chunks
	from collections_app.tests.utils import COMPANY

	table = frappe.qb.DocType("Collection Action")
	planned = frappe.get_all("Collection Action", {"company": COMPANY}, ["name", "case"], order_by="name")
	gone = [one.name for one in planned if chance.randrange(100) < SENT or one.case == busiest]
	failed = set(gone[::50])
	for names in chunks([name for name in gone if name not in failed]):
		query = frappe.qb.update(table).set(table.status, "Sent").set(table.sent_at, _moment(chance))
		query.where(table.name.isin(names)).run()
	for names in chunks(failed):
		frappe.qb.update(table).set(table.status, "Failed").where(table.name.isin(names)).run()


def _past_snapshots(chance: random.Random) -> None:
	"""A snapshot of each day before, so that lines have something to draw."""
	import frappe
	from frappe.utils import getdate

	from collections_app.tests.utils import COMPANY

	today = getdate()
	known = {"company": COMPANY, "snapshot_date": today}
	row = frappe.get_all("Receivables Snapshot", known, ["name", "outstanding", "overdue", "dso"])[0]
	taken = set(frappe.get_all("Receivables Snapshot", {"company": COMPANY}, pluck="snapshot_date"))
	days = [today - timedelta(days=number) for number in range(1, PAST_DAYS)]
	copied(
		"Receivables Snapshot",
		row.name,
		(
			{
				**{"name": f"BM-RS-{day}", "snapshot_date": day, "snapshot_key": f"{COMPANY}|{day}"},
				**{name: row[name] * chance.uniform(0.8, 1.2) for name in ("outstanding", "overdue", "dso")},
			}
			for day in days
			if day not in taken
		),
	)


def _moment(chance: random.Random) -> str:
	from frappe.utils import now_datetime

	return str(now_datetime() - timedelta(minutes=chance.randint(1, PAST_DAYS * 1440)))
