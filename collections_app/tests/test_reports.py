import json
from pathlib import Path

import frappe
from frappe.utils import flt, getdate

from collections_app.api.customer import summary
from collections_app.collections.report.receivables_ageing_by_risk import receivables_ageing_by_risk
from collections_app.services.ageing_view import bucket_fields
from collections_app.services.receivables import open_items
from collections_app.services.worklist.rules import (
	AT_RISK,
)
from collections_app.tests.desk import make_action, make_case, make_promise, make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, CollectionsTestCase, make_invoice, pay

HERE = {"company": COMPANY}


class RolledBack(CollectionsTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.savepoint("report")
		frappe.db.delete("Collection Case", {"company": COMPANY})

	def tearDown(self):
		frappe.db.rollback(save_point="report")
		super().tearDown()


class TestAgeing(RolledBack):
	def run_report(self, **filters):
		return receivables_ageing_by_risk.execute(
			{**HERE, "as_of": str(getdate()), "group_by": "Customer", **filters}
		)[:5]

	def rows(self, **filters):
		return self.run_report(**filters)[1]

	def test_buckets_of_a_customer(self):
		customer = self.customer()
		for due_in, amount in ((5, 1), (0, 2), (-1, 10), (-30, 20), (-31, 100), (-121, 1000)):
			self.invoice(customer, amount, due_in)
		row = self.rows(customer=customer)[0]
		self.assertEqual([row[field] for field in bucket_fields()], [3, 30, 100, 0, 0, 1000])
		self.assertEqual((row["total"], row["overdue"]), (1133, 1130))
		self.assertEqual(row["overdue_share"], flt(1130 / 1133 * 100, 1))

	def test_credits_have_a_column_of_their_own(self):
		customer, only_credit = self.customer(), self.customer()
		invoice = self.invoice(customer, 100, -20)
		self.credit(invoice, 30)
		settled = self.invoice(only_credit, 50, -20)
		pay(settled)
		self.credit(settled, 50)
		row = self.rows(customer=customer)[0]
		self.assertEqual((row["bucket_1"], row["credits"], row["total"], row["overdue"]), (100, -30, 70, 100))
		self.assertEqual(row["overdue_share"], 100)
		row = self.rows(customer=only_credit)[0]
		self.assertEqual((row["credits"], row["total"], row["overdue_share"]), (-50, -50, 0))

	def credit(self, invoice, amount: float) -> None:
		"""A credit note that is not set against its invoice yet."""
		make_invoice(
			invoice.customer,
			amount,
			is_return=1,
			return_against=invoice.name,
			update_outstanding_for_self=1,
			due_date=getdate(),
			posting_date=getdate(),
			items=[{"item_code": "Consulting", "qty": -1, "rate": amount}],
		)

	def test_total_equals_the_open_items(self):
		self.invoice(self.customer(), 120.4, -5)
		total = self.rows()[-1]
		self.assertEqual(total["key"], "total")
		self.assertAlmostEqual(total["total"], open_items(COMPANY)["outstanding_base"].sum(), 2)

	def test_groups_hold_their_customers(self):
		risky, safe = self.customer(), self.customer()
		make_case(risky, overdue=100, risk_band="E")
		make_case(safe, overdue=40, risk_band="A")
		self.invoice(risky, 100, -20)
		self.invoice(safe, 40, -20)
		rows = self.rows(group_by="Risk Band")
		groups = {row["risk_band"]: row for row in rows if row["indent"] == 0 and row["key"] != "total"}
		for row in rows:
			if row["indent"]:
				self.assertEqual(row["parent_key"], groups[row["risk_band"]]["key"])
		for band in groups:
			members = [row for row in rows if row["indent"] and row["risk_band"] == band]
			self.assertAlmostEqual(groups[band]["overdue"], sum(row["overdue"] for row in members), 2)
		self.assertEqual((groups["E"]["overdue"], groups["A"]["overdue"]), (100, 40))

	def test_only_permitted_customers(self):
		mine, other = self.customer(), self.customer()
		self.invoice(mine, 100, -20)
		self.invoice(other, 40, -20)
		user = make_user("Collector", "Accounts User")
		restrict(user, "Customer", mine)
		with signed_in(user):
			rows = self.rows()
			self.assertEqual([row.get("customer") for row in rows], [mine, None])
			self.assertEqual(rows[-1]["total"], 100)
			self.assertRaises(frappe.PermissionError, self.run_report, company=self.hidden_company(user))

	def test_chart_keeps_a_place_for_each_band(self):
		customer = self.customer()
		make_case(customer, overdue=100, risk_band="C")
		self.invoice(customer, 100, -20)
		chart = self.run_report(customer=customer)[3]
		sums = [sum(one["values"]) for one in chart["data"]["datasets"]]
		self.assertEqual(sums, [0, 0, 100, 0, 0])

	def test_unknown_group(self):
		self.assertRaises(frappe.ValidationError, self.rows, group_by="Weather")

	def hidden_company(self, user: str) -> str:
		"""Restricts the user to the tests' company and gives the name of another."""
		restrict(user, "Company", COMPANY)
		company = frappe.get_doc({"doctype": "Company", "company_name": "Elsewhere", "abbr": "ELS"})
		company.name = "Elsewhere"
		company.db_insert()
		return company.name


class TestCustomerSummary(RolledBack):
	def test_what_the_tab_shows(self):
		customer = self.customer()
		case = make_case(customer, overdue=100, risk_band="D")
		self.invoice(customer, 100, -20)
		make_promise(customer, 3, 20)
		make_action(case, "Held", hold_reasons="Bank data is old")
		shown = summary(customer, COMPANY)
		self.assertEqual(shown["case"].name, case.name)
		self.assertEqual(sum(part["amount"] for part in shown["ageing"]), 100)
		self.assertEqual([one.status for one in shown["promises"]], ["Open"])
		self.assertEqual((len(shown["actions"]), shown["waiting"]), (1, 1))
		self.assertEqual(shown["class"], AT_RISK)
		self.assertIn("Final notice held: Bank data is old", shown["reasons"])

	def test_a_customer_without_a_case(self):
		shown = summary(self.customer(), COMPANY)
		self.assertEqual(
			(shown["case"], shown["score"], shown["promises"], shown["reasons"]), (None, None, [], [])
		)

	def test_a_hidden_customer_is_refused(self):
		mine, other = self.customer(), self.customer()
		user = make_user("Collector", "Accounts User")
		restrict(user, "Customer", mine)
		with signed_in(user):
			self.assertRaises(frappe.PermissionError, summary, other)


class TestDeskRecords(CollectionsTestCase):
	"""The shipped records hang together: a broken name would only show as a hole on the workspace."""

	def test_workspace_blocks_have_their_records(self):
		workspace = frappe.get_doc("Workspace", "Collections")
		tables = {
			"number_card": ("number_card_name", [row.label for row in workspace.number_cards]),
			"chart": ("chart_name", [row.label for row in workspace.charts]),
			"shortcut": ("shortcut_name", [row.label for row in workspace.shortcuts]),
			"quick_list": ("quick_list_name", [row.label for row in workspace.quick_lists]),
			"card": ("card_name", [row.label for row in workspace.links if row.type == "Card Break"]),
		}
		for block in json.loads(workspace.content):
			if block["type"] in tables:
				key, names = tables[block["type"]]
				self.assertIn(block["data"][key], names)
		for row in workspace.number_cards:
			self.assertTrue(frappe.db.exists("Number Card", row.number_card_name), row.number_card_name)
		for row in workspace.charts:
			self.assertTrue(frappe.db.exists("Dashboard Chart", row.chart_name), row.chart_name)
		for row in workspace.links:
			if row.type == "Link":
				self.assertTrue(frappe.db.exists(row.link_type, row.link_to), row.link_to)

	def test_number_cards_call_what_exists(self):
		for name in frappe.get_all("Number Card", {"module": "Collections"}, pluck="name"):
			card = frappe.get_doc("Number Card", name)
			self.assertIn(frappe.get_attr(card.method), frappe.whitelisted)
			self.assertTrue(frappe.db.exists("DocType", card.document_type))

	def test_filters_have_four_elements(self):
		folder = Path(frappe.get_app_path("collections_app", "collections"))
		for path in [*folder.glob("number_card/*/*.json"), *folder.glob("dashboard_chart/*/*.json")]:
			filters = json.loads(json.loads(path.read_text())["filters_json"] or "[]")
			for one in filters if isinstance(filters, list) else []:
				self.assertEqual(len(one), 4, path.name)
