"""How many customers a plan catches, which it loses to another, and which none catches."""

import frappe

from collections_app.api import plans as api
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.world import CycleTestCase, make_plan


class TestPlanCoverage(CycleTestCase):
	def setUp(self):
		super().setUp()
		self.first = make_plan(name="First", priority=1, conditions=[("Overdue", ">=", "1000")]).name
		self.second = make_plan(name="Second", priority=2, conditions=[("Overdue", ">=", "100")]).name
		self.big, self.middle, self.small = self.customer(), self.customer(), self.customer()
		self.chosen = self.customer(collections_plan=self.second)
		for customer, amount in ((self.big, 2000), (self.middle, 300), (self.small, 50), (self.chosen, 10)):
			self.invoice(customer, amount)
		self.customer()

	def names(self, plan: str, kind: str) -> list[str]:
		return [row["customer"] for row in api.customers(plan, kind)["rows"]]

	def test_counts(self):
		"""Caught by rule or by hand, fits but taken by a plan before it, caught by none."""
		counts = api.coverage(self.second)
		expected = {"customers": 2, "overrides": 1, "taken": 1, "uncovered": 1, "total": 4, "drawn": 0}
		self.assertEqual({key: counts[key] for key in expected}, expected)
		self.assertEqual(api.coverage(self.first)["taken"], 0)

	def test_lists_say_why(self):
		"""Each count opens its customers, the most overdue first, with the reason."""
		caught = api.customers(self.second, "caught")
		self.assertEqual(
			[(row["customer"], row["why"], row["overdue"]) for row in caught["rows"]],
			[(self.middle, "First plan that fits", 300), (self.chosen, "Set on the customer", 10)],
		)
		self.assertEqual(caught["total"], 2)
		taken = api.customers(self.second, "taken")["rows"]
		self.assertEqual(
			[(row["customer"], row["why"]) for row in taken], [(self.big, f"{self.first} comes first")]
		)
		self.assertEqual(self.names(self.second, "uncovered"), [self.small])
		with self.assertRaisesRegex(frappe.ValidationError, "Kind must be"):
			api.customers(self.second, "all")

	def test_lists_are_capped_and_counts_are_not(self):
		"""Of many only the first are listed, all are counted."""
		from collections_app.services.plans import coverage as plan_coverage

		limit = plan_coverage.MAX_ROWS
		plan_coverage.MAX_ROWS = 1
		try:
			found = api.customers(self.second, "caught")
		finally:
			plan_coverage.MAX_ROWS = limit
		self.assertEqual(([row["customer"] for row in found["rows"]], found["total"]), ([self.middle], 2))

	def test_a_plan_that_is_off_is_counted_as_if_it_were_on(self):
		"""Before a plan is enabled its form shows what it would catch."""
		off = make_plan(name="Off", priority=0, enabled=0).name
		counts = api.coverage(off)
		self.assertEqual((counts["enabled"], counts["customers"]), (False, 3))

	def test_a_plan_left_out_says_why(self):
		"""A plan whose filters cannot be used shows the reason instead of figures."""
		frappe.db.set_value(
			"Dunning Plan", self.first, "customer_filters", '[["Customer", "colour", "=", "x"]]'
		)
		self.assertIn("colour", api.coverage(self.first)["error"])
		self.assertEqual(api.coverage(self.second)["customers"], 3)

	def test_counts_of_the_list(self):
		"""The list of plans shows how many each catches; a plan that catches nobody has no count."""
		make_plan(name="Last", priority=3, conditions=[("Overdue", ">", "5000")])
		self.assertEqual(api.counts(), {self.first: 1, self.second: 2})

	def test_only_customers_the_user_may_see(self):
		"""Counts and lists hold nobody else, and neither plan nor customer are shown to strangers."""
		user = make_user("Credit Manager", "Accounts Manager")
		restrict(user, "Customer", self.middle)
		with signed_in(user):
			self.assertEqual(self.names(self.second, "caught"), [self.middle])
			counts = api.coverage(self.second)
			self.assertEqual((counts["customers"], counts["uncovered"], counts["total"]), (1, 0, 1))
			self.assertEqual(api.counts(), {self.second: 1})
		with signed_in(make_user()), self.assertRaises(frappe.PermissionError):
			api.customers(self.second, "caught")
