"""Orders and deliveries against the company's credit check rules: warned, blocked, released with a reason."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.api.cases import timeline
from collections_app.exceptions import CreditCheckError
from collections_app.services.credit import order_check
from collections_app.tests.desk import make_case, make_user, signed_in
from collections_app.tests.test_credit_cover import make_cover
from collections_app.tests.test_delivery_stop import CLERK, LINE, MANAGER
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase, other_company


class CreditCheckTestCase(CycleTestCase):
	def setUp(self):
		super().setUp()
		self.debtor = self.customer()
		frappe.local.message_log = []
		self.addCleanup(self.forget)

	def forget(self):
		frappe.set_user("Administrator")
		for name in frappe.get_all("Credit Check Rule", pluck="name"):
			frappe.delete_doc("Credit Check Rule", name, force=True)
		order_check.forget_rules()
		frappe.db.commit()

	def rule(self, condition: str, action: str = "Block", **values):
		return frappe.get_doc(
			{
				"doctype": "Credit Check Rule",
				"rule_name": f"Test {condition}",
				"enabled": 1,
				"condition_on": condition,
				"action": action,
				**values,
			}
		).insert()

	def order(self, amount: float = 100, **values):
		"""A draft of a Sales Order."""
		return frappe.get_doc(
			{
				"doctype": "Sales Order",
				"company": COMPANY,
				"customer": self.debtor,
				"currency": "EUR",
				"conversion_rate": 1,
				"transaction_date": getdate(),
				"delivery_date": add_days(getdate(), 7),
				"items": [{**LINE, "qty": 1, "rate": amount, "delivery_date": add_days(getdate(), 7)}],
				**values,
			}
		).insert()

	def case(self, **values):
		return make_case(self.debtor, case_key=f"{COMPANY}|{self.debtor}", **values)

	def told(self) -> str:
		return " ".join(str(message.get("message")) for message in frappe.get_message_log())


class TestConditions(CreditCheckTestCase):
	def test_oldest_overdue(self):
		"""As the ledger stands now: a payment since the last run lets the order through."""
		self.rule("Oldest Overdue", threshold=10)
		invoice = self.invoice(self.debtor, 100, -30)
		self.case(oldest_due_date=add_days(getdate(), -30), overdue=100)
		with self.assertRaisesRegex(CreditCheckError, "30 days overdue; 10 are allowed"):
			self.order().submit()
		pay(invoice)
		self.assertEqual(self.order().submit().docstatus, 1)

	def test_risk_band(self):
		self.rule("Risk Band", band="D")
		case = self.case(risk_band="C")
		self.assertEqual(self.order().submit().docstatus, 1)
		case.db_set("risk_band", "E")
		with self.assertRaisesRegex(CreditCheckError, "risk band E"):
			self.order().submit()

	def test_scored_without_a_case(self):
		"""requirement: who has no case, but a score, is checked by its band, too"""
		self.rule("Risk Band", band="D")
		score = {"doctype": "Risk Score", "customer": self.debtor, "company": COMPANY, "as_of": getdate()}
		frappe.get_doc({**score, "score": 10, "band": "E"}).insert(ignore_permissions=True)
		with self.assertRaisesRegex(CreditCheckError, "risk band E"):
			self.order().submit()

	def test_cover(self):
		"""What is owed and this order, against what the insurer covers."""
		self.rule("Credit Cover", threshold=50)
		self.invoice(self.debtor, 100, 10)
		make_cover(self.debtor, 150)
		self.assertEqual(self.order(100).submit().docstatus, 1)
		with self.assertRaisesRegex(CreditCheckError, "is not insured"):
			self.order(900).submit()

	def test_limit(self):
		"""The share of the limit that would be used; a customer without a limit has none to exceed."""
		self.rule("Credit Limit", threshold=80)
		self.assertEqual(self.order(5000).submit().docstatus, 1)
		customer = frappe.get_doc("Customer", self.debtor)
		customer.append("credit_limits", {"company": COMPANY, "credit_limit": 100000})
		customer.save()
		with self.assertRaisesRegex(CreditCheckError, "would use .* % of its credit limit"):
			self.order(90000).submit()

	def test_which_documents(self):
		"""Of other companies, for deliveries only, below the amount, or switched off: the order goes through."""
		self.case(risk_band="E")
		for values in (
			{"for_company": other_company()},
			{"applies_to": "Delivery Note"},
			{"minimum_amount": 1000},
			{"enabled": 0},
		):
			with self.subTest(values):
				rule = self.rule("Risk Band", band="D", **values)
				self.assertEqual(self.order().submit().docstatus, 1)
				rule.delete()


class TestWhatHappens(CreditCheckTestCase):
	def blocked(self):
		self.rule("Risk Band", band="D")
		self.case(risk_band="E")

	def test_a_warning_lets_it_through(self):
		self.rule("Risk Band", "Warn", band="D")
		self.case(risk_band="E")
		self.assertEqual(self.order().submit().docstatus, 1)
		self.assertIn("risk band E", self.told())

	def test_all_reasons_at_once(self):
		"""What blocks comes first, and what to do is said."""
		self.rule("Risk Band", "Warn", band="D")
		self.rule("Oldest Overdue", threshold=10)
		self.invoice(self.debtor, 100, -30)
		self.case(risk_band="E", oldest_due_date=add_days(getdate(), -30), overdue=100)
		with self.assertRaises(CreditCheckError) as refused:
			self.order().submit()
		text = str(refused.exception)
		self.assertLess(text.index("days overdue"), text.index("risk band"))
		self.assertIn("A Credit Manager can release", text)

	def test_released_by_a_credit_manager(self):
		"""The case keeps who was released despite what, and why."""
		self.blocked()
		with signed_in(make_user(*MANAGER)):
			order = self.order(collections_release_reason="Prepaid")
		with signed_in(make_user(*CLERK)):
			frappe.get_doc("Sales Order", order.name).submit()
		case = frappe.db.get_value("Collection Case", {"customer": self.debtor})
		(released,) = timeline(case, ["delivery"])["events"]
		for part in (order.name, "Test Risk Band", "Prepaid"):
			self.assertIn(part, released["content"])

	def test_not_released_by_others(self):
		self.blocked()
		with signed_in(make_user(*CLERK)):
			order = self.order(collections_release_reason="I may")
			with self.assertRaises(CreditCheckError):
				order.submit()

	def test_nobody_pays_for_rules_there_are_not(self):
		"""Without a rule an order costs no query; a new rule counts at once."""
		order = self.order()
		order_check.check(order)
		with self.assertQueryCount(0):
			order_check.check(order)
		self.blocked()
		with self.assertRaises(CreditCheckError):
			order_check.check(order)

	def test_few_queries(self):
		"""The number of queries does not grow with what the customer owes."""
		self.rule("Risk Band", band="D")
		self.rule("Credit Cover", threshold=10**6)
		for _number in range(3):
			self.invoice(self.debtor, 10, 5)
		order = self.order()
		order_check.check(order)
		with self.assertQueryCount(6):
			order_check.check(order)
