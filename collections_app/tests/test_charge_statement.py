"""What is owed of charged invoices: claimed, announced, booked, paid and open, and the order payments settle in."""

import json
from pathlib import Path

import frappe
from frappe.utils import add_days, getdate

from collections_app.collections.report.late_payment_charges import late_payment_charges
from collections_app.services.charges.statement import statement, update_cases
from collections_app.tests.books import make_rate as make_exchange_rate
from collections_app.tests.books import make_terms, usd
from collections_app.tests.charging import BOTH, BookingTestCase
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import make_plan

FEE = {**BOTH, "fee": 5}
HERE = {"company": COMPANY}


class StatementTestCase(BookingTestCase):
	def announced(self, book: bool = True, **values):
		"""1,000 due 10 days ago, a message that said 2.74, 40 and 5."""
		if book:
			self.plan_with((1, "Email", FEE))
		else:
			make_plan((1, "Email", FEE))
		invoice = self.invoice(self.customer(), 1000, -10, **values)
		(name,) = self.send_out()
		return invoice, name

	def row(self, day: int = 0) -> frappe._dict:
		(row,) = statement(COMPANY, add_days(getdate(), day))
		return frappe._dict(row)

	def setUp(self):
		super().setUp()
		self.set_order("Costs, Interest, Principal")

	def set_order(self, order: str) -> None:
		settings = frappe.get_single("Collections Settings")
		settings.settlement_order = order
		settings.save()
		frappe.db.commit()


class TestStatement(StatementTestCase):
	def test_announced_booked_paid(self):
		invoice, name = self.announced()
		row = self.row()
		self.assertEqual(
			(row.invoice, row.principal, row.outstanding, row.days), (invoice.name, 1000, 1000, 10)
		)
		self.assertEqual((row.interest, row.indemnity, row.fee), (2.74, 40, 5))
		self.assertEqual((row.claimed, row.announced, row.booked, row.unbooked), (47.74, 47.74, 0, 47.74))
		self.assertEqual((row.paid, row.open, row.owed), (0, 47.74, 1047.74))
		self.book()
		self.assertEqual((self.row().booked, self.row().unbooked), (47.74, 0))
		pay(self.charges_invoice(name))
		row = self.row()
		self.assertEqual((row.paid, row.open, row.owed, row.open_principal), (47.74, 0, 1000, 1000))

	def test_claimed_interest_runs_on(self):
		"""A week after the message: 17 days are 4.66, announced is what the message said."""
		self.announced()
		row = self.row(day=7)
		self.assertEqual((row.interest, row.claimed, row.announced), (4.66, 49.66, 47.74))

	def test_order_of_settlement(self):
		"""Of 100: 45 costs and 2.74 interest come first, or the principal does."""
		invoice, _name = self.announced()
		pay(invoice, 100)
		parts = ("open_costs", "open_interest", "open_principal", "owed")
		for order, expected in (
			("Costs, Interest, Principal", [0, 0, 947.74, 947.74]),
			("Principal, Interest, Costs", [45, 2.74, 900, 947.74]),
		):
			with self.subTest(order):
				self.set_order(order)
				self.assertEqual([self.row()[part] for part in parts], expected)
				self.assertEqual(self.row().outstanding, 900)

	def test_nothing_is_lost_when_the_principal_is_paid_first(self):
		"""Not booked, and the invoice is paid: interest until that day, indemnity and fee stay owed, however long."""
		self.set_order("Principal, Interest, Costs")
		invoice, _name = self.announced(book=False)
		pay(invoice)
		for day in (0, 30):
			row = self.row(day)
			self.assertEqual((row.outstanding, row.open, row.unbooked, row.booked), (0, 47.74, 47.74, 0))
			self.assertEqual((row.open_costs, row.open_interest, row.open_principal), (45, 2.74, 0))
		update_cases(COMPANY, getdate())
		case = frappe.get_all("Collection Case", {"customer": invoice.customer}, ["charges_open"])[0]
		self.assertEqual(case.charges_open, 47.74)

	def test_shown_on_the_case_by_the_run(self):
		"""Open, then paid: the case follows."""
		_invoice, name = self.announced()
		self.send()
		case = self.action().case
		self.assertEqual(frappe.db.get_value("Collection Case", case, "charges_open"), 47.74)
		pay(self.charges_invoice(name))
		self.send()
		self.assertEqual(frappe.db.get_value("Collection Case", case, "charges_open"), 0)

	def test_in_company_currency_on_the_case(self):
		"""2.74 USD and an indemnity of 40 EUR at 1.25, at the invoice's rate of 0.9."""
		make_exchange_rate(0.9)
		make_plan((1, "Email", {"charge_interest": 1}))
		invoice = self.invoice(self.customer(), 1000, -10, **usd())
		self.send_out()
		self.assertEqual((self.row().currency, self.row().open, self.row().base_rate), ("USD", 2.74, 0.9))
		update_cases(COMPANY, getdate())
		case = frappe.get_all("Collection Case", {"customer": invoice.customer}, ["charges_open"])[0]
		self.assertEqual(case.charges_open, 2.47)

	def test_terms_of_a_schedule(self):
		"""What was said of the terms stands: the ledger does not tell when a term was paid."""
		make_plan((1, "Email", BOTH))
		invoice = self.invoice(self.customer(), 1000, -40, payment_terms_template=make_terms(50, 50))
		self.send_out()
		said = self.action().interest
		self.assertGreater(said, 0)
		pay(invoice)
		row = self.row(day=30)
		self.assertEqual((row.interest, row.indemnity, row.open), (said, 40, said + 40))


class TestReport(StatementTestCase):
	def report(self, **filters):
		columns, rows, message, chart, summary, _skip = late_payment_charges.execute({**HERE, **filters})
		return frappe._dict(columns=columns, rows=rows, message=message, chart=chart, summary=summary)

	def test_every_figure_has_its_column(self):
		self.announced()
		report = self.report()
		fields = {column["fieldname"] for column in report.columns}
		self.assertEqual(set(report.rows[0]) - fields, {"base_rate"})
		self.assertEqual(fields - set(report.rows[0]), set())
		self.assertIn("Costs, Interest, Principal", report.message)
		self.assertEqual([one["value"] for one in report.summary], [47.74, 0, 47.74, 0, 47.74])
		self.assertEqual([one["values"] for one in report.chart["data"]["datasets"]], [[2.74], [40], [5]])

	def test_what_is_shown(self):
		"""Open charges; all announced ones; and with them what is overdue and was never charged."""
		invoice, name = self.announced()
		self.book()
		pay(self.charges_invoice(name))
		quiet = self.invoice(self.customer(), 500, -20)
		self.assertEqual(self.report().rows, [])
		self.assertEqual([row["invoice"] for row in self.report(show="Announced").rows], [invoice.name])
		rows = self.report(show="Overdue").rows
		self.assertEqual([row["invoice"] for row in rows], [quiet.name, invoice.name])
		self.assertEqual((rows[0]["accrued"], rows[0]["claimed"], rows[0]["owed"]), (2.74, 0, 500))
		rows = self.report(show="Overdue", customer=quiet.customer).rows
		self.assertEqual([row["invoice"] for row in rows], [quiet.name])
		with self.assertRaisesRegex(frappe.ValidationError, "Show must be one of"):
			self.report(show="All")

	def test_only_customers_the_user_may_see(self):
		invoice, _name = self.announced()
		user = make_user("Collector", "Accounts User")
		with signed_in(user):
			self.assertEqual(len(self.report().rows), 1)
		restrict(user, "Customer", self.customer())
		with signed_in(user):
			self.assertEqual(self.report().rows, [])
		self.assertTrue(invoice.name)

	def test_roles(self):
		path = Path(late_payment_charges.__file__).with_suffix(".json")
		roles = {row["role"] for row in json.loads(path.read_text(encoding="utf-8"))["roles"]}
		self.assertEqual(roles, {"Credit Manager", "Collector", "Collections Auditor", "System Manager"})
