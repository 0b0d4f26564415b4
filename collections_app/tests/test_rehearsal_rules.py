"""The rehearsal follows every rule of the daily run: limits, days off, business days, ages, pauses of plans."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.engine.calendar import Calendar
from collections_app.services.plans import work_calendar
from collections_app.tests.test_rehearsal import rehearsed
from collections_app.tests.utils import configure
from collections_app.tests.world import CycleTestCase, make_plan, mark_sent

BUSINESS = {"day_type": "Business Days"}


class TestRehearsalRules(CycleTestCase):
	def days(self, **values) -> list[tuple[int, int]]:
		"""(days from today, level) of the only customer's messages."""
		return [(day, level) for day, _customer, level, _channel, _total in rehearsed(**values)]

	def test_is_what_the_runs_then_do(self):
		"""Day after day the outbox does what was rehearsed: same customers, levels, channels and amounts."""
		configure(contacts_per_day=1, contacts_per_week=2, send_on_weekends=0)
		free = frozenset(getdate(add_days(getdate(), day)) for day in (2, 3, 8))
		calendar = patch.object(work_calendar, "calendar_of", lambda code, years: Calendar(free))
		calendar.start()
		self.addCleanup(calendar.stop)
		plan = make_plan(
			(-3, "Email", BUSINESS),
			(1, "Email"),
			(4, "Call", BUSINESS),
			(9, "Email"),
			(12, "SMS", {"minimum_age": 25}),
			gap=3,
		)
		plan.db_set("paused_until", add_days(getdate(), 4))
		firm = make_plan((2, "Email"), (4, "Email", {"minimum_amount": 250}), name="Firm", priority=90)
		one, two = self.customer(mobile_no="+49 170 1"), self.customer(collections_plan=firm.name)
		child = self.customer(collections_receiver=one)
		for customer, amount, due_in in (
			(one, 100, -20),
			(one, 50, 4),
			(child, 70, 1),
			(two, 200, -8),
			(two, 90, 3),
		):
			self.invoice(customer, amount, due_in)
		expected = rehearsed(days=20)
		done = []
		for day in range(20):
			self.plan(day)
			self.judge(day)
			for row in self.actions(status="Queued"):
				mark_sent(row.name, -day)
				done.append((day, row.customer, row.dunning_level, row.channel, row.total))
		self.assertEqual(sorted(expected), sorted(done))
		self.assertGreater(len(done), 8)
		self.assertEqual({channel for *_rest, channel, _total in done}, {"Email", "Call", "SMS"})

	def test_paused_plan(self):
		"""Nothing of a paused plan goes out before the day after its pause."""
		make_plan((1, "Email")).db_set("paused_until", add_days(getdate(), 5))
		self.invoice(self.customer(), 100)
		self.assertEqual(self.days(), [(6, 1)])

	def test_business_days(self):
		"""A holiday of the customer's country moves the step."""
		free = frozenset(getdate(add_days(getdate(), day)) for day in (1, 2))
		calendar = Calendar(free, weekend=frozenset())
		make_plan((1, "Email", BUSINESS))
		self.invoice(self.customer(), 100, 0)
		with patch.object(work_calendar, "calendar_of", lambda code, years: calendar):
			self.assertEqual(self.days(), [(3, 1)])

	def test_addresses_of_the_channel(self):
		"""A letter without an address and a text message without a number are shown as held."""
		for channel in ("Letter", "SMS"):
			plan = make_plan((1, channel), name=channel)
			self.invoice(self.customer(), 100)
			self.assertEqual(rehearsed(plan=plan.name), [])
			frappe.db.set_value("Dunning Plan", plan.name, "enabled", 0)

	def test_steps_of_the_plan_it_is_put_on(self):
		"""Compared with another plan an item goes on at the level it had, in its own by its own step."""
		make_plan((1, "Email"), (5, "Email"), gap=1)
		other = make_plan((2, "Email"), (7, "Email"), (12, "Call"), name="Other", priority=90, gap=1)
		self.invoice(self.customer(), 100, -4)
		self.plan()
		mark_sent(self.action().name)
		self.assertEqual(self.days(), [(1, 2)])
		found = rehearsed(side=1, compare_with=other.name)
		self.assertEqual([(day, level) for day, _customer, level, *_rest in found], [(3, 2), (8, 3)])
