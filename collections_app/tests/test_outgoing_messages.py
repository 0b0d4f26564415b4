"""Messages through a connector: each channel, what is kept of it, who sends it, and what becomes of it."""

import frappe

from collections_app.services.outbox import decide, follow_connected, senders
from collections_app.services.outbox.dispatch import NOTHING_SENT, send
from collections_app.tests.outgoing import OutgoingTestCase
from collections_app.tests.utils import COMPANY, configure


class TestChannels(OutgoingTestCase):
	def test_text_message(self):
		"""The letter's text goes to the number in international form; what the provider said is kept with the log."""
		config = self.acme()
		action = self.due()
		self.assertEqual(self.dispatch().results[-1], {**NOTHING_SENT, "sms": 1})
		self.dispatch()
		(message,) = self.server.messages
		action.reload()
		self.assertEqual((message["kind"], message["to"]), ("send_sms", "+491711234567"))
		self.assertEqual(message["text"], f"{action.customer_name}: €1,234.50 überfällig")
		self.assertEqual(message["reference"], f"{action.name}-1")
		self.assertEqual((action.status, action.provider_reference), ("Sent", "M1"))
		self.assertEqual((action.connector, action.our_reference), (config.name, message["reference"]))
		self.assertEqual((action.cost, action.cost_currency), (0.08, "EUR"))
		self.assertEqual((action.sms_text, action.phone), (message["text"], message["to"]))
		self.assertTrue(action.sent_at and action.transmission_started_at)
		self.assertFalse(action.error or action.effects_error or action.lock_token)
		logs = frappe.get_all(
			"Connector Log", {"reference_name": action.name}, ["connector", "kind", "status"]
		)
		self.assertEqual([tuple(one.values()) for one in logs], [(config.name, "Push", "Success")])

	def test_whatsapp(self):
		"""The same text, by WhatsApp."""
		self.acme()
		action = self.due("WhatsApp")
		self.assertEqual(self.dispatch().results[-1], {**NOTHING_SENT, "whatsapp": 1})
		(message,) = self.server.messages
		self.assertEqual(message["kind"], "send_whatsapp")
		self.assertIn("€1,234.50", message["text"])
		self.assertEqual(action.reload().status, "Sent")

	def test_letter(self):
		"""The printed letter is posted; nobody gets the task to do it, and the file is kept on the action."""
		self.acme()
		action = self.due("Letter")
		self.assertEqual(self.dispatch().results[-1], {**NOTHING_SENT, "letters": 1})
		(message,) = self.server.messages
		action.reload()
		self.assertEqual((message["kind"], action.status, action.task), ("send_letter", "Sent", None))
		kept = frappe.get_doc("File", {"file_url": action.document, "attached_to_name": action.name})
		self.assertEqual(len(kept.get_content()), message["pages"])
		self.assertIn("10115 Berlin", action.recipients)

	def test_registered_email(self):
		"""The letter's text and its PDF go to the e-mail address."""
		self.acme()
		action = self.due("Registered E-Mail")
		self.assertEqual(self.dispatch().results[-1], {**NOTHING_SENT, "registered_emails": 1})
		(message,) = self.server.messages
		self.assertEqual((message["kind"], message["to"]), ("send_registered_email", "pay@example.com"))
		self.assertIn("Dear customer", message["text"])
		self.assertGreater(message["pages"], 500)
		self.assertTrue(action.reload().document)

	def test_counted_as_contact(self):
		"""A WhatsApp message counts for the contact limit and keeps to the quiet hours."""
		self.acme()
		configure(contacts_per_day=1)
		first = self.due("WhatsApp")
		self.dispatch()
		self.invoice(first.customer, 10, due_in=-5)
		self.plan()
		self.judge()
		self.assertIn("the limit is 1", self.action(status="Held").hold_reasons)
		configure(sending_from="00:00:00", sending_until="00:00:01")
		self.assertIn("Outside sending hours", self.due("WhatsApp").hold_reasons)


class TestWhoSends(OutgoingTestCase):
	def test_nothing_connected(self):
		"""Held with what to do, and released by itself when a service is there."""
		for channel, says in (
			("WhatsApp", "Connect a service that sends WhatsApp messages"),
			("Registered E-Mail", "Connect a service that sends registered e-mail"),
		):
			with self.subTest(channel):
				self.setUp()
				action = self.due(channel)
				self.assertEqual((action.status, action.hold_reasons), ("Held", says))
				self.acme()
				self.release()
				self.dispatch()
				self.assertEqual((action.reload().status, len(self.server.messages)), ("Sent", 1))

	def test_gone_after_the_release(self):
		"""What was released when the service was there stays queued, and the run says why; sent by hand it fails."""
		config = self.acme()
		action = self.due("WhatsApp")
		config.db_set("enabled", 0)
		frappe.db.commit()
		self.assertTold(self.dispatch(), "Connect a service", "Error")
		self.assertEqual(action.reload().status, "Queued")
		self.assertEqual(send(action.name), "failed")
		self.assertEqual(action.reload().error, "Connect a service that sends WhatsApp messages")

	def test_without_its_sender(self):
		"""A connection that lacks what one channel needs is not taken for it, but for the others."""
		config = self.acme()
		config.db_set("settings", "{}")
		self.assertIsNone(senders.connector_of(COMPANY, "WhatsApp"))
		self.assertEqual(senders.connector_of(COMPANY, "SMS"), config.name)

	def test_chosen(self):
		"""The oldest by default; the one chosen for the company comes first, as long as it is switched on."""
		oldest, chosen = self.acme(), self.acme()
		self.assertEqual(senders.connector_of(COMPANY, "SMS"), oldest.name)
		self.choose(sms_connector=chosen.name)
		self.assertEqual(senders.connector_of(COMPANY, "SMS"), chosen.name)
		self.assertEqual(senders.connector_of(COMPANY, "WhatsApp"), oldest.name)
		chosen.db_set("enabled", 0)
		self.assertEqual(senders.connector_of(COMPANY, "SMS"), oldest.name)

	def test_wrong_choice(self):
		"""A service that does not send this, or is another company's, cannot be chosen."""
		config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"Files {frappe.generate_hash(length=6)}",
				"connector": "file_drop",
				"company": COMPANY,
			}
		).insert()
		with self.assertRaisesRegex(frappe.ValidationError, "does not do that"):
			self.choose(sms_connector=config.name)

	def test_letters_printed_here(self):
		"""A company that prints its letters itself does so, though a service is connected."""
		self.acme()
		self.choose(print_letters=1)
		action = self.due("Letter")
		self.dispatch()
		self.assertEqual(self.server.messages, [])
		self.assertTrue(action.reload().task)

	def choose(self, **values):
		settings = frappe.get_single("Collections Settings")
		settings.companies[0].update(values)
		settings.save()
		frappe.db.commit()


class TestFollowed(OutgoingTestCase):
	def sent(self, channel: str = "SMS"):
		self.acme()
		action = self.due(channel)
		self.dispatch()
		return action.reload()

	def ask(self, action, state: str):
		self.server.state(state)
		follow_connected.poll(action.name)
		return action.reload()

	def test_polled_to_the_proof(self):
		"""Where nothing tells it, the status is asked for until the proof is there, which is kept as a private file."""
		action = self.sent("Registered E-Mail")
		self.later(action, 60)
		action.db_set("sent_at", frappe.utils.add_to_date(action.sent_at, minutes=-60))
		frappe.db.commit()
		self.server.state("delivered")
		self.assertEqual(self.follow()["polled"], 1)
		action.reload()
		self.assertEqual(action.status, "Delivered")
		self.assertTrue(action.delivered_at and action.status_checked_at)
		self.server.state("proved")
		self.assertEqual(self.follow()["polled"], 0)
		self.later(action, 60)
		self.assertEqual(self.follow()["polled"], 1)
		self.assertEqual(action.reload().status, "Proved")
		file = frappe.get_doc("File", {"file_url": action.proof})
		self.assertEqual((file.attached_to_name, file.is_private), (action.name, 1))
		self.later(action, 24 * 60)
		self.assertEqual(self.follow()["polled"], 0)

	def test_returned(self):
		"""A letter that came back fails the action, in the provider's words; the case shows it and the address is flagged."""
		action = self.ask(self.sent("Letter"), "returned")
		self.assertEqual((action.status, action.error), ("Failed", "returned"))
		case = frappe.get_doc("Collection Case", action.case)
		self.assertEqual(case.bounced_reason, "returned")
		self.assertIn("Berlin", case.bounced_address)
		comments = frappe.get_all("Comment", {"reference_name": case.name}, pluck="content")
		self.assertTrue(any("came back: returned" in one for one in comments), comments)

	def test_unreachable_number(self):
		"""The next message to a number nothing reaches fails at once; a corrected number, or a retry, clears that."""
		action = self.ask(self.sent(), "returned")
		self.invoice(action.customer, 10, due_in=-5)
		self.plan()
		self.judge()
		frappe.db.commit()
		second = self.action(name=["!=", action.name])
		if second.status != "Queued":
			second.db_set("status", "Queued")
			frappe.db.commit()
		self.dispatch()
		self.assertIn("came back (returned)", second.reload().error)
		self.assertEqual(len(self.server.messages), 1)
		frappe.db.set_value("Customer", action.customer, "mobile_no", "0171 7654321")
		second.db_set({"status": "Queued", "error": None})
		frappe.db.commit()
		self.dispatch()
		self.assertEqual((second.reload().status, self.server.messages[-1]["to"]), ("Sent", "+491717654321"))
		self.assertIsNone(frappe.db.get_value("Collection Case", action.case, "bounced_address"))

	def test_retry_is_a_new_message(self):
		"""What came back and is tried again has a reference of its own: the provider does not take it for the old one."""
		action = self.ask(self.sent("Letter"), "returned")
		first = action.document
		decide.retry([action.name])
		self.dispatch()
		action.reload()
		self.assertEqual([one["reference"][-2:] for one in self.server.messages], ["-1", "-2"])
		self.assertEqual((action.status, action.provider_reference), ("Sent", "M2"))
		self.assertTrue(frappe.db.exists("File", {"file_url": first, "attached_to_name": action.name}))

	def test_somebody_has_to_act_there(self):
		"""What the provider holds until somebody acts there is told, and stays out."""
		action = self.ask(self.sent("Letter"), "stuck")
		self.assertEqual((action.status, action.error), ("Sent", "stuck"))
