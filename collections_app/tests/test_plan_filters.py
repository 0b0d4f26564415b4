"""Conditions a user builds without code: insured or not, and the filter builder over Customer."""

import json

import frappe
from frappe.utils import add_days, getdate

from collections_app.services.plans.customer_filters import (
	CustomerFilterError,
	matching_customers,
	read_filters,
)
from collections_app.tests.test_credit_cover import make_cover
from collections_app.tests.world import CycleTestCase, make_plan


def rows(*filters) -> str:
	return json.dumps([["Customer", *one] for one in filters])


class TestPlanFilters(CycleTestCase):
	def test_filters_and_conditions_must_both_hold(self):
		"""A plan is for the customers its filters leave and its conditions fit."""
		both = make_plan(
			name="Both",
			priority=1,
			conditions=[("Overdue", ">", "500")],
			customer_filters=rows(("customer_group", "=", "Key Account"), ("website", "like", "%.example")),
		)
		make_plan(name="Rest", priority=2)
		key = {"customer_group": "Key Account", "website": "key.example"}
		fits, small, other = self.customer(**key), self.customer(**key), self.customer(website="x.example")
		for customer, amount in ((fits, 600), (small, 400), (other, 600)):
			self.invoice(customer, amount)
		self.plan()
		self.assertEqual(self.action(dunning_plan=both.name).customer, fits)

	def test_filters_do_not_depend_on_who_runs(self):
		"""The run sees every customer, whatever its user may see."""
		plan = make_plan(customer_filters=rows(("territory", "descendants of (inclusive)", "Germany")))
		customer = self.customer()
		with self.set_user("Guest"):
			self.assertIn(customer, matching_customers(read_filters(plan.customer_filters)))

	def test_what_the_builder_sends_is_understood(self):
		"""Lists, dates, Set, hidden marks and fields of child tables are taken as the desk stores them."""
		customer = self.customer(website="one.example")
		for one in (
			["Customer", "name", "in", [customer, "x"], False],
			["Customer", "name", "in", f"{customer}, x"],
			["Customer", "website", "is", "set"],
			["Customer", "creation", "Between", [str(add_days(getdate(), -1)), str(add_days(getdate(), 1))]],
			["Customer", "creation", "Timespan", "this week"],
			["Customer", "disabled", "=", 0],
			["name", "=", customer],
		):
			with self.subTest(one):
				self.assertIn(customer, matching_customers(read_filters(json.dumps([one]))))
		limit = [["Customer Credit Limit", "credit_limit", ">", 10]]
		self.assertNotIn(customer, matching_customers(read_filters(json.dumps(limit))))
		self.assertIsNone(matching_customers(read_filters("[]")))

	def test_wrong_filters_are_refused_at_save(self):
		"""Each message names the filter and what is wrong with it."""
		for filters, message in (
			("{oops", "no valid JSON"),
			('{"a": 1}', "a list of filters"),
			('[["Customer", "territory"]]', "Customer filter 1: field, operator and value"),
			(rows(("disabled", "=", 0), ("colour", "=", "red")), "Customer filter 2: .*no field .*colour"),
			(json.dumps([["User", "name", "=", "x"]]), "User.* is no part of the customer"),
			(rows(("territory", "sounds like", "x")), "unknown operator"),
			(rows(("territory", "=", "Atlantis")), "Atlantis.* does not exist"),
			(rows(("territory", "in", [])), "separated by commas"),
			(rows(("creation", "Between", ["2026-01-01"])), "two days"),
			(rows(("website", "is", "maybe")), "Set or Not Set"),
			(rows(("territory", "=", ["Germany"])), "one value"),
			(rows(("lft", ">", "")), "no field|value is missing"),
			(rows(("name; drop table x", "=", "x")), "no field"),
		):
			with self.subTest(filters), self.assertRaisesRegex(frappe.ValidationError, message):
				make_plan(name=frappe.generate_hash(length=6), customer_filters=filters)

	def test_a_field_removed_later_leaves_only_that_plan_out(self):
		"""A filter on a field that is gone is told in the run, and the next plan is taken."""
		broken = make_plan(name="Broken", priority=1)
		broken.db_set("customer_filters", rows(("colour", "=", "red")))
		frappe.clear_document_cache("Dunning Plan", broken.name)
		rest = make_plan(name="Rest", priority=2)
		self.invoice(self.customer(), 100)
		context = self.plan()
		self.assertTold(context, f"Plan {broken.name} is left out", "Error")
		self.assertEqual(self.action().dunning_plan, rest.name)
		with self.assertRaises(CustomerFilterError):
			read_filters(broken.customer_filters)

	def test_insured_customers(self):
		"""Insured is who has an approved cover of the company that is valid on the day; amounts are in its currency."""
		plan = make_plan(
			name="Insured",
			priority=1,
			conditions=[("Insured", "=", "Yes"), ("Uncovered Amount", "<=", "100")],
		)
		make_plan(name="Rest", priority=2)
		covered, partly, none = self.customer(), self.customer(), self.customer()
		over = self.customer()
		for customer in (covered, partly, none, over):
			self.invoice(customer, 1000)
		make_cover(covered, amount=900)
		make_cover(partly, amount=899)
		make_cover(none, amount=900, status="Requested")
		make_cover(over, amount=900, valid_from=add_days(getdate(), 1))
		self.plan()
		self.assertEqual(self.action(dunning_plan=plan.name).customer, covered)

	def test_values_are_checked(self):
		"""A value that names nothing is refused with its row; what stood before and was deleted since is not."""
		for condition, message in (
			(("Customer Group", "=", "Key Acount"), "Condition 2, value: Customer Group Key Acount does not"),
			(("Country", "in", "Germany, Atlantis"), "Atlantis"),
			(("Risk Band", "in", "A, F"), "Risk Band is one of A, B, C, D, E"),
			(("Insured", "=", "1"), "Insured is one of Yes, No"),
		):
			with self.subTest(condition), self.assertRaisesRegex(frappe.ValidationError, message):
				make_plan(name=frappe.generate_hash(length=6), conditions=[("Overdue", ">", "1"), condition])
		plan = make_plan(conditions=[("Customer Group", "=", "Key Account")])
		frappe.db.set_value("Dunning Plan Condition", plan.conditions[0].name, "value", "Gone")
		plan = frappe.get_doc("Dunning Plan", plan.name)
		plan.priority = 7
		plan.save()
		plan.append("conditions", {"fact": "Territory", "operator": "=", "value": "Atlantis"})
		with self.assertRaisesRegex(frappe.ValidationError, "Atlantis"):
			plan.save()
