"""Text messages: sent once through a real HTTP gateway, refused or of unknown fate as its answer says."""

import socket
from contextlib import contextmanager
from unittest.mock import patch

import frappe

from collections_app.exceptions import ActionStateError, FateUnknownError, SettingsMissingError
from collections_app.services.outbox import decide, follow, sms_gateway
from collections_app.services.outbox.channels import sms
from collections_app.services.outbox.dispatch import send
from collections_app.tests.sms_server import CUT, MALFORMED, TIMEOUT, SmsServer
from collections_app.tests.world import CycleTestCase, make_letter, make_plan


@contextmanager
def gateway(answer: int | str = 200, post: bool = True, is_json: bool = False):
	"""A gateway on 127.0.0.1 that the site's SMS Settings name; the attribute `requests` holds what it was asked."""
	with SmsServer(answer) as server, patch.object(sms_gateway, "TIMEOUT", (1, 0.5)):
		set_gateway(server.url, post, is_json)
		try:
			yield server
		finally:
			set_gateway("")


def set_gateway(url: str, post: bool = True, is_json: bool = False) -> None:
	settings = frappe.get_doc("SMS Settings")
	parameters = [
		{"parameter": "X-Api-Key", "value": "secret", "header": 1},
		{"parameter": "from", "value": "Us"},
	]
	if is_json:
		parameters.append({"parameter": "Content-Type", "value": "application/json", "header": 1})
	settings.update(
		{
			"sms_gateway_url": url,
			"message_parameter": "text",
			"receiver_parameter": "to",
			"use_post": int(post),
			"parameters": parameters,
		}
	)
	settings.flags.ignore_mandatory = True
	settings.save()
	frappe.db.commit()


class SmsTestCase(CycleTestCase):
	def queued(
		self, text: str | None = "{{ total_overdue }} überfällig, zahlbar bis {{ pay_by }}", **customer
	):
		letter = make_letter("Sms", {"en": ("Subject", "Body")})
		frappe.db.set_value("Collection Letter Translation", {"parent": letter.name}, "sms_text", text)
		frappe.clear_document_cache("Collection Letter", letter.name)
		make_plan((1, "SMS", {"letter": letter.name}))
		customer = self.customer(**customer)
		frappe.db.set_value("Customer", customer, "mobile_no", "+49 (0)171-1234 567")
		self.invoice(customer, 1234.5)
		self.plan()
		self.judge()
		frappe.db.commit()
		return self.action(status="Queued")


class TestSent(SmsTestCase):
	def test_once(self):
		"""One request with number, plain text and the parameters; the action keeps text, parts and reference."""
		self.queued()
		with gateway() as server:
			self.dispatch()
			self.dispatch()
		(request,) = server.requests
		self.assertEqual(request["to"], "+491711234567")
		self.assertTrue(request["text"].startswith("€1,234.50 überfällig, zahlbar bis "))
		self.assertEqual((request["from"], request["key"], request["method"]), ("Us", "secret", "POST"))
		action = self.action()
		self.assertEqual((action.status, action.attempts, action.provider_reference), ("Sent", 1, "SMS-1"))
		self.assertEqual((action.sms_text, action.sms_parts), (request["text"], 1))
		self.assertEqual(action.phone, "+491711234567")
		self.assertTrue(action.sent_at)
		self.assertFalse(action.error)

	def test_as_the_settings_say(self):
		"""As a query or as JSON, as Frappe's own settings ask for it."""
		for values, method in (({"post": False}, "GET"), ({"is_json": True}, "POST")):
			with self.subTest(method=method, **values), gateway(**values) as server:
				sms_gateway.send(sms_gateway.settings(), "+491711234567", "Grüße & 100 %")
				(request,) = server.requests
				self.assertEqual((request["method"], request["text"]), (method, "Grüße & 100 %"))

	def test_attempt_is_committed_before_the_call(self):
		"""What is about to be sent stands in the database when the gateway is called, and survives whatever follows."""
		name = self.queued().name

		def look_and_die(*_values):
			frappe.db.rollback()
			seen.update(
				frappe.db.get_value("Collection Action", name, ["status", "sms_text", "phone"], as_dict=True)
			)
			raise KeyboardInterrupt

		seen: dict = {}
		with gateway(), patch.object(sms_gateway, "send", look_and_die), self.assertRaises(KeyboardInterrupt):
			send(name)
		frappe.db.rollback()
		self.assertEqual((seen["status"], seen["phone"]), ("Sending", "+491711234567"))
		self.assertIn("1,234.50", seen["sms_text"])
		# the worker is gone: nobody can know, so a person decides
		frappe.db.set_value("Collection Action", name, "sending_started_at", "2026-01-01 00:00:00")
		follow.requeue_lost()
		self.assertEqual(self.action().status, "Uncertain")

	def test_claim_taken_away(self):
		"""A worker whose claim was taken away before the call sends nothing."""
		action = self.queued()
		with gateway() as server:
			action.lock_token = "another's"
			with self.assertRaisesRegex(ActionStateError, "Another worker"):
				sms.hand_over(action)
		self.assertEqual(server.requests, [])


class TestFailures(SmsTestCase):
	def outcome(self, answer: int | str) -> tuple[str, str]:
		action = self.queued()
		with gateway(answer) as server:
			self.dispatch()
			self.dispatch()
		self.assertEqual(len(server.requests), 1)
		action.reload()
		self.assertTrue(action.sms_text)
		self.assertFalse(action.sent_at)
		return action.status, action.error

	def test_refused(self):
		"""What the gateway refuses was surely not sent: Failed, and a person may try again."""
		for answer in (400, 401, 429, 302):
			with self.subTest(answer):
				self.setUp()
				status, error = self.outcome(answer)
				self.assertEqual(status, "Failed")
				self.assertIn(f"refused the message: {answer}", error)
		decide.retry([self.action().name])
		frappe.db.commit()
		with gateway() as server:
			self.dispatch()
		self.assertEqual((len(server.requests), self.action().status, self.action().error), (1, "Sent", None))

	def test_unknown(self):
		"""No answer in time, a cut connection, a 5xx, an answer that is not HTTP: Uncertain, and never sent again."""
		for answer in (500, 503, TIMEOUT, CUT, MALFORMED):
			with self.subTest(answer):
				self.setUp()
				status, error = self.outcome(answer)
				self.assertEqual(status, "Uncertain")
				self.assertTrue(error)
				with gateway() as server:
					self.dispatch()
					follow.follow_sent_messages()
					self.dispatch()
				self.assertEqual((server.requests, self.action().status), ([], "Uncertain"))

	def test_no_connection(self):
		"""A gateway that is not there got nothing: Failed."""
		action = self.queued()
		with socket.socket() as free:
			free.bind(("127.0.0.1", 0))
			port = free.getsockname()[1]
		set_gateway(f"http://127.0.0.1:{port}/send?password=secret")
		self.addCleanup(set_gateway, "")
		self.dispatch()
		action.reload()
		self.assertEqual(action.status, "Failed")
		self.assertIn("cannot be reached", action.error)
		self.assertNotIn("secret", action.error)

	def test_not_configured(self):
		"""Without a gateway messages stay queued, and the run says so; sent by hand one fails."""
		action = self.queued()
		set_gateway("")
		context = self.dispatch()
		self.assertTold(context, "name no gateway", "Error")
		self.assertEqual(self.action().status, "Queued")
		with self.assertRaises(SettingsMissingError):
			sms.check()
		self.assertEqual(send(action.name), "failed")
		self.assertEqual(self.action().status, "Failed")

	def test_no_text_or_number(self):
		"""A letter without a text message, or a number nobody could call, fails before the gateway is asked."""
		for text, number, says in (
			(None, "+49171123456", "no Text Message"),
			("Hello", "none", "mobile number"),
		):
			with self.subTest(says), gateway() as server:
				self.setUp()
				action = self.queued(text)
				frappe.db.set_value("Customer", action.customer, "mobile_no", number)
				self.assertEqual(send(action.name), "failed")
				self.assertIn(says, self.action().error)
				self.assertEqual(server.requests, [])

	def test_what_the_gateway_says_is_only_text(self):
		"""The body of a refusal is shown as text, cut, and the outcomes are told apart by class."""
		with gateway(418), self.assertRaises(ActionStateError):
			sms_gateway.send(sms_gateway.settings(), "+491711234567", "Text")
		with gateway(502), self.assertRaises(FateUnknownError):
			sms_gateway.send(sms_gateway.settings(), "+491711234567", "Text")
