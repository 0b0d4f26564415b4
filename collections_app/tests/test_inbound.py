"""What comes back to the mailbox: bounces, answers, out-of-office notes. Real mails through Frappe's own inbox."""

from email.message import EmailMessage
from unittest.mock import patch

import frappe
from frappe.email.receive import InboundMail

from collections_app.services.outbox import decide, follow
from collections_app.tests.test_dispatch import DispatchTestCase
from collections_app.tests.utils import load_fixture

INBOX = "Collections Test Inbox"
OUR_ADDRESS = "collections@example.com"


class InboundTestCase(DispatchTestCase):
	def sent(self):
		"""An action whose mail the mail server took."""
		self.queued()
		self.dispatch()
		frappe.db.set_value("Email Queue", self.action().email_queue, "status", "Sent")
		follow.follow_sent_messages()
		action = self.action()
		self.assertEqual(action.status, "Sent")
		return action

	def receive(self, raw: bytes | EmailMessage):
		"""The mail goes the way of every mail that an Email Account fetches. Returns its Communication."""
		account = inbox()
		raw = raw if isinstance(raw, bytes) else raw.as_bytes()

		def fetched(account):
			return [InboundMail(raw, account, uid="1", seen_status=0)]

		with patch(
			"frappe.email.doctype.email_account.email_account.EmailAccount.get_inbound_mails", fetched
		):
			(mail,) = account.get_inbound_mails()
			return mail.process()

	def answer(self, action, text: str = "We pay on Friday.", **headers) -> EmailMessage:
		mail = EmailMessage()
		mail["From"] = "Billing <pay@example.com>"
		mail["To"] = OUR_ADDRESS
		mail["Subject"] = f"Re: {action.subject}"
		mail["Message-ID"] = f"<{frappe.generate_hash(length=12)}@customer.example>"
		mail["In-Reply-To"] = f"<{action.message_id}>"
		for header, value in headers.items():
			del mail[header.replace("_", "-")]
			if value:
				mail[header.replace("_", "-")] = value
		mail.set_content(text)
		return mail

	def report(self, action, fixture: str) -> bytes:
		"""A delivery status notification about this action's mail."""
		return load_fixture(f"mail/{fixture}.eml").replace("MESSAGE-ID", action.message_id).encode()

	def tasks(self, action) -> list:
		return frappe.get_all(
			"ToDo",
			{"reference_type": "Collection Action", "reference_name": action.name},
			["allocated_to", "description", "status", "name"],
		)

	def tearDown(self):
		frappe.db.rollback()
		for name in frappe.get_all("Communication", {"email_account": INBOX}, pluck="name"):
			frappe.delete_doc("Communication", name, force=True, ignore_permissions=True)
		frappe.db.delete("ToDo", {"reference_type": "Collection Action"})
		frappe.db.commit()
		super().tearDown()


def inbox():
	"""An Email Account that receives; no server is asked."""
	if not frappe.db.exists("Email Account", INBOX):
		account = frappe.get_doc(
			{
				"doctype": "Email Account",
				"name": INBOX,
				"email_account_name": INBOX,
				"email_id": "inbox@example.com",
				"enable_incoming": 1,
				"use_imap": 0,
				"email_server": "127.0.0.1",
			}
		)
		account.db_insert()
	return frappe.get_doc("Email Account", INBOX)


class TestBounce(InboundTestCase):
	def test_bounce(self):
		"""A bounce makes the action Failed in the server's words, and flags the address on the case."""
		action = self.sent()
		self.receive(self.report(action, "bounce_postfix"))
		action.reload()
		self.assertEqual(action.status, "Failed")
		self.assertIn("550 5.1.1", action.error)
		self.assertIn("mailbox unavailable", action.error)
		case = frappe.get_doc("Collection Case", action.case)
		self.assertEqual(case.bounced_address, "pay@example.com")
		self.assertIn("mailbox unavailable", case.bounced_reason)

	def test_headers_only(self):
		"""A report that gives back the headers alone, as text, is matched, too."""
		action = self.sent()
		self.receive(self.report(action, "bounce_exchange"))
		self.assertEqual(action.reload().status, "Failed")
		self.assertIn("550 5.1.10", action.error)

	def test_delay_changes_nothing(self):
		"""A report that the server still tries changes nothing, nor does it count as an answer."""
		action = self.sent()
		self.receive(self.report(action, "delayed"))
		action.reload()
		self.assertEqual((action.status, action.replied_at), ("Sent", None))

	def test_delivered(self):
		"""A report of success makes the action Delivered."""
		action = self.sent()
		self.receive(self.report(action, "delivered"))
		action.reload()
		self.assertEqual(action.status, "Delivered")
		self.assertTrue(action.delivered_at)

	def test_bounce_of_an_uncertain_one(self):
		"""A bounce proves that the message had gone out."""
		action = self.sent()
		action.db_set("status", "Uncertain")
		self.receive(self.report(action, "bounce_postfix"))
		self.assertEqual(action.reload().status, "Failed")

	def test_someone_elses_bounce(self):
		"""A report about any other mail touches nothing."""
		action = self.sent()
		self.receive(load_fixture("mail/bounce_postfix.eml").encode())
		self.assertEqual(action.reload().status, "Sent")

	def test_same_address_again(self):
		"""While the address stands, no other message goes to it; tried again by a person, or mended, it does."""
		action = self.sent()
		self.receive(self.report(action, "bounce_postfix"))
		frappe.db.commit()
		decide.cancel([action.name], "Called them")
		again = frappe.copy_doc(action)
		again.update({"action_key": "again", "status": "Queued"})
		again.insert()
		frappe.db.commit()
		self.dispatch()
		self.assertEqual(again.reload().status, "Failed")
		self.assertIn("came back", again.error)
		decide.retry([again.name])
		self.dispatch()
		self.assertEqual(again.reload().status, "Sending")
		self.assertFalse(frappe.db.get_value("Collection Case", action.case, "bounced_address"))

	def test_one_of_several_recipients(self):
		"""The others have the message and must not get it again: it stays Sent and says who did not get it."""
		action = self.sent()
		action.db_set("recipients", "pay@example.com, boss@example.com")
		self.receive(self.report(action, "bounce_postfix"))
		action.reload()
		self.assertEqual(action.status, "Sent")
		self.assertIn("pay@example.com", action.error)


class TestAnswer(InboundTestCase):
	def test_answer(self):
		"""An answer stands on the case, is noted with the time, and is a task for the collector."""
		action = self.sent()
		communication = self.receive(self.answer(action))
		action.reload()
		self.assertTrue(action.replied_at)
		self.assertEqual(action.status, "Delivered")
		self.assertEqual(
			(communication.reference_doctype, communication.reference_name), ("Collection Case", action.case)
		)
		(task,) = self.tasks(action)
		self.assertEqual(task.allocated_to, "Administrator")
		self.assertIn("We pay on Friday.", task.description)
		self.assertIn(action.customer_name, task.description)

	def test_second_answer(self):
		"""A second answer refreshes the task that waits; after it was done there is a new one."""
		action = self.sent()
		self.receive(self.answer(action))
		self.receive(self.answer(action, text="No, on Monday."))
		(task,) = self.tasks(action)
		self.assertIn("on Monday", task.description)
		frappe.db.set_value("ToDo", task.name, "status", "Closed")
		self.receive(self.answer(action, text="Or on Tuesday."))
		self.assertEqual(len(self.tasks(action)), 2)

	def test_answer_by_thread(self):
		"""An answer whose program names only the thread is found by it and put on the case."""
		action = self.sent()
		mail = self.answer(action, In_Reply_To=None, References=f"<a@b.example> <{action.message_id}>")
		communication = self.receive(mail)
		self.assertTrue(action.reload().replied_at)
		communication.reload()
		self.assertEqual(communication.reference_name, action.case)

	def test_out_of_office(self):
		"""An automatic note is no answer: nobody has read the message. It shows that it arrived."""
		for headers in (
			{"Auto_Submitted": "auto-replied"},
			{"Auto_Submitted": "auto-generated; owner-email=x@example.com"},
			{"Precedence": "auto_reply"},
			{"X_Autoreply": "yes"},
		):
			with self.subTest(headers):
				self.setUp()
				action = self.sent()
				self.receive(self.answer(action, text="I am on holiday.", **headers))
				action.reload()
				self.assertEqual((action.replied_at, action.status), (None, "Delivered"))
				self.assertFalse(self.tasks(action))

	def test_said_to_be_by_a_person(self):
		"""Auto-Submitted: no is what a person's mail may say."""
		action = self.sent()
		self.receive(self.answer(action, Auto_Submitted="no"))
		self.assertTrue(action.reload().replied_at)

	def test_mail_about_something_else(self):
		"""A mail that answers nothing of ours is left alone."""
		action = self.sent()
		communication = self.receive(self.answer(action, In_Reply_To="<other@example.com>"))
		self.assertIsNone(action.reload().replied_at)
		self.assertFalse(communication.reference_name)

	def test_markup_in_the_answer(self):
		"""What a stranger writes is shown as text."""
		action = self.sent()
		self.receive(self.answer(action, text="<script>alert(1)</script> Hello"))
		(task,) = self.tasks(action)
		self.assertNotIn("<script>", task.description)

	def test_same_mail_fetched_twice(self):
		"""A mail the account fetches again is the same answer."""
		action = self.sent()
		mail = self.answer(action)
		self.receive(mail)
		self.receive(mail)
		self.assertEqual(len(self.tasks(action)), 1)
