"""Many customers and open items for the benchmarks: one of each made through ERPNext's own controllers, the others
copied from their rows, so that every column has the value ERPNext gives it.

They belong to the tests' company; `removed` takes all of it away again.
"""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

SEED = 1
FIRST_DUE, LAST_DUE = -120, 3
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
TERRITORIES = ("Germany", "Spain")
COPIED = ("Customer", "Contact", "Dynamic Link", "Sales Invoice", "Payment Schedule", "Payment Ledger Entry")


@dataclass
class Rows:
	"""What was made: names of customers, number of open items."""

	customers: list[str]
	items: int


@contextmanager
def open_item_rows(items: int, customers: int) -> Iterator[Rows]:
	"""`items` unpaid invoices of `customers` customers of the tests' company, taken away at the end.

	Each customer has at least one; the others fall to them by chance, so that a few have many. Amounts are lognormal
	(median 800), due dates lie evenly between 120 days ago and 3 days ahead.
	"""
	import frappe

	from collections_app.tests.utils import before_tests
	from collections_app.tests.world import empty_world, make_email_account

	before_tests()
	empty_world()
	make_email_account()
	frappe.db.commit()
	rows = Rows([], 0)
	try:
		_make(rows, items, customers)
		frappe.db.commit()
		yield rows
	finally:
		frappe.db.rollback()
		_remove(rows.customers)
		empty_world()
		frappe.db.commit()


def _make(rows: Rows, items: int, customers: int) -> None:
	import frappe
	from frappe.utils import getdate

	from collections_app.tests.utils import make_customer, make_invoice

	chance = random.Random(SEED)
	template = make_customer("Benchmark Template")
	invoice = make_invoice(template, 100, due_in=-1)
	link = {"link_doctype": "Customer", "link_name": template, "parenttype": "Contact"}
	contact = frappe.db.get_value("Dynamic Link", link, "parent")
	rows.customers.append(template)
	rows.items += 1
	names = [f"Benchmark {number:06d}" for number in range(1, customers)]
	rows.customers += names
	languages = [chance.choice(LANGUAGES) for _name in names]
	copied(
		"Customer",
		template,
		(
			{
				"name": name,
				"customer_name": name,
				"language": language,
				"territory": chance.choice(TERRITORIES),
			}
			for name, language in zip(names, languages, strict=True)
		),
	)
	copied("Contact", contact, ({"name": f"{name} Contact"} for name in names))
	copied(
		"Dynamic Link",
		frappe.db.get_value("Dynamic Link", link),
		({"name": f"BM-DL-{name[-6:]}", "parent": f"{name} Contact", "link_name": name} for name in names),
	)
	owners = [*names, *_few_have_many(chance, names, items - len(names) - 1)]
	invoices = [
		_Invoice(
			f"BM-{number:07d}", owner, round(chance.lognormvariate(6.685, 0.9), 2), _due(chance, getdate())
		)
		for number, owner in enumerate(owners, 1)
	]
	_copy_invoices(invoice.name, invoices)
	rows.items += len(invoices)


@dataclass
class _Invoice:
	name: str
	customer: str
	amount: float
	due: date

	@property
	def posted(self) -> date:
		return self.due - timedelta(days=30)


def _due(chance: random.Random, today: date) -> date:
	return today + timedelta(days=chance.randint(FIRST_DUE, LAST_DUE))


def _few_have_many(chance: random.Random, names: list[str], count: int) -> list[str]:
	weights = [chance.paretovariate(1.16) for _name in names]
	return chance.choices(names, weights=weights, k=count)


def _copy_invoices(template: str, invoices: list[_Invoice]) -> None:
	import frappe

	copied(
		"Sales Invoice",
		template,
		(
			{
				**{"name": one.name, "customer": one.customer, "customer_name": one.customer},
				**{"posting_date": one.posted, "due_date": one.due, "status": "Overdue"},
				**dict.fromkeys(("total", "net_total", "grand_total", "outstanding_amount"), one.amount),
				**dict.fromkeys(("base_total", "base_net_total", "base_grand_total"), one.amount),
			}
			for one in invoices
		),
	)
	schedule = frappe.db.get_value("Payment Schedule", {"parent": template})
	if schedule:
		copied(
			"Payment Schedule",
			schedule,
			(
				{
					**{"name": f"PS-{one.name}", "parent": one.name, "due_date": one.due},
					**dict.fromkeys(("payment_amount", "base_payment_amount", "outstanding"), one.amount),
				}
				for one in invoices
			),
		)
	copied(
		"Payment Ledger Entry",
		frappe.db.get_value("Payment Ledger Entry", {"voucher_no": template}),
		(
			{
				**{"name": f"PL-{one.name}", "voucher_no": one.name, "against_voucher_no": one.name},
				**{"party": one.customer, "posting_date": one.posted, "due_date": one.due},
				**{"amount": one.amount, "amount_in_account_currency": one.amount},
			}
			for one in invoices
		),
	)


def copied(doctype: str, template: str, changes: Iterable[dict]) -> None:
	"""Writes the template's row again and again, each time with other values of some columns."""
	import frappe

	from collections_app.services.bulk import insert_rows

	row = frappe.db.get_value(doctype, template, "*", as_dict=True)
	columns = list(row)
	plain = [None if value is None else value for value in row.values()]
	places = {column: number for number, column in enumerate(columns)}
	rows = []
	for change in changes:
		values = list(plain)
		for column, value in change.items():
			if column in places:
				values[places[column]] = str(value) if isinstance(value, date) else value
		rows.append(values)
	insert_rows(doctype, columns, rows)


def _remove(customers: list[str]) -> None:
	import frappe

	from collections_app.services.frames import chunks

	for some in chunks(customers):
		links = {"link_doctype": "Customer", "link_name": ["in", some]}
		contacts = frappe.get_all("Dynamic Link", {**links, "parenttype": "Contact"}, pluck="parent")
		frappe.db.delete("Contact Email", {"parent": ["in", [*contacts, ""]]})
		frappe.db.delete("Contact", {"name": ["in", [*contacts, ""]]})
		frappe.db.delete("Dynamic Link", links)
		frappe.db.delete("Customer", {"name": ["in", some]})
	frappe.db.delete("Payment Schedule", {"parent": ["like", "BM-%"]})
