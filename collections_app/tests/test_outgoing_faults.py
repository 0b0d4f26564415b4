"""Trouble on the way to a provider: nothing is sent twice, nothing is lost, one bad message stops no other."""

from unittest.mock import patch

import frappe

from collections_app.api import actions as api
from collections_app.exceptions import ActionStateError
from collections_app.services.connectors import outgoing
from collections_app.services.outbox import connected, follow, follow_connected, senders
from collections_app.services.outbox.dispatch import send
from collections_app.tests.outgoing import OutgoingTestCase, lost


class TestErrors(OutgoingTestCase):
	def outcome(self, fault: str, times: int = 99, channel: str = "SMS", **options):
		"""The action after a dispatch that met the fault at each call."""
		action = self.due(channel)
		self.server.fault(fault, times, path="/messages", method="POST", **options)
		self.dispatch()
		return action.reload()

	def assertEndsSent(self, action, count: int = 1):
		"""Without the fault, and with time, it is sent, once."""
		self.server.forget()
		for _day in range(3):
			self.later(action)
			self.follow()
			self.release()
			self.dispatch()
		self.assertEqual((action.reload().status, len(self.server.messages)), ("Sent", count))
		self.assertFalse(action.error or action.next_attempt_at)

	def test_an_administrator_has_to_act(self):
		"""Wrong credentials or rights: Failed with what to do, surely not sent, and a retry sends it."""
		for fault, says in (("401", "refuses the credentials"), ("403", "allowed to do")):
			with self.subTest(fault):
				self.setUp()
				self.acme()
				action = self.outcome(fault)
				self.assertEqual((action.status, self.server.messages), ("Failed", []))
				self.assertIn(says, action.error)
				self.assertFalse(action.transmission_started_at or action.our_reference)
				api.retry([action.name])
				self.assertEndsSent(action)

	def test_refused(self):
		"""What the provider refuses is Failed in its words; the other messages go out."""
		self.acme()
		bad = self.due()
		frappe.db.set_value("Customer", bad.customer, "mobile_no", "0171 1000000")
		good = self.due(amount=5)
		frappe.db.commit()
		context = self.dispatch()
		self.assertEqual((context.results[-1]["sms"], context.results[-1]["failed"]), (1, 1))
		self.assertIn("no such number", bad.reload().error)
		self.assertEqual((bad.status, good.reload().status), ("Failed", "Sent"))
		self.assertTold(context, "no such number", "Error")

	def test_limit(self):
		"""A limit is no failure: the message stays queued until the time named, and only this service waits."""
		self.acme()
		other = self.acme()
		self.choose(whatsapp_connector=other.name)
		first, second = self.outcome("429", retry_after=3600), self.due("SMS", amount=5)
		by_whatsapp = self.due("WhatsApp")
		self.server.forget()
		context = self.dispatch()
		self.assertEqual((first.reload().status, second.reload().status), ("Queued", "Queued"))
		self.assertEqual(by_whatsapp.reload().status, "Sent")
		self.assertGreater(first.next_attempt_at, frappe.utils.add_to_date(None, minutes=50))
		self.assertIn("429", first.error)
		self.assertEqual(second.attempts, 0)
		self.assertTold(context, "takes nothing before", "Info")
		self.later(first)
		self.dispatch()
		self.assertEqual([one["kind"] for one in self.server.messages], ["send_whatsapp", *["send_sms"] * 2])

	def test_limit_in_the_middle(self):
		"""Once the provider asks to wait, the rest of the messages are not even prepared."""
		self.acme()
		actions = [self.due(amount=amount) for amount in (300, 200, 100)]
		self.server.fault("429", 99, path="/messages", method="POST", retry_after=3600, after=1)
		self.dispatch()
		# where other workers take part, the last comes first
		self.assertEqual(sorted(one.reload().status for one in actions), ["Queued", "Queued", "Sent"])
		self.assertEqual(sorted(one.attempts for one in actions), [0, 1, 1])

	def test_out_of_reach(self):
		"""A provider that is not there took nothing: queued, and tried again after a while."""
		self.acme()
		action = self.due()
		self.server.stop()
		self.dispatch()
		action.reload()
		self.assertEqual((action.status, action.our_reference), ("Queued", None))
		self.assertIn("refused the connection", action.error)
		self.dispatch()
		self.assertEqual(action.reload().attempts, 1)

	def test_no_clear_answer_with_a_key(self):
		"""Taken or not, the answer is lost: the provider is asked by our reference, and no second message is made."""
		for fault in ("500", "503", "timeout", "cut", "malformed"):
			with self.subTest(fault):
				self.setUp()
				self.acme()
				action = self.outcome(fault)
				self.assertEqual(action.status, "Sending")
				self.assertTrue(action.next_attempt_at and action.error)
				self.dispatch()
				self.assertLessEqual(len(self.server.messages), 1)
				self.assertEndsSent(action)

	def test_no_clear_answer_without_a_key(self):
		"""Where the provider keeps no reference of ours nobody can know: Uncertain, and never sent again."""
		for fault, taken in (("500", 0), ("timeout", 1), ("cut", 1), ("malformed", 1)):
			with self.subTest(fault):
				self.setUp()
				self.acme(plan="plain")
				action = self.outcome(fault)
				self.assertEqual((action.status, len(self.server.messages)), ("Uncertain", taken))
				self.assertIn(f"{action.name}-1", action.error)
				self.server.forget()
				self.later(action)
				self.follow()
				self.dispatch()
				self.assertEqual((action.reload().status, len(self.server.messages)), ("Uncertain", taken))

	def test_unexpected(self):
		"""An error nobody thought of, once the provider was called, never leads to a second message."""
		self.acme()
		action = self.due()
		with patch.object(outgoing, "write_log", side_effect=frappe.QueryDeadlockError("busy")):
			self.assertEqual(send(action.name), "failed")
		self.assertEqual((action.reload().status, action.provider_reference), ("Sent", "M1"))
		second = self.due(amount=5)
		with patch.object(connected, "answer_of", side_effect=ValueError("unthinkable")):
			self.assertEqual(send(second.name), "failed")
		self.assertEqual(second.reload().status, "Uncertain")
		self.later(second)
		self.follow()
		self.assertEqual((second.reload().status, len(self.server.messages)), ("Sent", 2))

	def test_letter_sent_again_is_the_same(self):
		"""A letter whose fate is not known is handed over again with its reference and its own file."""
		self.acme()
		action = self.outcome("500", channel="Letter")
		before = (action.our_reference, action.document)
		size = len(frappe.get_doc("File", {"file_url": action.document}).get_content())
		text = {"parent": action.letter}
		frappe.db.set_value("Collection Letter Translation", text, "body", "<p>Another text.</p>" * 99)
		frappe.clear_document_cache("Collection Letter", action.letter)
		self.assertEndsSent(action)
		self.assertEqual((action.our_reference, action.document), before)
		self.assertEqual(self.server.messages[0]["pages"], size)
		self.assertEqual(frappe.db.count("File", {"attached_to_name": action.name}), 1)

	def choose(self, **values):
		settings = frappe.get_single("Collections Settings")
		settings.companies[0].update(values)
		settings.save()
		frappe.db.commit()


class TestCrashes(OutgoingTestCase):
	def after_crash(self, owner, name: str, after: bool, channel: str = "SMS", **credentials):
		self.acme(**credentials)
		action = self.due(channel)
		with self.dying(owner, name, after):
			self.dispatch()
		self.assertEqual(action.reload().status, "Sending")
		self.assertEqual(self.follow()["found"], 0)
		lost(action)
		return action

	def settled(self, action) -> str:
		self.follow()
		self.release()
		self.dispatch()
		return action.reload().status

	def test_before_it_was_written_down(self):
		"""Nothing has left the house: queued again, and sent once."""
		for plan in ("keyed", "plain"):
			with self.subTest(plan):
				self.setUp()
				action = self.after_crash(connected, "begin_transmission", False, plan=plan)
				self.assertEqual((self.settled(action), len(self.server.messages)), ("Sent", 1))

	def test_before_the_call(self):
		"""The attempt was written down and the provider never called: a provider that can be asked says so."""
		action = self.after_crash(connected, "begin_transmission", True)
		self.assertTrue(action.transmission_started_at)
		self.assertEqual((self.settled(action), len(self.server.messages)), ("Sent", 1))

	def test_before_the_call_without_a_key(self):
		"""A provider that cannot be asked leaves it to a person; whoever finds out sends it, once."""
		action = self.after_crash(connected, "begin_transmission", True, plan="plain")
		self.assertEqual((self.settled(action), len(self.server.messages)), ("Uncertain", 0))
		api.resolve_uncertain([action.name], "not sent")
		api.retry([action.name])
		self.assertEqual((self.settled(action), len(self.server.messages)), ("Sent", 1))

	def test_after_the_call(self):
		"""The provider took it and the worker died before it wrote that down: it is found, and not sent again."""
		action = self.after_crash(connected, "keep_answer", False)
		self.assertEqual(len(self.server.messages), 1)
		self.assertEqual(self.follow()["found"], 1)
		action.reload()
		self.assertEqual((action.status, action.provider_reference), ("Sent", "M1"))
		self.assertFalse(action.effects_error or action.lock_token)
		self.dispatch()
		self.assertEqual(len(self.server.messages), 1)

	def test_after_the_call_without_a_key(self):
		"""Uncertain; when a person says it was sent, it was."""
		action = self.after_crash(connected, "keep_answer", False, plan="plain")
		self.assertEqual((self.settled(action), len(self.server.messages)), ("Uncertain", 1))
		api.resolve_uncertain([action.name], "sent")
		self.assertEqual((action.reload().status, len(self.server.messages)), ("Sent", 1))

	def test_after_the_answer(self):
		"""What the provider answered stands, although the log and what follows were never written."""
		self.acme()
		action = self.due()
		with self.dying(outgoing, "write_log", False):
			self.dispatch()
		self.assertEqual((action.reload().status, action.provider_reference), ("Sent", "M1"))
		self.assertEqual(action.effects_error, "Not done yet")
		self.follow()
		self.assertIsNone(action.reload().effects_error)

	def test_slow_worker(self):
		"""A worker thought lost whose answer comes after all: the message is sent, whatever was made of it meanwhile."""
		self.acme(plan="plain")
		action = self.due()
		real = connected.keep_answer

		def slow(name, *answer):
			lost(action)
			follow.follow_sent_messages()
			self.assertEqual(frappe.db.get_value("Collection Action", name, "status"), "Uncertain")
			return real(name, *answer)

		with patch.object(connected, "keep_answer", slow):
			self.dispatch()
		self.assertEqual((action.reload().status, action.provider_reference), ("Sent", "M1"))

	def test_claim_taken_away(self):
		"""A worker whose claim was taken away before the call sends nothing."""
		self.acme()
		action = self.due()
		real = connected.begin_transmission

		def robbed(name, token, values):
			frappe.db.set_value("Collection Action", name, "lock_token", "another's")
			frappe.db.commit()
			return real(name, token, values)

		with patch.object(connected, "begin_transmission", robbed):
			self.assertEqual(send(action.name), "taken")
		self.assertEqual(self.server.messages, [])

	def test_provider_cannot_be_asked_now(self):
		"""While the provider is out of order the action stays as it is and is asked about later."""
		action = self.after_crash(connected, "keep_answer", False)
		self.server.fault("500", 99)
		self.follow()
		action.reload()
		self.assertEqual(action.status, "Sending")
		self.assertTrue(action.next_attempt_at)
		self.server.forget()
		self.later(action, 5 * 60)
		self.assertEqual(self.follow()["found"], 1)


class TestAsked(OutgoingTestCase):
	def test_by_hand(self):
		"""A person may ask at once; what cannot be asked says why."""
		self.acme()
		action = self.due()
		with self.assertRaisesRegex(ActionStateError, "nothing to ask"):
			api.ask_provider(action.name)
		with self.dying(connected, "keep_answer", False):
			self.dispatch()
		with self.assertRaisesRegex(ActionStateError, "right now"):
			api.ask_provider(action.name)
		frappe.db.set_value("Collection Action", action.name, {"lock_token": None, "status": "Uncertain"})
		self.assertEqual(api.ask_provider(action.name)["status"], "Sent")
		self.server.state("delivered")
		self.assertEqual(
			api.ask_provider(action.name), {"status": "Delivered", "said": "Delivered: delivered"}
		)

	def test_told_by_itself(self):
		"""A service whose stream of statuses is on is not asked message by message."""
		config = self.acme()
		self.assertIn(config.name, follow_connected._silent_connectors())
		twilio = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"Twilio {frappe.generate_hash(length=6)}",
				"connector": "twilio",
				"company": config.company,
			}
		).insert()
		self.assertNotIn(twilio.name, follow_connected._silent_connectors())
		twilio.streams[0].db_set("enabled", 0)
		self.assertIn(twilio.name, follow_connected._silent_connectors())

	def test_rests(self):
		"""The time a provider named is known before anything is prepared for it."""
		config = self.acme()
		self.assertIsNone(senders.rests_until(config.name))
		self.due()
		self.server.fault("429", 9, path="/messages", method="POST", retry_after=600)
		self.dispatch()
		self.assertGreater(senders.rests_until(config.name), frappe.utils.add_to_date(None, minutes=8))
