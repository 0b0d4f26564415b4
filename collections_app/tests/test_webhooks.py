"""Webhooks: believed by their signature, taken once, answered at once, worked on the queue, replayed by hand."""

import base64
import json
from unittest.mock import patch

import frappe
from frappe.utils import add_to_date, now_datetime

from collections_app.api import connectors as api
from collections_app.connectors.base import DataError, TransientError
from collections_app.services.connectors import sync, webhooks
from collections_app.tests.test_connector_api import AcmeTestCase

BODY = b'{"event": "transactions.new", "text": "<b>\xc3\xa9</b>"}'


class TestWebhooks(AcmeTestCase):
	def setUp(self):
		super().setUp()
		self.config = self.acme()
		patched = patch.object(frappe, "enqueue")
		self.enqueue = patched.start()
		self.addCleanup(patched.stop)

	def call(self, body: bytes = BODY, token: str | None = None, **headers) -> tuple[int, str]:
		headers = headers or {"Acme-Signature": self.server.sign(body), "Authorization": "Bearer abc"}
		return webhooks.receive(token or self.config.webhook_token, headers, body)

	def events(self) -> list:
		names = frappe.get_all("Webhook Event", {"connector": self.config.name}, pluck="name")
		return [frappe.get_doc("Webhook Event", name) for name in names]

	def test_taken(self):
		"""A signed call is kept byte for byte, queued and answered without asking the provider"""
		self.assertEqual(self.call(), (200, "received"))
		(event,) = self.events()
		self.assertEqual(base64.b64decode(event.body), BODY)
		self.assertEqual(event.status, "Waiting")
		self.assertNotIn("abc", event.headers)
		self.assertEqual(self.enqueue.call_args.kwargs["name"], event.name)
		self.assertTrue(self.enqueue.call_args.kwargs["enqueue_after_commit"])
		self.assertEqual(self.server.requests, [])

	def test_forged(self):
		"""A wrong, old or missing signature leaves no trace"""
		old = self.server.sign(BODY, at=1)
		for headers in ({"Acme-Signature": "t=1,v1=00"}, {"Acme-Signature": old}, {"X": "y"}):
			self.assertEqual(self.call(**headers), (401, "signature refused"))
		signature = self.server.sign(BODY)
		self.assertEqual(self.call(BODY + b" ", **{"Acme-Signature": signature})[0], 401)
		self.assertEqual(self.events(), [])
		self.enqueue.assert_not_called()

	def test_without_a_secret(self):
		"""As long as no secret was entered nobody is believed"""
		other = self.acme(credentials={"client_id": "a", "client_secret": "bbbb"})
		signature = self.server.sign(BODY)
		self.assertEqual(webhooks.receive(other.webhook_token, {"Acme-Signature": signature}, BODY)[0], 401)

	def test_flood(self):
		"""Who makes up calls is soon refused by a look into the cache; the provider's own are never counted"""
		caller = f"203.0.113.{frappe.generate_hash(length=8)}"

		def call(signature: str, body: bytes = BODY) -> int:
			headers = {"Acme-Signature": signature}
			return webhooks.take(self.config.webhook_token, headers, body, "", caller)[0]

		for number in range(webhooks.REFUSALS + 5):
			body = b'{"event": "%d"}' % number
			self.assertEqual(call(self.server.sign(body), body), 200)
		self.assertEqual({call("t=1,v1=00") for _ in range(webhooks.REFUSALS)}, {401})
		with patch.object(frappe, "get_doc", side_effect=AssertionError("not even looked at")):
			self.assertEqual(call("t=1,v1=00"), 429)
		self.assertEqual(webhooks.take("made-up", {}, BODY, "", "another")[0], 404)

	def test_the_key_cannot_be_fetched(self):
		"""A call that cannot be judged for now may come again; it is not called a forgery"""
		connector = "collections_app.tests.acme_app.connectors.acme_bank.connector.AcmeBank.verify_webhook"
		with patch(connector, side_effect=TransientError("The bank is closed.")):
			self.assertEqual(self.call()[0], 503)
		self.assertEqual(self.events(), [])
		self.assertEqual(self.call()[0], 200)

	def test_replayed(self):
		"""A call that comes again is answered alike and taken once"""
		signature = self.server.sign(BODY)
		for _ in range(3):
			self.assertEqual(self.call(**{"Acme-Signature": signature}), (200, "received"))
		self.assertEqual(len(self.events()), 1)
		self.assertEqual(self.enqueue.call_count, 1)

	def test_replayed_at_the_same_moment(self):
		"""Of two at the same moment the unique key takes one"""
		self.call()
		with patch.object(frappe.db, "exists", return_value=None):
			self.assertEqual(self.call(), (200, "received"))
		self.assertEqual(len(self.events()), 1)

	def test_oversized(self):
		"""More than a megabyte is not taken"""
		body = b"x" * (webhooks.LARGEST + 1)
		self.assertEqual(self.call(body), (413, "too large"))
		self.assertEqual(self.events(), [])

	def test_unknown(self):
		"""An unknown key and a connection that is switched off are not told apart"""
		for token in ("x", "", "None"):
			self.assertEqual(
				self.call(token=token) if token else webhooks.receive("", {}, BODY), (404, "unknown")
			)
		self.config.db_set("enabled", 0)
		self.assertEqual(self.call(), (404, "unknown"))

	def test_processed(self):
		"""The job does what the event says: here the stream is read"""
		self.call()
		(event,) = self.events()
		self.enqueue.reset_mock()
		webhooks.process(event.name)
		event.reload()
		self.assertEqual((event.status, event.attempts, event.message), ("Processed", 1, ""))
		self.assertEqual(self.enqueue.call_args.kwargs["streams"], ["transactions"])
		self.assertIs(frappe.get_attr(self.enqueue.call_args.args[0]), sync.sync_connector)
		self.assertEqual(self.last_log(self.config).kind, "Webhook")

	def test_failed_and_replayed(self):
		"""What fails says why and can be replayed from the desk"""
		self.call()
		(event,) = self.events()
		with patch(
			"collections_app.tests.acme_app.connectors.acme_bank.connector.AcmeBank.read_webhook",
			side_effect=DataError("broken <b>"),
		):
			webhooks.process(event.name)
		event.reload()
		self.assertEqual(event.status, "Failed")
		self.assertIn("broken ‹b›", event.message)
		self.assertEqual(api.replay_event(event.name), {"status": "Processed", "message": ""})

	def test_lost_jobs(self):
		"""An event whose job was lost is queued again, one just taken is not"""
		# other connections' events may wait
		frappe.db.delete("Webhook Event")
		self.call()
		self.enqueue.reset_mock()
		self.assertEqual(webhooks.queue_lost(), 0)
		(event,) = self.events()
		event.db_set("received_at", add_to_date(now_datetime(), minutes=-30))
		self.assertEqual(webhooks.queue_lost(), 1)
		self.assertEqual(self.enqueue.call_args.kwargs["name"], event.name)

	def test_address(self):
		"""The address is unguessable and each connection has its own"""
		other = self.acme()
		self.assertNotEqual(self.config.webhook_token, other.webhook_token)
		self.assertGreaterEqual(len(self.config.webhook_token), 40)
		self.assertIn(self.config.webhook_token, api.overview(self.config.name)["webhook_url"])
		self.assertTrue(json.dumps(api.overview(self.config.name), default=str))
