"""The steps of a plan: what the form accepts, business days, minimum age, and a plan that changes on the way."""

from datetime import date
from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import actions as api
from collections_app.engine.calendar import Calendar, add_business_days
from collections_app.engine.channels import CONTACTS
from collections_app.services.plans import planning, work_calendar
from collections_app.tests.world import CycleTestCase, make_letter, make_plan, mark_sent

BUSINESS = {"day_type": "Business Days"}


class TestSteps(CycleTestCase):
	def refused(self, words: str, *steps, **values):
		with self.assertRaisesRegex(frappe.ValidationError, words):
			make_plan(*steps, **values)

	def test_each_channel_needs_what_it_needs(self):
		"""A message needs a letter, a hand-over somebody who takes over; the refusal names the step."""
		for channel in sorted(CONTACTS):
			self.refused(r"Step 2 \(Step 2\): choose the letter", (1, "Call"), (5, channel, {"letter": None}))
		self.refused(r"Step 1 \(Step 1\): choose who takes the claim over", (30, "Hand Over"))
		lawyer = {"hand_over_to": "Lawyer"}
		self.refused("nothing can go to a partner before the due date", (-1, "Hand Over", lawyer))
		self.refused("nothing can go to a partner before the due date", (-1, "Insurer Notice"))
		self.refused(
			"lawyer at law is not an e-mail address",
			(30, "Hand Over", {**lawyer, "partner_email": "lawyer at law"}),
		)
		make_plan((30, "Hand Over", {**lawyer, "partner_email": "law@example.com"}), (40, "Insurer Notice"))

	def test_two_steps_on_one_day(self):
		"""No two steps share a day, however it is counted: five business days are a week."""
		self.refused("another step is on day 7 already", (7, "Email"), (7, "Call"))
		self.refused("another step is on day", (7, "Email"), (5, "Call", BUSINESS))
		plan = make_plan((7, "Email"), (6, "Call", BUSINESS))
		self.assertEqual([row.channel for row in plan.steps], ["Email", "Call"])

	def test_order_and_levels(self):
		"""Steps stand by their day, counted in calendar days, and are numbered so."""
		plan = make_plan((8, "Call"), (5, "Email", BUSINESS), (-2, "Email"))
		found = [(row.level, row.idx, row.trigger_days) for row in plan.steps]
		self.assertEqual(found, [(1, 1, -2), (2, 2, 5), (3, 3, 8)])

	def test_what_a_channel_has_no_use_for_is_emptied(self):
		"""Fields another channel needs do not stay behind when the channel is changed."""
		letter = make_letter("Other").name
		everything = {
			"letter": letter,
			"hand_over_to": "Lawyer",
			"partner_email": "law@example.com",
			"task": "Ask for the order number",
			"attach_invoices": 1,
			"attach_statement": 1,
		}
		kept = {
			"Email": ("letter", "attach_invoices", "attach_statement"),
			"Letter": ("letter", "attach_invoices", "attach_statement"),
			"SMS": ("letter",),
			"WhatsApp": ("letter",),
			"Registered E-Mail": ("letter", "attach_invoices", "attach_statement"),
			"Call": ("task",),
			"Task": ("task",),
			"Hand Over": ("letter", "hand_over_to", "partner_email"),
			"Insurer Notice": ("letter", "partner_email"),
		}
		steps = [(day, channel, everything) for day, channel in enumerate(kept, 1)]
		for row in make_plan(*steps).steps:
			self.assertEqual(
				tuple(field for field in everything if row.get(field)), kept[row.channel], row.channel
			)

	def test_nothing_is_late_before_the_due_date(self):
		"""A step before the due date charges nothing, stops nothing and waits for no age."""
		late = {
			"charge_interest": 1,
			"charge_indemnity": 1,
			"fee": 5,
			"stop_delivery": 1,
			"minimum_age": 10,
		}
		before, after = make_plan((-3, "Email", late), (3, "Email", late), fee_currency="EUR").steps
		self.assertFalse([field for field in late if before.get(field)])
		self.assertTrue(all(after.get(field) for field in late))


class TestBusinessDays(CycleTestCase):
	def first_day(self, until: int = 14) -> int | None:
		"""The day from today on which the first message is planned."""
		for day in range(until):
			self.plan(day)
			if self.actions():
				return day
		return None

	def test_of_the_customers_country(self):
		"""The step comes on the business day of the customer's country, over weekends and public holidays."""
		free = frozenset(getdate(add_days(getdate(), day)) for day in (1, 2, 3))
		calendars = {"de": Calendar(), "es": Calendar(free)}
		make_plan((3, "Email", BUSINESS))
		for territory, code in (("Germany", "de"), ("Spain", "es"), ("Commercial Area", "de")):
			# what is no country: the company's, which is Germany
			customer = self.customer()
			invoice = self.invoice(customer, 100, 0)
			frappe.db.set_value("Customer", customer, "territory", territory)
			with patch.object(work_calendar, "calendar_of", lambda code, years: calendars[code]):
				day = self.first_day()
			expected = add_business_days(getdate(), 3, calendars[code])
			self.assertEqual(getdate(add_days(getdate(), day)), expected, territory)
			invoice.reload().cancel()
			frappe.db.delete("Collection Action", {"customer": customer})

	def test_before_the_due_date(self):
		"""Business days before the due date are counted back over the weekend."""
		make_plan((-2, "Email", BUSINESS))
		due_in = 9
		self.invoice(self.customer(), 100, due_in)
		calendars = work_calendar.calendars_around(["Germany"], getdate())
		expected = add_business_days(getdate(add_days(getdate(), due_in)), -2, calendars["Germany"])
		self.assertEqual(getdate(add_days(getdate(), self.first_day())), expected)

	def test_public_holidays(self):
		"""The holidays are those of the country; one without known holidays has Monday to Friday."""
		found = work_calendar.calendars(["Germany", "France", "Atlantis", None], 2024, 2025)
		self.assertEqual(set(found), {"Germany", "France"})
		self.assertIn(date(2024, 10, 3), found["Germany"].holidays)
		self.assertNotIn(date(2024, 10, 3), found["France"].holidays)
		self.assertIn(date(2025, 7, 14), found["France"].holidays)
		self.assertEqual(work_calendar.calendar_of("zz", (2024,)), Calendar())
		self.assertEqual(work_calendar.calendar_of("il", (2024,)).weekend, frozenset({4, 5}))

	def test_country_of_a_customer(self):
		"""That of the primary address, else the territory where it is a country, else the company's."""
		customers = [self.customer() for _one in range(3)]
		frappe.db.set_value("Customer", customers[0], "territory", "Spain")
		frappe.db.set_value("Customer", customers[1], "territory", "All Territories")
		address = make_address(customers[2], "France")
		frappe.db.set_value("Customer", customers[2], "customer_primary_address", address.name)
		for customer in customers:
			self.invoice(customer, 100)
		context = self.context()
		found = work_calendar.countries_of(context.customers, context.company)
		self.assertEqual([found[one] for one in customers], ["Spain", "Germany", "France"])


class TestMinimumAge(CycleTestCase):
	def test_waits_for_the_oldest_item(self):
		"""The step waits until the customer's oldest item is old enough, then takes all that are due."""
		make_plan((1, "Email", {"minimum_age": 12}))
		customer = self.customer()
		self.invoice(customer, 100, -10)
		self.invoice(customer, 50, -3)
		self.plan(day=1)
		self.assertFalse(self.actions())
		self.plan(day=2)
		self.assertEqual(self.action().total, 150)


class TestSkip(CycleTestCase):
	def test_a_skipped_step_counts_as_done(self):
		"""The reason is kept, the step does not come back, and the next one follows after the gap."""
		make_plan((3, "Email"), (10, "Email"), gap=7)
		self.invoice(self.customer(), 100, -15)
		self.plan()
		name = self.action().name
		self.assertEqual(api.skip([name], "Spoke to them"), {"skipped": 1, "refused": []})
		skipped = frappe.get_doc("Collection Action", name)
		self.assertEqual(
			(skipped.status, skipped.cancel_code, skipped.cancel_reason),
			("Cancelled", "skipped", "Spoke to them"),
		)
		self.plan(day=6)
		self.assertFalse(self.actions())
		self.plan(day=7)
		self.assertEqual(self.action().dunning_level, 2)

	def test_nobody_to_notify(self):
		"""A notice to the insurer is passed over for a customer without a cover, and taken for one with it."""
		make_plan((3, "Email"), (10, "Insurer Notice"), (12, "Call"), gap=1)
		insured, plain = self.customer(), self.customer()
		for customer in (insured, plain):
			self.invoice(customer, 100, -30)
		self.plan()
		for action in self.actions():
			mark_sent(action.name, days_ago=3)
		with patch.object(planning, "covers_on", lambda company, day: {insured: {}}):
			self.plan()
		waiting = {row.customer: row.channel for row in self.actions(status="Planned")}
		self.assertEqual(waiting, {insured: "Insurer Notice", plain: "Call"})

	def test_needs_a_reason_and_a_message_not_sent(self):
		"""Without a reason nothing is skipped, and what went out cannot be."""
		make_plan()
		self.invoice(self.customer(), 100)
		self.plan()
		name = self.action().name
		with self.assertRaisesRegex(frappe.ValidationError, "Say why"):
			api.skip([name], " ")
		mark_sent(name)
		self.assertEqual(api.skip([name], "late")["refused"][0]["name"], name)


class TestPlanChangesOnTheWay(CycleTestCase):
	def setUp(self):
		super().setUp()
		self.plan_doc = make_plan((3, "Email"), (10, "Email"), (20, "Email"), gap=1)
		self.rows = {row.step_name: row.as_dict() for row in self.plan_doc.steps}
		self.invoice(self.customer(), 100, -60)
		for _step in range(2):
			self.plan()
			mark_sent(self.action(status="Planned").name, days_ago=2)

	def next_step(self) -> str:
		self.plan()
		return self.action(status="Planned").step_name

	def change(self, *steps: tuple):
		"""Steps by name and day, as the form would save them."""
		self.plan_doc.reload().steps = []
		new = {**self.rows["Step 1"], "name": None}
		for name, day in steps:
			values = self.rows.get(name) or {**new, "step_name": name}
			self.plan_doc.append("steps", {**values, "trigger_days": day})
		self.plan_doc.save()

	def test_a_step_put_in_before(self):
		"""A step put in before what was done is not sent, and none after it is passed over."""
		self.change(("New", 1), ("Step 1", 3), ("Step 2", 10), ("Step 3", 20))
		self.assertEqual(self.next_step(), "Step 3")

	def test_a_step_put_in_next(self):
		"""A step put in after the last one done is the next."""
		self.change(("Step 1", 3), ("Step 2", 10), ("New", 15), ("Step 3", 20))
		self.assertEqual(self.next_step(), "New")

	def test_the_first_step_taken_out(self):
		"""Without the first of two steps done the next one stays the next."""
		self.change(("Step 2", 10), ("Step 3", 20))
		self.assertEqual(self.next_step(), "Step 3")

	def test_the_last_step_done_taken_out(self):
		"""Without the last of two steps done the next one is not passed over."""
		self.change(("Step 1", 3), ("Step 3", 20))
		self.assertEqual(self.next_step(), "Step 3")

	def test_rows_made_anew(self):
		"""A plan imported again has new rows: what was done is not sent a second time."""
		self.rows = {name: {**row, "name": None} for name, row in self.rows.items()}
		self.change(("Step 1", 3), ("Step 2", 10), ("Step 3", 20))
		self.assertEqual(self.next_step(), "Step 3")

	def test_a_step_moved(self):
		"""A step done stays done wherever it is moved."""
		self.change(("Step 2", 1), ("Step 1", 3), ("Step 3", 20))
		self.assertEqual(self.next_step(), "Step 3")
		self.change(("Step 3", 1), ("Step 1", 3), ("Step 2", 10))
		self.plan()
		self.assertFalse(self.actions(status="Planned"))


def make_address(customer: str, country: str = "Germany", **values):
	return frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": customer,
			"address_type": "Billing",
			"address_line1": "1 Main Street",
			"city": "Town",
			"country": country,
			"links": [{"link_doctype": "Customer", "link_name": customer}],
			**values,
		}
	).insert()
