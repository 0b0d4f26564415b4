"""Planning 100,000 open items of 20,000 customers, and beside it one ERPNext Dunning, in the same process.

The pass is the one of every Collection Run: plan choice, due steps, consolidation, storing. All items are due for a step
and nothing is planned before, so that every item is written.
"""

import os
import resource
import statistics
import time
from contextlib import contextmanager
from functools import wraps

ITEMS, CUSTOMERS = (
	int(os.environ.get("BENCH_ITEMS") or 100_000),
	int(os.environ.get("BENCH_CUSTOMERS") or 20_000),
)
DUNNINGS = 9
# (phase, module, function): what is timed inside the planning
PHASES = (
	("plan_choice", "plan_facts"),
	("plan_choice", "choose_for"),
	("state_of_items", "items_with_state"),
	("due_steps", "due_steps"),
	("cases", "ensure_cases"),
	("consolidation", "consolidate"),
	("storing", "store.store_actions"),
)


def run() -> dict:
	"""items, customers, actions; seconds to plan and store, and cpu_seconds of this process, both also per item; seconds by
	phase; seconds to read the receivables, to settle (which opens the cases), to plan again what is planned; rss_mb; an
	ERPNext Dunning in ms and CPU ms, and how many times less than that an item takes."""
	from tests.benchmarks.open_item_rows import open_item_rows

	with open_item_rows(ITEMS, CUSTOMERS) as rows:
		dunning, dunning_cpu = median_dunning()
		result = measure()
	return {
		"items": rows.items,
		"customers": len(rows.customers),
		**result,
		"rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
		"dunning_ms": round(dunning * 1000, 2),
		"times_less": round(dunning * 1000 / result["ms_per_item"]),
		"dunning_cpu_ms": round(dunning_cpu * 1000, 2),
		"times_less_cpu": round(dunning_cpu * 1000 / result["cpu_ms_per_item"]),
	}


def measure() -> dict:
	import frappe
	from frappe.utils import getdate

	from collections_app.services.cases import settling
	from collections_app.services.plans import planning
	from collections_app.services.run.context import RunContext
	from collections_app.tests.utils import COMPANY

	make_plans()
	context = RunContext(COMPANY, getdate())
	reading = seconds(lambda: (context.items, context.history, context.customers))
	settle = seconds(lambda: settling.settle(context))
	context.checkpoint()
	with phases(planning) as spent:
		started, worked = time.perf_counter(), time.process_time()
		counts = planning.plan(context)
		context.checkpoint()
		total, worked = time.perf_counter() - started, time.process_time() - worked
	again = seconds(lambda: planning.plan(context))
	items = len(context.items)
	assert counts["due_items"] == items, f"{counts['due_items']} of {items} items are due"
	lines = frappe.db.count("Collection Action Invoice", {"parenttype": "Collection Action"})
	assert lines >= items, f"{lines} of {items} items are stored"
	return {
		"actions": counts["planned"],
		"seconds": round(total, 3),
		"cpu_seconds": round(worked, 3),
		"ms_per_item": round(total * 1000 / items, 4),
		"cpu_ms_per_item": round(worked * 1000 / items, 4),
		"phases": {name: round(value, 3) for name, value in spent.items()},
		"seconds_to_read": round(reading, 3),
		"seconds_to_settle": round(settle, 3),
		"seconds_to_plan_again": round(again, 3),
	}


def seconds(work) -> float:
	started = time.perf_counter()
	work()
	return time.perf_counter() - started


@contextmanager
def phases(planning):
	"""Times the parts of `planning.plan`: name -> seconds; what is left is `rest`."""
	spent: dict[str, float] = {}
	undo = []
	for phase, path in PHASES:
		owner, name = planning, path
		if "." in path:
			module, name = path.split(".")
			owner = getattr(planning, module)
		work = getattr(owner, name)
		setattr(owner, name, timed(work, phase, spent))
		undo.append((owner, name, work))
	try:
		yield spent
	finally:
		for owner, name, work in undo:
			setattr(owner, name, work)


def timed(work, phase: str, spent: dict[str, float]):
	@wraps(work)
	def wrapper(*arguments, **options):
		started = time.perf_counter()
		try:
			return work(*arguments, **options)
		finally:
			spent[phase] = spent.get(phase, 0.0) + time.perf_counter() - started

	return wrapper


def make_plans() -> None:
	"""Two plans, by territory, of a reminder before the due date and three after it."""
	import frappe

	from collections_app.tests.utils import configure
	from collections_app.tests.world import make_plan

	configure()
	steps = [(day, "Email") for day in (-3, 1, 10, 30)]
	make_plan(*steps, name="Spain", priority=10, conditions=[("Territory", "=", "Spain")])
	make_plan(*steps, name="Others", priority=90)
	frappe.db.commit()


def median_dunning() -> tuple[float, float]:
	"""Seconds and CPU seconds of one ERPNext Dunning: created from an overdue invoice, inserted, submitted."""
	import frappe

	from erpnext.accounts.doctype.sales_invoice.sales_invoice import create_dunning

	from collections_app.tests.utils import make_customer, make_invoice

	customer = make_customer()
	invoices = [make_invoice(customer, 100, due_in=-10).name for _number in range(DUNNINGS)]
	frappe.db.commit()
	taken, worked = [], []
	for invoice in invoices:
		started, before = time.perf_counter(), time.process_time()
		create_dunning(invoice).insert().submit()
		frappe.db.commit()
		taken.append(time.perf_counter() - started)
		worked.append(time.process_time() - before)
	for name in frappe.get_all("Dunning", {"customer": customer}, pluck="name"):
		frappe.db.delete("Overdue Payment", {"parent": name})
		frappe.db.delete("Dunning", {"name": name})
	frappe.db.delete("Payment Ledger Entry", {"party": customer})
	frappe.db.commit()
	return statistics.median(taken), statistics.median(worked)
