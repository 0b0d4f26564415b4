"""Which dunning plan a customer gets: its override, else the first whose conditions fit, by priority."""

import frappe
from frappe.utils import getdate

from collections_app.services.cases.state import refresh_stages
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import CycleTestCase, make_plan, other_company


class TestPlanChoice(CycleTestCase):
	def test_override_beats_every_rule(self):
		"""The plan set on the customer is taken although another has the better priority."""
		make_plan(name="First", priority=1)
		chosen = make_plan(name="Chosen", priority=90)
		customer = self.customer(collections_plan=chosen.name)
		self.invoice(customer, 100)
		self.plan()
		self.assertEqual(self.action().dunning_plan, chosen.name)

	def test_lowest_priority_number_comes_first(self):
		"""Of several plans that fit, the one with the lowest priority number is taken."""
		make_plan(name="Late", priority=20)
		first = make_plan(name="Soon", priority=10)
		self.invoice(self.customer(), 100)
		self.plan()
		self.assertEqual(self.action().dunning_plan, first.name)

	def test_conditions_decide(self):
		"""A plan whose conditions do not fit is passed over; the case shows the plan taken."""
		key = make_plan(name="Key", priority=1, conditions=[("Customer Group", "=", "Key Account")])
		rest = make_plan(name="Rest", priority=2)
		important, other = self.customer(customer_group="Key Account"), self.customer()
		for customer in (important, other):
			self.invoice(customer, 100)
		self.plan()
		self.assertEqual(self.action(customer=important).dunning_plan, key.name)
		self.assertEqual(self.action(customer=other).dunning_plan, rest.name)
		self.assertEqual(
			frappe.db.get_value("Collection Case", {"customer": other}, "dunning_plan"), rest.name
		)

	def test_amounts_and_age_are_facts(self):
		"""Conditions on overdue amount and oldest day work on what the ledger shows."""
		make_plan(name="Rest", priority=9)
		big = make_plan(
			name="Big", priority=1, conditions=[("Overdue", ">=", "1000"), ("Oldest Overdue Days", ">", "5")]
		)
		large, small, young = self.customer(), self.customer(), self.customer()
		self.invoice(large, 1500, -10)
		self.invoice(small, 900, -10)
		self.invoice(young, 1500, -4)
		self.plan()
		self.assertEqual(self.action(dunning_plan=big.name).customer, large)

	def test_no_plan_fits_is_told(self):
		"""A debtor no plan fits gets no action; the run and the case say so, and the others go on."""
		make_plan(conditions=[("Customer Group", "=", "Key Account")])
		left_out, served = self.customer(), self.customer(customer_group="Key Account")
		for customer in (left_out, served):
			self.invoice(customer, 100)
		context = self.plan()
		self.assertTold(context, f"No dunning plan fits customer {left_out}")
		self.assertEqual(context.results[-1]["without_plan"], 1)
		self.assertEqual(self.action().customer, served)
		refresh_stages(COMPANY, getdate())
		case = frappe.get_doc("Collection Case", {"customer": left_out})
		self.assertEqual((case.dunning_plan, case.next_action), (None, "No dunning plan fits"))

	def test_disabled_override_falls_back(self):
		"""An override that is switched off is told, and the rules decide."""
		off = make_plan(name="Off", enabled=0)
		rest = make_plan(name="Rest")
		customer = self.customer(collections_plan=off.name)
		self.invoice(customer, 100)
		context = self.plan()
		self.assertTold(context, off.name)
		self.assertEqual(self.action().dunning_plan, rest.name)

	def test_plan_of_another_company(self):
		"""A plan made for another company is used neither by rule nor as override."""
		foreign = make_plan(name="Foreign", priority=1, for_company=other_company())
		rest = make_plan(name="Rest", priority=2)
		for customer in (self.customer(), self.customer(collections_plan=foreign.name)):
			self.invoice(customer, 100)
		self.plan()
		self.assertEqual({row.dunning_plan for row in self.actions()}, {rest.name})

	def test_wrong_condition_leaves_only_that_plan_out(self):
		"""A plan with a condition that cannot be used is told and left out; the next one is taken."""
		broken = make_plan(name="Broken", priority=1, conditions=[("Overdue", ">", "10")])
		rest = make_plan(name="Rest", priority=2)
		frappe.db.set_value("Dunning Plan Condition", broken.conditions[0].name, "value", "a lot")
		frappe.clear_document_cache("Dunning Plan", broken.name)
		self.invoice(self.customer(), 100)
		context = self.plan()
		self.assertTold(context, broken.name, "Error")
		self.assertEqual(self.action().dunning_plan, rest.name)

	def test_plan_form_orders_and_checks_steps(self):
		"""Steps are put in the order of their days and numbered; two on one day and a mail without letter are refused."""
		plan = make_plan((20, "Call"), (3, "Email"), name="Unordered")
		self.assertEqual([(row.trigger_days, row.level) for row in plan.steps], [(3, 1), (20, 2)])
		with self.assertRaisesRegex(frappe.ValidationError, "another step is on day 3"):
			make_plan((3, "Email"), (3, "Call"), name="Twice")
		with self.assertRaisesRegex(frappe.ValidationError, "choose the letter"):
			make_plan((3, "Email", {"letter": None}), name="Mute")
		with self.assertRaisesRegex(frappe.ValidationError, "condition|number|value"):
			make_plan(name="Wrong", conditions=[("Overdue", ">", "a lot")])
