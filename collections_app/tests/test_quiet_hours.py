"""When a message may go out: sending hours, days off and contact limits, as they are where the customer is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from unittest.mock import patch

import frappe
from frappe.utils import get_system_timezone, getdate

from collections_app.engine.calendar import Calendar
from collections_app.services.outbox.work import work_outbox
from collections_app.services.plans import time_zones, work_calendar
from collections_app.tests.test_outbox import HoldTestCase
from collections_app.tests.utils import ABBR, COMPANY, configure, make_invoice
from collections_app.tests.world import make_plan, mark_sent

NOW = "collections_app.services.outbox.judge.now_datetime"


@contextmanager
def at(hour: int) -> Iterator[None]:
	"""As if it were that hour of today, by the site's clock."""
	with patch(NOW, return_value=datetime.combine(getdate(), datetime.min.time()) + timedelta(hours=hour)):
		yield


def hours_away(hours: int) -> str:
	"""A time zone whose clock is so many hours ahead of the site's."""
	moment = datetime.combine(getdate(), datetime.min.time()) + timedelta(hours=12)
	zones = (f"Etc/GMT{-offset:+d}" for offset in range(-12, 15) if offset)
	return next(
		zone for zone in zones if time_zones.local_time(moment, zone) - moment == timedelta(hours=hours)
	)


class TestHours(HoldTestCase):
	def setUp(self):
		super().setUp()
		configure(sending_from="08:00:00", sending_until="18:00:00")

	def test_sending_hours(self):
		"""Held outside the sending hours and released within them."""
		self.planned()
		with at(23):
			self.assertIn("08:00", self.assertHeld("outside_hours").hold_reasons)
		with at(9):
			self.assertReleased()

	def test_queued_overnight(self):
		"""Queued in the afternoon and not sent, it does not go out at night."""
		self.planned()
		with at(17):
			self.assertReleased()
		with at(22):
			self.assertHeld("outside_hours")

	def test_the_hour_is_that_of_the_customers_time_zone(self):
		"""Set on the customer; the reason names the zone."""
		west = hours_away(-6)
		self.planned(customer=self.customer(collections_time_zone=west))
		with at(10):
			self.assertIn(west, self.assertHeld("outside_hours").hold_reasons)
		with at(20):
			self.assertReleased()

	def test_the_hour_is_that_of_the_customers_country(self):
		"""Without a zone of its own the customer has its country's main one."""
		customer = self.customer()
		frappe.db.set_value("Customer", customer, "territory", "Spain")
		with patch.object(time_zones, "country_zones", lambda: {"es": hours_away(6)}):
			self.planned(customer=customer)
			with at(14):
				self.assertHeld("outside_hours")
			with at(4):
				self.assertReleased()

	def test_letters_and_calls_have_no_hour(self):
		"""Only what reaches the customer at once keeps to the hours."""
		self.planned((1, "Call"))
		with at(3):
			self.assertReleased()

	def test_released_by_the_hourly_work(self):
		"""What was held at night goes out in the morning without anybody's doing."""
		self.planned()
		with at(3):
			self.judge()
		self.assertEqual(self.action().status, "Held")
		with at(9):
			work_outbox(COMPANY)
		self.assertNotIn(self.action().status, ("Held", "Queued", "Planned"))


class TestTimeZones(HoldTestCase):
	def test_zone(self):
		"""Its own, else the country's main one, else the site's; an unknown one is as none."""
		for own, code, zone in (
			("America/Lima", "de", "America/Lima"),
			(None, "de", "Europe/Berlin"),
			("", "us", "America/New_York"),
			("Mars/Base", "au", "Australia/Sydney"),
			(float("nan"), None, get_system_timezone()),
			(None, "xx", get_system_timezone()),
		):
			self.assertEqual(time_zones.zone_of(own, code), zone)

	def test_local_time(self):
		"""The site's clock moved to the zone, over midnight and daylight saving time."""
		with patch.object(time_zones, "get_system_timezone", lambda: "Europe/Berlin"):
			for moment, zone, local in (
				(datetime(2024, 7, 1, 12), "America/New_York", datetime(2024, 7, 1, 6)),
				(datetime(2024, 3, 20, 12), "America/New_York", datetime(2024, 3, 20, 7)),
				(datetime(2024, 7, 1, 23), "Asia/Tokyo", datetime(2024, 7, 2, 6)),
				(datetime(2024, 7, 1, 23), "Europe/Berlin", datetime(2024, 7, 1, 23)),
			):
				self.assertEqual(time_zones.local_time(moment, zone), local)


class TestDaysOff(HoldTestCase):
	def setUp(self):
		super().setUp()
		configure(send_on_weekends=0)

	def calendar(self, calendar: Calendar):
		"""What the customer's country has as business days."""
		return patch.object(work_calendar, "calendar_of", lambda code, years: calendar)

	def test_weekend(self):
		"""Held on Saturday and Sunday, released on Monday."""
		self.planned()
		self.assertTrue(self.action().letter)
		saturday = 5 - getdate().weekday() + 7
		self.assertHeld("weekend", day=saturday)
		self.assertHeld("weekend", day=saturday + 1)
		self.assertReleased(day=saturday + 2)

	def test_holiday_of_the_customers_country(self):
		"""Held on a public holiday where the customer is, released the day after."""
		self.planned()
		every_day = frozenset()
		with self.calendar(Calendar(frozenset({getdate()}), weekend=every_day)):
			self.assertHeld("weekend")
			self.assertReleased(day=1)

	def test_weekend_of_the_customers_country(self):
		"""Where today is the weekend nothing goes out, whatever day it is elsewhere."""
		self.planned()
		with self.calendar(Calendar(weekend=frozenset({getdate().weekday()}))):
			self.assertHeld("weekend")

	def test_the_day_is_the_customers(self):
		"""Where tomorrow has begun, tomorrow's holiday counts."""
		self.planned(customer=self.customer(collections_time_zone=hours_away(6)))
		tomorrow = date.fromordinal(getdate().toordinal() + 1)
		with self.calendar(Calendar(frozenset({tomorrow}), weekend=frozenset())):
			with at(20):
				self.assertHeld("weekend")
			with at(12):
				self.assertReleased()


class TestLimits(HoldTestCase):
	def test_contact_limit(self):
		"""Held while the customer got enough messages, released when the oldest is out of the window."""
		configure(contacts_per_week=1)
		make_plan()
		customer = self.customer()
		self.invoice(customer, 100)
		self.plan()
		earlier = self.action().name
		mark_sent(earlier, days_ago=2)
		self.invoice(customer, 50)
		self.plan()
		self.judge()
		held = self.action(status="Held")
		self.assertEqual(held.hold_codes, "contact_limit")
		self.assertIn("1 messages in 7 days", held.hold_reasons)
		mark_sent(earlier, days_ago=7)
		self.judge()
		self.assertEqual(held.reload().status, "Queued")

	def test_contact_limit_counts_within_one_pass(self):
		"""Two actions of one customer judged together: the larger goes, the other waits; calls do not count."""
		configure(contacts_per_day=1)
		make_plan()
		customer = self.customer()
		self.invoice(customer, 100)
		other = self.customer()
		make_invoice(other, 80, currency="USD", conversion_rate=0.9, debit_to=f"Debtors USD - {ABBR}")
		frappe.db.set_value("Payment Ledger Entry", {"party": other}, "party", customer)
		self.plan()
		for _repeat in range(2):
			self.judge()
			self.assertEqual(
				[(row.total, row.status) for row in self.actions()], [(100, "Queued"), (80, "Held")]
			)

	def test_per_day_and_per_week(self):
		"""A message of today counts for the day, one of this week for the week; each limit says its number."""
		configure(contacts_per_day=1, contacts_per_week=2)
		make_plan()
		customer = self.customer()
		earlier = []
		for days_ago in (3, 0):
			self.invoice(customer, 100)
			self.plan()
			earlier.append(self.action(status="Planned").name)
			mark_sent(earlier[-1], days_ago)
		self.invoice(customer, 50)
		self.plan()
		self.judge()
		held = self.action(status="Held")
		self.assertEqual(held.hold_codes, "contact_limit,contact_limit")
		self.assertIn("1 messages today: the limit is 1", held.hold_reasons)
		self.assertIn("2 messages in 7 days: the limit is 2", held.hold_reasons)
		mark_sent(earlier[0], 7)
		self.judge()
		self.assertEqual(held.reload().hold_codes, "contact_limit")
		mark_sent(earlier[1], 1)
		self.judge()
		self.assertEqual(held.reload().status, "Queued")

	def test_tasks_and_partners_do_not_count(self):
		"""Neither counted nor held by the limits: a call, a task, what goes to an agency or an insurer."""
		configure(contacts_per_day=1, contacts_per_week=1)
		self.planned()
		earlier = self.action()
		for channel in ("Call", "Task", "Insurer Notice", "Hand Over"):
			earlier.db_set({"status": "Sent", "sent_at": frappe.utils.now_datetime(), "channel": channel})
			self.invoice(self.customer_name, 50)
			self.plan()
			mail = self.action(status="Planned")
			self.judge()
			self.assertEqual(mail.reload().status, "Queued", channel)
			mail.db_set({"status": "Planned", "channel": channel})
			earlier.db_set("channel", "Email")
			self.judge()
			self.assertNotIn("contact_limit", mail.reload().hold_codes or "", channel)
			mail.db_set({"status": "Cancelled", "cancel_code": "obsolete", "action_key": None})
