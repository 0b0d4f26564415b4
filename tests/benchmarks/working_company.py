"""A company at work for the benchmarks of its pages: ledger, a collections run, and what collectors do day by day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.benchmarks.collectors_work import work_on_cases
from tests.benchmarks.open_item_rows import open_item_rows
from tests.benchmarks.paid_item_rows import add_paid_items

TEAM = "Benchmark Team"
COLLECTORS = tuple(f"benchmark{number}@example.com" for number in range(1, 11))
# in the first territory only: whoever sees some customers is asked about their figures alone
RESTRICTED, TERRITORY = "benchmark.restricted@example.com", "Germany"
STEPS = ("Read Receivables", "Settle", "Score", "Predict", "Plan", "Hold or Release", "Snapshot")


@dataclass(frozen=True)
class Company:
	"""`customer`, `case`: those with the most open invoices, of the territory everybody may see."""

	name: str
	customers: int
	invoices: int
	customer: str
	case: str


@contextmanager
def working_company(invoices: int, customers: int) -> Iterator[Company]:
	"""The tests' company with so many customers and invoices, half of them open, taken away at the end."""
	import frappe

	with open_item_rows(invoices // 2, customers) as rows:
		try:
			paid = add_paid_items(rows.customers, invoices - invoices // 2)
			_people()
			_run()
			company = _company(rows.items + paid, len(rows.customers))
			work_on_cases(COLLECTORS, company.case)
			frappe.db.commit()
			yield company
		finally:
			frappe.db.rollback()
			frappe.set_user("Administrator")
			_remove_people()


def _company(invoices: int, customers: int) -> Company:
	import frappe
	from frappe.query_builder.functions import Count

	from collections_app.tests.utils import COMPANY

	case, customer = frappe.qb.DocType("Collection Case"), frappe.qb.DocType("Customer")
	item = frappe.qb.DocType("Payment Prediction")
	counted = Count(item.name)
	[(name, debtor, _count)] = (
		frappe.qb.from_(case)
		.inner_join(item)
		.on((item.customer == case.customer) & (item.company == case.company))
		.select(case.name, case.customer, counted)
		.inner_join(customer)
		.on(customer.name == case.customer)
		.where((case.company == COMPANY) & (case.status == "Open") & (customer.territory == TERRITORY))
		.groupby(case.name, case.customer)
		.orderby(counted, order=frappe.qb.desc)
		.limit(1)
	).run()
	return Company(COMPANY, customers, invoices, debtor, name)


def _people() -> None:
	"""Collectors with a team of half of them, and one manager who may see one territory."""
	import frappe
	from frappe.permissions import add_user_permission

	from collections_app.constants.roles import COLLECTOR, CREDIT_MANAGER

	_remove_people()
	for user in (*COLLECTORS, RESTRICTED):
		doc = frappe.get_doc(
			{"doctype": "User", "email": user, "first_name": user.split("@")[0], "send_welcome_email": 0}
		)
		doc.flags.no_welcome_mail = True
		doc.append_roles(COLLECTOR if user in COLLECTORS else CREDIT_MANAGER, "Accounts User")
		doc.insert()
	frappe.get_doc(
		{
			"doctype": "User Group",
			"name": TEAM,
			"user_group_members": [{"user": user} for user in COLLECTORS[::2]],
		}
	).insert()
	add_user_permission("Territory", TERRITORY, RESTRICTED)
	frappe.db.commit()


def _remove_people() -> None:
	import frappe

	if frappe.db.exists("User Group", TEAM):
		frappe.delete_doc("User Group", TEAM, force=True)
	for user in (*COLLECTORS, RESTRICTED):
		for doctype, field in (("User Permission", "user"), ("Contact", "email_id")):
			for name in frappe.get_all(doctype, {field: user}, pluck="name"):
				frappe.delete_doc(doctype, name, force=True)
		if frappe.db.exists("User", user):
			frappe.delete_doc("User", user, force=True)
	frappe.db.commit()


def _run() -> None:
	from frappe.utils import getdate

	from collections_app.services.run.context import RunContext
	from collections_app.services.run.cycle import run_steps
	from collections_app.tests.utils import COMPANY
	from tests.benchmarks.dunning_plan import make_plans

	make_plans()
	context = run_steps(RunContext(COMPANY, getdate()), STEPS)
	failed = [line.message for line in context.messages if line.severity == "Error"]
	assert not failed, failed
