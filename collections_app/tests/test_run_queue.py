"""Runs as documents: one a company and day, never for an older date, never two at once, started by the scheduler."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, add_to_date, getdate, now_datetime

from collections_app import tasks
from collections_app.api import cycle as api
from collections_app.exceptions import RunLockedError, RunOutdatedError
from collections_app.services.run import queue
from collections_app.services.run.steps import STEP_NAMES
from collections_app.tests.test_run import RunTestCase
from collections_app.tests.utils import COMPANY, configure
from collections_app.tests.world import other_company


class TestLockAndDates(RunTestCase):
	def test_older_date_is_refused(self):
		"""After a day was run, an older one is refused, both when made and when it waited in the queue."""
		waiting = queue.get_or_create(COMPANY, add_days(getdate(), -1))
		frappe.db.set_value("Collection Run", waiting, "status", "Queued")
		frappe.db.commit()
		self.run_day()
		with self.assertRaises(RunOutdatedError):
			queue.get_or_create(COMPANY, add_days(getdate(), -2))
		with self.assertRaises(RunOutdatedError):
			queue.execute(waiting)
		refused = frappe.get_doc("Collection Run", waiting)
		self.assertEqual(refused.status, "Failed")
		self.assertIn("older date", refused.messages[0].message)

	def test_one_run_a_day(self):
		"""Asking twice for the same day gives the same run."""
		first = queue.get_or_create(COMPANY, getdate())
		self.assertEqual(queue.get_or_create(COMPANY, getdate()), first)

	def test_second_run_while_one_is_running(self):
		"""While one run works, neither it nor another day of the company can be started; nor does it look queued."""
		running = queue.get_or_create(COMPANY, getdate())
		token = queue.lock(running, COMPANY)
		with self.assertRaises(RunLockedError):
			queue.execute(running)
		with self.assertRaises(RunLockedError):
			queue.queue_run(COMPANY, getdate())
		self.assertEqual(
			frappe.db.get_value("Collection Run", running, ["status", "lock_token"]), ("Running", token)
		)
		tomorrow = queue.get_or_create(COMPANY, add_days(getdate(), 1))
		frappe.db.set_value("Collection Run", tomorrow, "status", "Queued")
		frappe.db.commit()
		with self.assertRaises(RunLockedError):
			queue.execute(tomorrow)
		self.assertEqual(frappe.db.get_value("Collection Run", tomorrow, "status"), "Failed")

	def test_lost_run_is_taken_over(self):
		"""A run without a sign of life for half an hour can be done again; as another day's it is marked Failed."""
		lost = queue.get_or_create(COMPANY, getdate())
		queue.lock(lost, COMPANY)
		old = add_to_date(now_datetime(), minutes=-31)
		frappe.db.set_value("Collection Run", lost, "heartbeat", old)
		self.assertEqual(self.run_day().status, "Completed with Issues")
		frappe.db.set_value("Collection Run", lost, {"status": "Running", "heartbeat": old})
		self.run_day(1)
		self.assertEqual(frappe.db.get_value("Collection Run", lost, "status"), "Failed")

	def test_lock_is_given_back(self):
		"""After the run, also after one that broke off, the company is free again."""
		name = queue.get_or_create(COMPANY, getdate())
		with patch.object(queue, "run_steps", side_effect=ValueError("broken off")):
			with self.assertRaises(ValueError):
				queue.execute(name)
		self.assertEqual(
			frappe.db.get_value("Collection Run", name, ["status", "lock_token"]), ("Failed", None)
		)
		self.run_day()

	def test_company_not_listed(self):
		"""A company the settings do not list is refused with its name."""
		with self.assertRaisesRegex(frappe.ValidationError, "not listed"):
			queue.queue_run("No Such Company", getdate())

	def test_long_step_shows_signs_of_life(self):
		"""Within a long step the heartbeat is renewed, so that the run is not taken for lost."""
		name = queue.get_or_create(COMPANY, getdate())
		record = queue.RunRecord(name)
		record.start()
		old = add_to_date(now_datetime(), minutes=-10)
		frappe.db.set_value("Collection Run", name, "heartbeat", old)
		record.step_progress("Plan", 0.5)
		self.assertEqual(frappe.db.get_value("Collection Run", name, "heartbeat"), old)
		record.told = record.lived = record.lived - 61
		record.step_progress("Plan", 0.5)
		self.assertGreater(frappe.db.get_value("Collection Run", name, "heartbeat"), old)


class TestDailyTask(RunTestCase):
	def enqueued(self) -> list:
		with patch("frappe.enqueue") as enqueue:
			tasks.run_daily_cycle()
		return [(call.kwargs["queue"], call.kwargs["run"]) for call in enqueue.call_args_list]

	def companies(self, *rows) -> None:
		settings = frappe.get_single("Collections Settings")
		settings.companies = []
		for company, enabled in rows:
			settings.append("companies", {"company": company, "enabled": enabled})
		settings.save()

	def test_one_run_per_enabled_company(self):
		"""Each enabled company gets its run of today on the long queue; the others none."""
		other = other_company()
		self.addCleanup(frappe.db.delete, "Collection Run", {"company": other})
		self.companies((COMPANY, 1), (other, 0))
		((queue_name, run),) = self.enqueued()
		self.assertEqual(queue_name, "long")
		values = frappe.db.get_value("Collection Run", run, ["company", "run_date", "status"])
		self.assertEqual(values, (COMPANY, getdate(), "Queued"))
		self.companies((COMPANY, 1), (other, 1))
		self.assertEqual(len(self.enqueued()), 2)

	def test_one_refused_company_stops_no_other(self):
		"""A company that is at work already is left alone; the next one gets its run."""
		other = other_company()
		self.addCleanup(frappe.db.delete, "Collection Run", {"company": other})
		self.companies((COMPANY, 1), (other, 1))
		queue.lock(queue.get_or_create(COMPANY, getdate()), COMPANY)
		((_queue, run),) = self.enqueued()
		self.assertEqual(frappe.db.get_value("Collection Run", run, "company"), other)

	def test_started_from_the_desk(self):
		"""The desk's button makes the run and queues it; its progress can be asked for."""
		with patch("frappe.enqueue") as enqueue:
			run = api.run_cycle(COMPANY)["run"]
		self.assertEqual(enqueue.call_args.kwargs["run"], run)
		self.assertTrue(enqueue.call_args.kwargs["enqueue_after_commit"])
		self.assertEqual(api.progress(run)["status"], "Queued")
		queue.execute(run)
		progress = api.progress(run)
		self.assertEqual((progress["progress"], len(progress["steps"])), (100, len(STEP_NAMES)))

	def test_switched_off(self):
		"""With the daily run switched off nothing is enqueued."""
		configure(run_daily=0)
		self.addCleanup(configure, run_daily=1)
		self.assertEqual(self.enqueued(), [])
