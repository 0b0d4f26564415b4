"""A/B tests of plans: who gets which plan, what is remembered, and the report that compares them."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.collections.report.ab_test_of_plans import ab_test_of_plans
from collections_app.engine import split_test
from collections_app.engine.plans import gets_variant
from collections_app.services.plans.split_tests import load_trial
from collections_app.tests.books import credit_note
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase, make_plan, other_company

FILTERS = {"company": COMPANY}


def on(days: int):
	return add_days(getdate(), days)


class SplitTestCase(CycleTestCase):
	def setUp(self):
		super().setUp()
		self.variant = make_plan((1, "Call"), name="Variant", priority=90)
		self.tested = make_plan(
			name="Tested", priority=1, split_plan=self.variant.name, split_share=50, split_from=getdate()
		)

	def customer_of(self, arm: str, **values) -> str:
		"""A customer whose lot is in that arm."""
		while True:
			customer = self.customer(**values)
			if gets_variant(self.tested.name, customer, 50) == (arm == "B"):
				return customer

	def started(self, days_ago: int) -> None:
		self.tested.db_set("split_from", on(-days_ago))


class TestSplit(SplitTestCase):
	def test_each_arm_gets_its_plan_and_both_are_marked(self):
		"""The drawn get the other plan; actions and cases of both arms name the plan whose test it is."""
		plain, drawn = self.customer_of("A"), self.customer_of("B")
		for customer in (plain, drawn):
			self.invoice(customer, 100)
		self.plan()
		for customer, plan in ((plain, self.tested), (drawn, self.variant)):
			action = self.action(customer=customer)
			self.assertEqual((action.dunning_plan, action.split_of), (plan.name, self.tested.name))
			case = frappe.get_doc("Collection Case", {"customer": customer})
			self.assertEqual((case.dunning_plan, case.split_of), (plan.name, self.tested.name))

	def test_a_plan_set_by_hand_is_no_part_of_the_test(self):
		"""An override keeps its plan and is in neither arm."""
		customer = self.customer_of("B", collections_plan=self.tested.name)
		self.invoice(customer, 100)
		self.plan()
		action = self.action()
		self.assertEqual((action.dunning_plan, action.split_of), (self.tested.name, None))
		self.assertIsNone(frappe.db.get_value("Collection Case", {"customer": customer}, "split_of"))

	def test_a_variant_that_cannot_be_used_gets_nobody(self):
		"""Where the other plan is left out, all keep the plan, and the run says so."""
		frappe.db.set_value("Dunning Plan", self.variant.name, "enabled", 0)
		frappe.clear_document_cache("Dunning Plan", self.variant.name)
		self.invoice(self.customer_of("B"), 100)
		context = self.plan()
		self.assertTold(context, "stands still")
		self.assertEqual(self.action().dunning_plan, self.tested.name)

	def test_what_is_refused(self):
		"""Itself, a plan that is off or of another company, chains, and shares that test nothing."""
		off = make_plan(name="Off", enabled=0)
		foreign = make_plan(name="Foreign", for_company=other_company())
		for values, message in (
			({"split_plan": self.tested.name}, "against itself"),
			({"split_plan": off.name}, "not enabled"),
			({"split_plan": foreign.name}, "for company"),
			({"split_share": 0}, "from 1 to 99"),
			({"split_share": 100}, "from 1 to 99"),
		):
			with self.subTest(values), self.assertRaisesRegex(frappe.ValidationError, message):
				frappe.get_doc("Dunning Plan", self.tested.name).update(values).save()
		with self.assertRaisesRegex(frappe.ValidationError, "test of its own"):
			make_plan(name="Chain", split_plan=self.tested.name, split_share=50, split_from=getdate())
		variant = frappe.get_doc("Dunning Plan", self.variant.name)
		with self.assertRaisesRegex(frappe.ValidationError, "cannot be in two tests"):
			variant.update({"split_plan": foreign.name, "for_company": foreign.for_company}).save()
		variant.reload()
		with self.assertRaisesRegex(frappe.ValidationError, "end its A/B test first"):
			variant.update({"enabled": 0}).save()
		with self.assertRaisesRegex(frappe.ValidationError, "before the plan is renamed"):
			frappe.rename_doc("Dunning Plan", self.tested.name, f"{self.tested.name} 2")

	def test_comparison_starts_with_the_draw(self):
		"""A new draw is never compared by invoices due before it; an unchanged one keeps its day."""
		plan = frappe.get_doc("Dunning Plan", self.tested.name)
		plan.update({"split_from": on(-30)}).save()
		self.assertEqual(getdate(plan.split_from), getdate())
		self.started(30)
		plan.reload()
		plan.update({"priority": 2}).save()
		self.assertEqual(getdate(plan.split_from), on(-30))
		plan.update({"split_share": 40}).save()
		self.assertEqual(getdate(plan.split_from), getdate())


class TestSplitReport(SplitTestCase):
	def setUp(self):
		super().setUp()
		self.started(60)

	def drawn(self, arm: str, *invoices: tuple) -> str:
		"""A drawn customer with invoices (due in, paid how many days after that, or None)."""
		customer = self.customer_of(arm)
		made = [self.invoice(customer, 100, due) for due, _ in invoices]
		self.plan()
		for (due, days), invoice in zip(invoices, made, strict=True):
			if days is not None:
				pay(invoice, on=on(due + days))
		return customer

	def trial(self, **options):
		plan = frappe.get_doc("Dunning Plan", self.tested.name)
		return load_trial(plan, COMPANY, getdate(), **options)

	def test_invoices_of_the_arms(self):
		"""Invoices due since the start and up to today, with days to payment or, while open, to today."""
		plain = self.drawn("A", (-40, 12), (-20, None), (-70, 5), (5, None))
		drawn = self.drawn("B", (-30, -3))
		found = self.trial().invoices
		columns = ["arm", "customer", "days", "paid", "followed", "collected_base"]
		self.assertEqual(
			sorted(found[columns].itertuples(index=False, name=None)),
			[
				("A", plain, 12, True, 40, 100.0),
				("A", plain, 20, False, 20, 0.0),
				("B", drawn, -3, True, 30, 100.0),
			],
		)

	def test_an_advance_counts_from_the_invoice(self):
		"""Money that was there before the invoice counts as paid on the invoice's day, however old it is."""
		self.drawn("A", (-10, -60))
		self.assertEqual(list(self.trial().invoices["days"]), [-30])

	def test_who_left_the_plan_stays_in_the_test(self):
		"""A customer given another plan later still counts for its arm, and is told; one set by hand before does not."""
		moved = self.drawn("A", (-10, None))
		frappe.db.set_value("Customer", moved, "collections_plan", self.variant.name)
		never = self.customer_of("A", collections_plan=self.tested.name)
		self.invoice(never, 100, -10)
		self.plan()
		trial = self.trial()
		self.assertEqual(list(trial.invoices["customer"]), [moved])
		self.assertEqual(trial.moved, {"A": 1, "B": 0})

	def test_actions_remember_a_test_that_another_followed(self):
		"""A customer that a later test drew is found by the actions of the first."""
		customer = self.drawn("A", (-10, None))
		frappe.db.set_value("Collection Case", {"customer": customer}, "split_of", self.variant.name)
		self.assertEqual(list(self.trial().invoices["customer"]), [customer])
		frappe.db.set_value("Collection Action", {"customer": customer}, "split_of", None)
		self.assertTrue(self.trial().invoices.empty)

	def test_credited_invoices_are_left_out(self):
		"""An invoice that was only credited is no payment."""
		customer = self.drawn("A", (-10, None), (-10, 2))
		invoice = frappe.get_last_doc("Sales Invoice", {"customer": customer, "outstanding_amount": 100})
		credit_note(invoice, 100, on_invoice=True)
		trial = self.trial()
		self.assertEqual((len(trial.invoices), trial.credited), (1, 1))

	def test_only_customers_the_user_may_see(self):
		"""The report holds nobody else, and no other company."""
		seen, hidden = self.drawn("A", (-10, None)), self.drawn("B", (-10, None))
		user = make_user("Credit Manager", "Accounts Manager", "Accounts User")
		restrict(user, "Customer", seen)
		with signed_in(user):
			_, rows, *_ = ab_test_of_plans.execute({**FILTERS, "plan": self.tested.name})
			self.assertEqual([row["customers"] for row in rows], [1, 0])
			self.assertNotIn(hidden, str(rows))
		restricted = make_user("Credit Manager", "Accounts Manager", "Accounts User")
		restrict(restricted, "Company", other_company())
		with signed_in(restricted), self.assertRaises(frappe.PermissionError):
			ab_test_of_plans.execute({**FILTERS, "plan": self.tested.name})

	def test_the_report_says_what_it_found(self):
		"""With enough customers the sentence names the faster plan and its interval; with few it says so."""
		self.drawn("A", (-40, 30))
		few = ab_test_of_plans.execute({**FILTERS, "plan": self.tested.name})
		self.assertIn("Too few customers", few[2])
		self.assertIsNone(few[3])
		minimum, split_test.MIN_CUSTOMERS = split_test.MIN_CUSTOMERS, 4
		try:
			for number in range(4):
				self.drawn("A", (-45, 30 + number))
				self.drawn("B", (-45, 4 + number))
			self.assertReports(split_test.compare(self.trial().invoices, min_customers=4))
		finally:
			split_test.MIN_CUSTOMERS = minimum

	def assertReports(self, result) -> None:
		self.assertEqual(result.verdict, split_test.FASTER)
		self.assertAlmostEqual(result.faster_by, 25.7, delta=0.5)
		sentence = ab_test_of_plans.get_sentence(result, self.trial())
		self.assertRegex(sentence, r"collected 2\d\.\d days faster \(95 % between \d+\.\d and \d+\.\d\)")
		chart = ab_test_of_plans.get_chart(result, self.trial())
		self.assertEqual(chart["data"]["datasets"][0]["values"][-1], 0)
		rows = [ab_test_of_plans.get_row(arm, self.trial(), "EUR") for arm in (result.a, result.b)]
		self.assertEqual([row["collected"] for row in rows], [500, 400])
		self.assertEqual([row["plan"] for row in rows], [self.tested.name, self.variant.name])

	def test_a_plan_without_a_test(self):
		"""A plan that tests nothing says so instead of figures."""
		plan = make_plan(name="Plain")
		_, rows, message = ab_test_of_plans.execute({**FILTERS, "plan": plan.name})
		self.assertEqual(rows, [])
		self.assertIn("no A/B test", message)
