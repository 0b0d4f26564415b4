"""Exposure: what is owed or ordered, against limit and cover, today and a week ago; only of customers the user may see."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate, now_datetime

from collections_app.api import credit as api
from collections_app.collections.report.credit_exposure.credit_exposure import execute
from collections_app.services.credit import exposure_news
from collections_app.services.credit.exposure import exposure_table
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.test_credit_cover import make_cover
from collections_app.tests.test_delivery_stop import LINE
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase, other_company


class TestCreditExposure(CycleTestCase):
	def limit(self, name: str, amount: float) -> None:
		"""A credit limit of the customer's own; set after the invoices, which ERPNext holds against it."""
		customer = frappe.get_doc("Customer", name)
		row = customer.append("credit_limits", {"company": COMPANY, "credit_limit": amount})
		row.db_insert()

	def scored(self, customer: str, band: str, day: int) -> None:
		"""A Risk Score written so many days from today."""
		score = frappe.get_doc(
			{
				"doctype": "Risk Score",
				"customer": customer,
				"company": COMPANY,
				"as_of": add_days(getdate(), day),
				"score": 50,
				"band": band,
			}
		).insert(ignore_permissions=True)
		score.db_set("creation", add_days(now_datetime(), day), update_modified=False)

	def row(self, customer: str, **filters):
		table = exposure_table(COMPANY, getdate(), **filters).set_index("customer")
		return table.loc[customer]

	def test_amounts(self):
		"""Outstanding less credits, against limit and cover: insured as far as the cover goes, the rest is not."""
		customer = self.customer()
		self.invoice(customer, 1000, 10)
		pay(self.invoice(customer, 300, 10), 100)
		make_cover(customer, 500, insurer="Atradius")
		self.limit(customer, 800)
		row = self.row(customer)
		self.assertEqual((row.outstanding, row.exposure, row.credit_limit), (1200, 1200, 800))
		self.assertEqual((row.cover, row.insured, row.uninsured, row.over_limit), (500, 500, 700, 400))
		self.assertEqual(row.insurer, "Atradius")

	def test_insured_share(self):
		"""requirement: of a loss the insurer bears its share: the rest of what is covered is not insured"""
		customer = self.customer()
		self.invoice(customer, 1000, 10)
		make_cover(customer, 600, insured_share=90)
		row = self.row(customer)
		self.assertEqual((row.cover, row.insured, row.uninsured), (600, 540, 460))
		make_cover(customer, 200, insurer="Coface", insured_share=50)
		row = self.row(customer)  # (540 + 100) of 800
		self.assertEqual((row.cover, row.insured, row.uninsured), (800, 640, 360))

	def test_contacts_are_not_read(self):
		"""requirement: only what is shown is read, however many customers there are"""
		self.invoice(self.customer(), 100, 10)
		for name in ("contacts", "mobile_numbers", "postal_addresses"):
			reader = patch(f"collections_app.services.customers.{name}", side_effect=AssertionError(name))
			reader.start()
			self.addCleanup(reader.stop)
		self.assertFalse(exposure_table(COMPANY, getdate()).empty)

	def test_orders_count(self):
		"""What is ordered and not yet invoiced is exposure; a day before the order it was not."""
		customer = self.customer()
		order = frappe.get_doc(
			{
				"doctype": "Sales Order",
				"customer": customer,
				"company": COMPANY,
				"transaction_date": add_days(getdate(), -2),
				"delivery_date": add_days(getdate(), 5),
				"items": [{**LINE, "qty": 1, "rate": 250, "delivery_date": add_days(getdate(), 5)}],
			}
		).insert()
		order.submit()
		row = self.row(customer)
		self.assertEqual(
			(row.not_invoiced, row.exposure, row.exposure_before, row.change), (250, 250, 0, 250)
		)

	def test_a_cover_without_a_debt(self):
		"""Whoever is covered is shown, though nothing is owed."""
		customer = self.customer()
		make_cover(customer, 500)
		row = self.row(customer)
		self.assertEqual((row.exposure, row.cover, row.insured), (0, 500, 0))

	def test_what_changed(self):
		"""Exposure and band of a week ago stand beside today's."""
		customer = self.customer()
		self.invoice(customer, 400, 10, posting_date=add_days(getdate(), -20))
		self.invoice(customer, 100, 10, posting_date=add_days(getdate(), -2))
		self.scored(customer, "B", -30)
		self.scored(customer, "D", -1)
		row = self.row(customer)
		self.assertEqual((row.exposure, row.exposure_before, row.change), (500, 400, 100))
		self.assertEqual((row.risk_band, row.risk_band_before), ("D", "B"))
		self.assertEqual(self.row(customer, days_before=40).risk_band_before, "")
		_columns, rows, *_rest = execute({"company": COMPANY, "show": "Riskier"})
		self.assertEqual([one["customer"] for one in rows[:-1]], [customer])

	def news(self) -> tuple[list[str], dict[str, str]]:
		"""The customers that risk most, and what changed of each."""
		table = exposure_table(COMPANY, getdate())
		found = exposure_news.changes(table, COMPANY, getdate(), 7, "EUR")
		told = {one["customer"]: ", ".join(one["texts"]) for one in found}
		return list(exposure_news.top_risks(table)["customer"]), told

	def test_top_risks(self):
		"""requirement: what is not insured counts, the more the worse the score"""
		small, insured, bad, good = (self.customer() for _number in range(4))
		for customer, amount, score in (
			(small, 100, 10),
			(insured, 9000, 10),
			(bad, 500, 10),
			(good, 600, 90),
		):
			self.invoice(customer, amount, 10)
			self.scored(customer, "E", -1)
			frappe.db.set_value("Risk Score", {"customer": customer}, "score", score)
		make_cover(insured, 10000)
		self.assertEqual(self.news()[0], [bad, small, good])
		message = execute({"company": COMPANY})[2]
		self.assertIn(frappe.db.get_value("Customer", bad, "customer_name"), message)

	def test_what_changed_in_words(self):
		"""requirement: who got riskier, passed its limit or lost its cover comes before who owes more or less"""
		riskier, over, lost, more, same = (self.customer() for _number in range(5))
		for customer in (riskier, over, lost, same):
			self.invoice(customer, 400, 10, posting_date=add_days(getdate(), -20))
		self.invoice(over, 200, 10, posting_date=add_days(getdate(), -2))
		self.invoice(more, 900, 10, posting_date=add_days(getdate(), -2))
		self.limit(over, 500)
		self.scored(riskier, "B", -30)
		self.scored(riskier, "D", -1)
		make_cover(lost, 500, insurer="Atradius", valid_until=add_days(getdate(), -3))
		_risks, told = self.news()
		self.assertEqual(told[riskier], "risk D, was B")
		self.assertIn("now over its limit by 20 %", told[over])
		self.assertIn("cover by Atradius ended", told[lost])
		self.assertIn("more", told[more])
		self.assertNotIn(same, told)
		self.assertEqual(list(told)[-1], more)

	def test_standing(self):
		"""requirement: what one customer's exposure is made of adds up, against its limit and its cover"""
		customer = self.customer()
		self.assertEqual(api.standing(customer, COMPANY)["exposure"], 0)
		self.invoice(customer, 300, -10)
		self.invoice(customer, 500, 10)
		self.limit(customer, 600)
		make_cover(customer, 400, insured_share=90)
		seen = api.standing(customer, COMPANY)
		self.assertEqual((seen["overdue"], seen["not_due"], seen["not_invoiced"]), (300, 500, 0))
		self.assertEqual((seen["exposure"], seen["credit_limit"], seen["over_limit"]), (800, 600, 200))
		self.assertEqual((seen["cover"], seen["insured"], seen["uninsured"]), (400, 360, 440))
		row = self.row(customer)
		self.assertEqual((row.exposure, row.insured, row.over_limit), (800, 360, 200))
		other = self.customer()
		seen = api.standing(other, COMPANY)
		self.assertIsNone(seen["credit_limit"])
		self.assertIsNone(seen["cover"])

	def test_groups(self):
		"""Grouped, each group adds up its customers; the largest comes first; parents stand for their children."""
		parent, child = self.customer(), self.customer()
		frappe.db.set_value("Customer", child, "collections_receiver", parent)
		self.invoice(parent, 100, 10)
		self.invoice(child, 300, 10)
		self.invoice(self.customer(), 250, 10)
		_columns, rows, _message, chart, summary, _skip = execute({"company": COMPANY, "group_by": "Parent"})
		self.assertEqual([row["exposure"] for row in rows if row["indent"] == 0], [400, 250, 650])
		self.assertEqual(chart["data"]["datasets"][1]["values"], [400, 250])
		self.assertEqual(summary[0]["value"], 650)
		with self.assertRaisesRegex(frappe.ValidationError, "Group By"):
			execute({"company": COMPANY, "group_by": "Shoe Size"})

	def test_filters(self):
		within, over = self.customer(), self.customer()
		for customer, limit in ((within, 1000), (over, 100)):
			self.invoice(customer, 300, 10)
			self.limit(customer, limit)
		make_cover(within, 300)
		for show, customer in (("Over Limit", over), ("Not Insured", over)):
			rows = execute({"company": COMPANY, "show": show})[1]
			self.assertEqual([row["customer"] for row in rows[:-1]], [customer])
		self.assertEqual(execute({"company": COMPANY, "minimum_exposure": 301})[1], [])

	def test_permissions(self):
		"""Another company is refused; of the own one only permitted customers are there, also in the sums."""
		mine, other = self.customer(), self.customer()
		self.invoice(mine, 100, 10)
		self.invoice(other, 700, 10)
		user = make_user("Credit Manager", "Accounts User")
		restrict(user, "Customer", mine)
		with signed_in(user):
			rows = execute({"company": COMPANY})[1]
		self.assertEqual([row["exposure"] for row in rows], [100, 100])
		stranger = make_user("Credit Manager", "Accounts User")
		restrict(stranger, "Company", other_company())
		with signed_in(stranger), self.assertRaises(frappe.PermissionError):
			execute({"company": COMPANY})
