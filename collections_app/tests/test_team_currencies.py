"""The page Team of companies with several currencies: sums in one, at the day's rate."""

from unittest.mock import patch

import frappe

from collections_app.api import team as api
from collections_app.services import money
from collections_app.tests.desk import make_case, make_user, restrict, signed_in
from collections_app.tests.test_team import TODAY, TeamTestCase
from collections_app.tests.utils import COMPANY, pay

OTHER = "_Test Team Company"
BOTH = {"companies": [COMPANY, OTHER]}
RATE = "erpnext.setup.utils.get_exchange_rate"


class TestCurrencies(TeamTestCase):
	def setUp(self):
		super().setUp()
		money.forget_rates()
		self.addCleanup(money.forget_rates)
		company = frappe.get_doc(
			{"doctype": "Company", "company_name": OTHER, "abbr": "_TTC", "default_currency": "USD"}
		)
		# its accounts are nobody's business here
		company.update({"name": OTHER, "country": "Germany"}).db_insert()
		self.addCleanup(frappe.clear_document_cache, "Company", OTHER)
		frappe.defaults.set_user_default("company", COMPANY)

	def other(self, overdue: float, paid: float = 0) -> str:
		"""A case of Ann's in the other company, in US dollars, with a payment of today. Its customer."""
		case = self.case(self.ann, overdue, outstanding=2 * overdue, risk_band="E")
		if paid:
			invoice = self.invoice(case.customer, paid, -40)
			entry = pay(invoice, paid)
			frappe.db.set_value("Payment Ledger Entry", {"voucher_no": entry.name}, "company", OTHER)
			make_case(case.customer, collector=self.ann, overdue=overdue, outstanding=2 * overdue)
		values = {"company": OTHER, "case_key": f"{OTHER}|{case.customer}", "currency": "USD"}
		frappe.db.set_value("Collection Case", case.name, values)
		return case.customer

	def test_in_one_currency(self):
		"""In the currency of the user's own company, whatever the order; each company alone stays in its own."""
		case = self.case(self.ann, 100, outstanding=100, risk_band="A")
		pay(self.invoice(case.customer, 30, -40), 30)
		make_case(case.customer, collector=self.ann, overdue=100, outstanding=100, risk_band="A")
		self.other(50, paid=20)
		for companies in ([COMPANY, OTHER], [OTHER, COMPANY]):
			with patch(RATE, return_value=0.5) as asked:
				answer = api.portfolios(companies, self.team)
				cash = api.cash(companies, self.team, **TODAY)
				chosen = api.cases(self.ann, companies)["rows"]
			self.assertLessEqual(asked.call_count, 1)
			[row] = [row for row in answer["rows"] if row["collector"] == self.ann]
			self.assertEqual((answer["currency"], cash["currency"]), ("EUR", "EUR"))
			self.assertEqual((row["cases"], row["overdue"], row["outstanding"]), (2, 125, 150))
			self.assertEqual(row["bands"], {"A": 100, "E": 25})
			self.assertEqual((cash["total"], cash["rows"][0]["amount"]), (40, 40))
			self.assertEqual(sum(point["amount"] for point in cash["points"]), 40)
			self.assertEqual([(one.overdue, one.overdue_shown) for one in chosen], [(100, 100), (50, 25)])
			self.assertIn("EUR", answer["messages"][0])
		alone = api.portfolios([OTHER], self.team)
		self.assertEqual((alone["currency"], alone["rows"][0]["overdue"], alone["messages"]), ("USD", 50, []))
		ours = api.portfolios([COMPANY], self.team)
		self.assertEqual((ours["currency"], ours["rows"][0]["overdue"], ours["messages"]), ("EUR", 100, []))

	def test_cases_in_order(self):
		"""By what is overdue in one currency, over all pages."""
		for overdue in (100, 10):
			self.case(self.ann, overdue)
		for overdue in (150, 60):
			self.other(overdue)
		with patch(RATE, return_value=0.5):
			pages = [api.cases(self.ann, BOTH["companies"], start, 2) for start in (0, 2)]
		self.assertEqual([[one.overdue for one in page["rows"]] for page in pages], [[100, 150], [60, 10]])
		self.assertEqual([page["more"] for page in pages], [True, False])

	def test_targets_stay_in_their_currency(self):
		self.other(50, paid=20)
		target = {"target_for": "Collector", "collector": self.ann, "company": OTHER, "cash_to_collect": 40}
		days = {"from_date": frappe.utils.today(), "to_date": frappe.utils.today()}
		doc = frappe.get_doc({"doctype": "Collection Target", **target, **days, "currency": "USD"})
		doc.name = frappe.generate_hash(length=8)
		doc.db_insert()
		with patch(RATE, return_value=0.5):
			[row] = api.targets(**BOTH, **TODAY)
		self.assertEqual((row.currency, row.collected, row.cash_reached), ("USD", 20, 50))

	def test_a_missing_rate_leaves_the_company_out(self):
		self.case(self.ann, 100)
		self.other(50, paid=20)
		with patch(RATE, return_value=0):
			answer = api.portfolios(**BOTH, team=self.team)
			self.assertEqual(api.cash(**BOTH, team=self.team, **TODAY)["total"], 0)
			self.assertEqual(len(api.cases(self.ann, BOTH["companies"])["rows"]), 1)
		self.assertEqual(answer["rows"][0]["overdue"], 100)
		self.assertEqual(len(answer["messages"]), 1)
		self.assertIn(OTHER, answer["messages"][0])

	def test_user_permissions(self):
		"""Of two companies the permitted one alone; of two customers the permitted one, converted."""
		self.case(self.ann, 100)
		customer = self.other(50)
		manager = make_user("Credit Manager", "Accounts User")
		restrict(manager, "Company", OTHER)
		auditor = make_user("Collections Auditor", "Accounts User")
		restrict(auditor, "Customer", customer)
		for user in (auditor, self.ann):
			frappe.defaults.set_user_default("Company", COMPANY, user)
		with patch(RATE, return_value=0.5):
			with signed_in(manager):
				self.assertRaises(frappe.PermissionError, api.portfolios, **BOTH)
				self.assertEqual(api.portfolios([OTHER], self.team)["rows"][0]["overdue"], 50)
			with signed_in(auditor):
				self.assertEqual(api.portfolios(**BOTH, team=self.team)["rows"][0]["overdue"], 25)
			with signed_in(self.ann):
				[row] = api.portfolios(**BOTH)["rows"]
				self.assertEqual(row["overdue"], 125)
