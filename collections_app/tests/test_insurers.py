"""Credit insurers, connected: covers asked for exactly once, their fate followed, warnings in time, overdues declared."""

from functools import partial
from unittest.mock import patch

import frappe
from frappe.utils import add_days, add_to_date, getdate, now_datetime

from collections_app.api import connectors as connector_api
from collections_app.api import covers as api
from collections_app.connectors.runtime import Runtime
from collections_app.services.connectors import identities, lending, webhooks
from collections_app.services.connectors.sync import sync_connector
from collections_app.services.credit import cover_requests, cover_sending, cover_view, cover_warnings
from collections_app.services.credit.covers import expire_covers
from collections_app.tests.desk import make_user, signed_in
from collections_app.tests.providers.allianz_trade import CREDENTIALS, AllianzTradeServer
from collections_app.tests.test_insurer_notice import make_cover
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import CycleTestCase, make_plan

TODAY = getdate()
BUYER, TAX_ID = "1003", "DE129273398"


class InsurerTestCase(CycleTestCase):
	def setUp(self):
		super().setUp()
		self.server = AllianzTradeServer().start()
		self.addCleanup(self.server.stop)
		hosts = [*(frappe.local.conf.get("collections_allowed_hosts") or ()), self.server.host]
		frappe.local.conf["collections_allowed_hosts"] = hosts
		self.addCleanup(frappe.local.conf.__setitem__, "collections_allowed_hosts", hosts[:-1])
		hurried = partial(Runtime, timeout=(1, 0.5), sleep=lambda seconds: None, random=lambda: 0.0)
		for patched in (patch.object(lending, "Runtime", hurried), patch.object(frappe, "enqueue")):
			self.enqueue = patched.start()
			self.addCleanup(patched.stop)
		self.config = self.connect()
		frappe.db.set_value("Customer", {"tax_id": TAX_ID}, "tax_id", None)
		self.debtor = self.customer(tax_id=TAX_ID)

	def connect(self):
		config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"Allianz {frappe.generate_hash(length=6)}",
				"connector": "allianz_trade",
				"company": COMPANY,
				"base_url": f"{self.server.url}/v1",
			}
		).insert()
		connector_api.save_credentials(config.name, CREDENTIALS)
		frappe.db.commit()
		return config.reload()

	def request(self, amount: float = 60000) -> str:
		return api.request_cover(self.debtor, COMPANY, self.config.name, amount, "EUR")

	def sent(self, name: str):
		"""The request after its job ran."""
		frappe.db.commit()
		cover_sending.send(name)
		return frappe.get_doc("Cover Request", name)

	def read(self) -> None:
		sync_connector(self.config.name, streams=["covers"])

	def the_cover(self):
		return frappe.get_doc("Credit Cover", {"customer": self.debtor})

	def covered(self, amount: float = 50000, **values):
		"""A cover that the insurer granted before, read from it."""
		self.server.add(amount, **values)
		self.read()
		return self.the_cover()

	def tasks(self, name: str) -> list[str]:
		return frappe.get_all("ToDo", {"reference_name": name, "status": "Open"}, pluck="description")

	def later(self, name: str, **ago) -> None:
		"""So much time has passed since everything about the request."""
		values = {
			field: add_to_date(now_datetime(), **{unit: -count for unit, count in ago.items()})
			for field in ("attempted_at", "next_attempt_at")
		}
		frappe.db.set_value("Cover Request", name, values)
		frappe.db.set_value("Connector Config", self.config.name, "state", None)
		frappe.db.commit()


class TestRequests(InsurerTestCase):
	def test_requested_granted_raised_cancelled(self):
		"""From the request to the end of the cover, every step is the insurer's"""
		request = self.sent(self.request())
		self.assertEqual((request.status, request.reference), ("With Insurer", "jobs/job-1"))
		self.assertEqual(self.server.covers[0]["customerReference"], request.name)
		self.assertEqual((self.the_cover().status, self.the_cover().amount_requested), ("Requested", 60000))
		cover_sending.follow()
		self.assertEqual(request.reload().status, "With Insurer", "pending")
		self.server.work()
		cover_sending.follow()
		self.assertEqual((request.reload().status, request.answer), ("Answered", "Active"))
		self.read()
		cover = self.the_cover()
		self.assertEqual((cover.status, cover.amount, cover.insurer_reference), ("Approved", 60000, "C00001"))
		raised = self.sent(api.change_cover(cover.name, "Raise", 90000.0))
		self.read()
		self.assertEqual(
			(self.the_cover().status, self.the_cover().amount), ("Approved", 60000), "until decided"
		)
		self.server.work()
		cover_sending.follow()
		self.read()
		self.assertEqual((raised.reload().status, self.the_cover().amount), ("Answered", 90000))
		self.sent(api.change_cover(cover.name, "Cancel"))
		self.server.work()
		self.read()
		self.assertEqual(self.the_cover().status, "Cancelled")
		self.assertEqual(self.server.changes, 3)

	def test_not_twice(self):
		"""One that is not settled stands in the way of another; a job that runs twice sends once"""
		name = self.request()
		frappe.db.commit()
		with self.assertRaisesRegex(frappe.ValidationError, name):
			api.request_cover(self.debtor, COMPANY, self.config.name, 1000.0, "EUR")
		frappe.db.rollback()
		self.sent(name)
		self.assertIsNone(cover_sending.send(name))
		self.assertEqual(self.server.changes, 1)

	def test_a_lost_answer(self):
		"""What the insurer took is found by our reference; it is not sent again"""
		for fault in ("timeout", "cut", "malformed", "500"):
			with self.subTest(fault):
				frappe.db.delete("Cover Request", {"customer": self.debtor})
				frappe.db.delete("Credit Cover", {"customer": self.debtor})
				self.server.covers.clear()
				name = self.request()
				self.server.fault(fault, path="/covers", method="POST")
				self.assertEqual(self.sent(name).status, "Uncertain")
				self.later(name, minutes=20)
				cover_sending.follow()
				request = frappe.get_doc("Cover Request", name)
				if fault == "500":  # nothing was done, and nobody can know
					self.assertEqual(request.status, "Uncertain")
					self.later(name, hours=5)
					cover_sending.follow()
					self.assertTrue(any(name in task for task in self.tasks(name)))
					self.assertEqual(api.settle_request(name, "again"), "Waiting")
					self.assertEqual(self.tasks(name), [])
					self.assertEqual(self.sent(name).status, "With Insurer")
				else:
					self.assertEqual((request.status, request.reference), ("With Insurer", "covers/C00001"))
				self.assertEqual(len(self.server.covers), 1)

	def test_a_limit_waits(self):
		"""What was surely not taken is sent later"""
		name = self.request()
		self.server.fault("429", 500, path="/covers", method="POST", retry_after=3600)
		self.assertEqual(self.sent(name).status, "Waiting")
		self.server.forget()
		self.later(name, minutes=1)
		cover_sending.follow()
		self.assertIn(name, [call.kwargs.get("name") for call in self.enqueue.call_args_list])
		self.assertEqual((self.sent(name).status, self.server.changes), ("With Insurer", 1))

	def test_refused(self):
		"""A job that fails is a task; a refusal is the cover's status"""
		name = self.request()
		self.sent(name)
		self.server.work(failed="Buyer is blocked")
		cover_sending.follow()
		self.assertEqual(frappe.db.get_value("Cover Request", name, "status"), "Failed")
		self.assertTrue(all("Buyer is blocked" in task for task in self.tasks(name)))
		self.assertEqual(self.the_cover().status, "Refused")

	def test_who_it_is(self):
		"""Nobody is guessed: without the same tax ID a person says who it is"""
		frappe.db.set_value("Customer", self.debtor, "tax_id", "DE000000000")
		request = self.sent(self.request())
		self.assertEqual((request.status, self.server.changes), ("Failed", 0))
		self.assertIn("identified", request.error)

	def test_senseless(self):
		"""A raise that lowers, an amount of nothing, a cover that is not there yet"""
		cover = self.covered()
		for kind, amount in (
			("Raise", 40000.0),
			("Raise", 50000.0),
			("Lower", 60000.0),
			("Lower", 0.0),
			("Buy", 1.0),
		):
			with self.subTest(kind), self.assertRaises(frappe.ValidationError):
				api.change_cover(cover.name, kind, amount)
		with self.assertRaises(frappe.ValidationError):
			self.request()  # it is covered already

	def test_called_back(self):
		"""The address given is ours and signed; a call has the covers read, a made-up one does nothing"""
		frappe.db.set_value("Connector Config", self.config.name, "webhook_token", "token-of-the-hook")
		self.sent(self.request())
		(wanted,) = self.server.called_for
		query = wanted["callbackUrl"].partition("?")[2]
		self.assertEqual(webhooks.receive("token-of-the-hook", {}, b"{}", query[:-4] + "0000")[0], 401)
		self.assertEqual(webhooks.receive("token-of-the-hook", {}, b"{}", query)[0], 200)
		event = frappe.get_last_doc("Webhook Event", {"connector": self.config.name})
		self.enqueue.reset_mock()
		webhooks.process(event.name)
		self.assertEqual(self.enqueue.call_args.kwargs["streams"], ["covers"])

	def test_who_may(self):
		"""A collector looks, a credit manager asks"""
		cover = self.covered()
		with signed_in(make_user("Collector", "Accounts User")):
			self.assertEqual(api.overview(self.debtor, COMPANY)["covered"], 50000)
			for call in (
				lambda: api.change_cover(cover.name, "Lower", 1.0),
				lambda: api.declare_overdue(cover.name),
				self.request,
			):
				self.assertRaises(frappe.PermissionError, call)
		with signed_in(make_user("Credit Manager", "Accounts User")):
			self.assertTrue(api.change_cover(cover.name, "Lower", 20000.0))


class TestWarnings(InsurerTestCase):
	def warned(self) -> int:
		return cover_warnings.warn(COMPANY, TODAY)

	def test_before_it_ends(self):
		"""Once for each end: 30 days before, and again when the end was moved"""
		frappe.db.set_single_value("Collections Settings", "cover_warning_days", 30)
		frappe.clear_document_cache("Collections Settings")
		cover = make_cover(self.debtor, valid_until=add_days(TODAY, 31))
		self.assertEqual(self.warned(), 0)
		frappe.db.set_value("Credit Cover", cover.name, "valid_until", add_days(TODAY, 30))
		self.assertEqual((self.warned(), self.warned()), (1, 0))
		self.assertIn("ends on", self.tasks(cover.name)[0])
		frappe.db.set_value("Credit Cover", cover.name, "valid_until", add_days(TODAY, 10))
		self.assertEqual(self.warned(), 1)

	def test_exposure_passes_it(self):
		"""Told when it passes the cover, and again only after it was below"""
		cover = make_cover(self.debtor, amount=1000, notify_after_days=0)
		self.invoice(self.debtor, 900, due_in=20)
		self.assertEqual(self.warned(), 0)
		self.invoice(self.debtor, 200, due_in=20)
		self.assertEqual((self.warned(), self.warned()), (1, 0))
		self.assertRegex(self.tasks(cover.name)[0], r"100[.,]00 more")
		frappe.db.set_value("Credit Cover", cover.name, "amount", 2000)
		self.assertEqual(self.warned(), 0)
		frappe.db.set_value("Credit Cover", cover.name, "amount", 1000)
		self.assertEqual(self.warned(), 1)

	def test_overdue_to_declare(self):
		"""Told once for each overdue that must be declared"""
		cover = make_cover(self.debtor, amount=99999)
		self.invoice(self.debtor, 100, due_in=-20)
		self.assertEqual(self.warned(), 0)
		self.invoice(self.debtor, 100, due_in=-40)
		self.assertEqual((self.warned(), self.warned()), (1, 0))
		self.assertIn("declare", self.tasks(cover.name)[0])

	def test_used_and_free(self):
		"""Covered, used and free are the customer's own"""
		make_cover(self.debtor, amount=1000, valid_until=add_days(TODAY, 9))
		self.invoice(self.debtor, 300, due_in=20)
		self.invoice(self.customer(), 5000, due_in=20)
		seen = cover_view.overview(self.debtor, COMPANY)
		self.assertEqual((seen["covered"], seen["used"], seen["free"]), (1000, 300, 700))
		self.assertEqual(seen["covers"][0].days_left, 9)
		expire_covers(add_days(TODAY, 10))
		self.assertIsNone(cover_view.overview(self.debtor, COMPANY)["covered"])

	def test_to_declare_is_seen(self):
		"""requirement: an overdue that must be declared is seen with what would be told; one declared before it does not count"""
		make_cover(self.debtor, amount=9999, notify_after_days=30, notified_on=add_days(TODAY, -90))
		self.invoice(self.debtor, 100, due_in=-20)
		self.assertFalse(cover_view.overview(self.debtor, COMPANY)["covers"][0].to_declare)
		self.invoice(self.debtor, 60, due_in=-40)
		seen = cover_view.overview(self.debtor, COMPANY)
		self.assertTrue(seen["covers"][0].to_declare)
		self.assertEqual((seen["overdue"], seen["declared"]["amount"]), (40, 160))
		frappe.db.set_value("Credit Cover", seen["covers"][0].name, "notified_on", TODAY)
		self.assertFalse(cover_view.overview(self.debtor, COMPANY)["covers"][0].to_declare)


class TestDeclared(InsurerTestCase):
	def test_by_hand(self):
		"""Amount, oldest due date and document reach the insurer once; the cover says so"""
		cover = self.covered()
		self.invoice(self.debtor, 60, due_in=-5)
		oldest = self.invoice(self.debtor, 100, due_in=-40)
		name = api.declare_overdue(cover.name)
		self.assertEqual(cover.reload().notified_on, TODAY)
		frappe.db.commit()
		with self.assertRaisesRegex(frappe.ValidationError, name):
			api.declare_overdue(cover.name)
		frappe.db.rollback()
		self.sent(name)
		(said,) = self.server.overdues
		self.assertEqual((said["overdueAmount"], said["dueDate"]), (160, str(add_days(TODAY, -40))))
		self.assertEqual((said["invoiceReference"], said["debtorId"]), (oldest.name, BUYER))

	def test_not_taken(self):
		"""What the insurer did not take is not declared: it is due again, and a task"""
		cover = self.covered()
		self.invoice(self.debtor, 100, due_in=-40)
		name = api.declare_overdue(cover.name)
		self.server.fault("422", 9, path="/overdues")
		self.assertEqual(self.sent(name).status, "Failed")
		self.assertIsNone(cover.reload().notified_on)
		self.assertTrue(self.tasks(name))
		self.server.forget()
		api.settle_request(name, "again")
		self.assertEqual(self.sent(name).status, "With Insurer")

	def test_a_step_of_a_plan(self):
		"""The insurer's notice goes through its own system where it is connected; nobody gets an e-mail"""
		cover = self.covered()
		make_plan((1, "Insurer Notice", {"partner_email": "claims@insurer.example"}))
		self.invoice(self.debtor, 100, due_in=-40)
		self.send()
		action = self.action()
		self.assertEqual((action.status, action.recipients), ("Sent", "Allianz Trade"))
		self.assertFalse(frappe.db.exists("Email Queue", {"reference_name": action.case}))
		request = frappe.get_doc("Cover Request", {"customer": self.debtor})
		self.assertEqual((request.change, request.cover), ("Declare Overdue", cover.name))
		self.assertEqual(self.sent(request.name).status, "With Insurer")
		self.assertEqual(len(self.server.overdues), 1)

	def test_found_again(self):
		"""A declaration whose answer was lost is found by our reference"""
		cover = self.covered()
		self.invoice(self.debtor, 100, due_in=-40)
		name = api.declare_overdue(cover.name)
		self.server.fault("cut", path="/overdues", method="POST")
		self.assertEqual(self.sent(name).status, "Uncertain")
		self.later(name, minutes=20)
		cover_sending.follow()
		self.assertEqual(frappe.db.get_value("Cover Request", name, "status"), "Answered")
		self.assertEqual(len(self.server.overdues), 1)


class TestIdentified(InsurerTestCase):
	def test_by_tax_id(self):
		"""The buyer's number is found by the tax ID, and kept"""
		self.sent(self.request())
		self.assertEqual(identities.number_of(self.config.name, self.debtor), BUYER)
		self.assertEqual(cover_requests.connection_of(COMPANY, "allianz trade"), self.config.name)
