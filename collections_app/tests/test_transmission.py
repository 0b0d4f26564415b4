"""From Frappe's Email Queue to the mail server: what may be sent twice there is sent once."""

import smtplib
from contextlib import contextmanager
from unittest.mock import patch

import frappe
from frappe.email import queue
from frappe.utils import add_to_date, now_datetime

from collections_app.services.outbox import follow, transmit
from collections_app.tests.test_dispatch import DispatchTestCase, WorkerDied
from collections_app.tests.world import empty_world

ACCOUNT = "frappe.email.doctype.email_account.email_account.EmailAccount.get_smtp_server"


class Session(smtplib.SMTP):
	"""An SMTP session whose other end is a list: `fault` is raised, or answered, at the given command."""

	def __init__(self, taken: list, fault: dict):
		super().__init__()
		self.taken, self.fault, self.closed = taken, fault, False

	def answer(self, command: str):
		fault = self.fault.pop(command, None)
		if isinstance(fault, BaseException):
			raise fault
		return fault or (250, b"OK")

	def ehlo_or_helo_if_needed(self):
		self.answer("connect")

	def mail(self, sender, options=()):
		return self.answer("mail")

	def rcpt(self, recip, options=()):
		return self.answer("rcpt")

	def data(self, msg):
		if "data" in self.fault:
			self.answer("data")
		self.taken.append(msg)
		return self.answer("answer")

	def rset(self):
		return 250, b"OK"

	def close(self):
		self.closed = True


class Server:
	def __init__(self, taken: list, fault: dict):
		self.session = Session(taken, fault)


class TransmissionTestCase(DispatchTestCase):
	def setUp(self):
		super().setUp()
		self.taken: list[bytes] = []
		self.fault: dict = {}

	def on_its_way(self, *steps, **customer):
		"""An action whose mail stands in the Email Queue."""
		self.queued(*steps, **customer)
		self.dispatch()
		return self.action()

	@contextmanager
	def mail_server(self):
		def server(_account):
			return Server(self.taken, self.fault)

		frappe.flags.testing_email = True
		try:
			with patch(ACCOUNT, server):
				yield
		finally:
			frappe.flags.testing_email = False

	def flush(self, **fault) -> None:
		"""Frappe sends what is due; `fault` at "mail", "rcpt", "data", or "answer", after the server took the text."""
		self.fault.update(fault)
		with self.mail_server():
			queue.flush()

	def entry(self):
		return frappe.get_doc("Email Queue", self.action().email_queue)

	def time_passes(self) -> None:
		"""The worker is thought lost, by the outbox and by Frappe, which puts stuck mails back into its queue."""
		long_ago = add_to_date(now_datetime(), minutes=-16)
		frappe.db.set_value("Collection Action", self.action().name, "sending_started_at", long_ago)
		frappe.db.set_value(
			"Email Queue", self.action().email_queue, "modified", long_ago, update_modified=False
		)
		frappe.db.commit()

	def all_retries(self) -> None:
		"""Everything that may send a stuck mail again, several times over."""
		for _round in range(3):
			self.time_passes()
			follow.follow_sent_messages()
			queue.retry_sending_emails()
			self.flush()
			follow.follow_sent_messages()


class TestTransmission(TransmissionTestCase):
	def test_sent(self):
		"""The mail goes out once, with our reference and the Message-ID that the action keeps."""
		action = self.on_its_way()
		self.flush()
		self.flush()
		(mail,) = self.taken
		self.assertIn(f"X-Collection-Action: {action.name}".encode(), mail)
		self.assertIn(f"<{action.message_id}>".encode(), mail)
		self.assertNotIn(b"isnotification", mail)
		follow.follow_sent_messages()
		action = self.action()
		self.assertEqual((action.status, action.lock_token), ("Sent", None))
		self.assertTrue(action.transmission_started_at)

	def test_no_tracking_unless_asked_for(self):
		"""The picture that tells when a mail is read is in it only if the settings say so."""
		for track, there in ((0, False), (1, True)):
			frappe.db.set_single_value("Collections Settings", "track_opens", track)
			frappe.clear_document_cache("Collections Settings", "Collections Settings")
			with self.subTest(track=track):
				empty_world()
				self.on_its_way()
				self.assertEqual("email_open_check" in self.entry().message, there)

	def test_refused_before_the_text(self):
		"""Refused, or the connection lost, before the text was sent: nothing went out, and it is sent later, once."""
		self.on_its_way()
		for fault in (
			{"connect": smtplib.SMTPServerDisconnected("gone")},
			{"mail": (450, b"later")},
			{"rcpt": (450, b"later")},
		):
			with self.subTest(fault=fault):
				frappe.db.set_value("Email Queue", self.action().email_queue, "retry", 0)
				self.flush(**fault)
				follow.follow_sent_messages()
				self.assertEqual((len(self.taken), self.action().status), (0, "Sending"))
				self.assertFalse(self.action().transmitting_to)
		self.flush()
		self.assertEqual(len(self.taken), 1)

	def test_text_refused(self):
		"""The server answered that it does not take the text: tried again as often as Frappe does, then Failed."""
		self.on_its_way()
		for _attempt in range(8):
			self.flush(data=smtplib.SMTPDataError(554, b"No spam, please"))
		follow.follow_sent_messages()
		action = self.action()
		self.assertEqual((action.status, len(self.taken)), ("Failed", 0))
		self.assertIn("No spam, please", action.error)

	def test_connection_lost_before_the_answer(self):
		"""Handed over, and no answer: it may have been taken, so it is Uncertain and never sent again."""
		self.on_its_way()
		self.flush(answer=TimeoutError("timed out"))
		action = self.action()
		self.assertEqual((action.status, len(self.taken)), ("Uncertain", 1))
		self.assertTrue(action.error)
		self.assertEqual(self.entry().status, "Error")
		self.all_retries()
		self.assertEqual((self.action().status, len(self.taken)), ("Uncertain", 1))

	def test_worker_dies_before_the_answer(self):
		"""Killed after the text was handed over: Uncertain, whatever of Frappe's tries to send it again."""
		self.on_its_way()
		with self.killed():
			self.flush(answer=WorkerDied())
		self.assertEqual((self.action().status, self.entry().status), ("Sending", "Sending"))
		self.flush()
		self.assertEqual((self.action().status, len(self.taken)), ("Sending", 1))
		self.all_retries()
		self.assertEqual((self.action().status, len(self.taken)), ("Uncertain", 1))

	def test_worker_dies_before_the_text(self):
		"""Killed before the text was handed over: nobody waits for ever, and it is sent once."""
		for fault in ("connect", "mail", "rcpt"):
			with self.subTest(fault), self.killed():
				empty_world()
				self.on_its_way()
				self.flush(**{fault: WorkerDied()})
			self.assertEqual((self.action().status, len(self.taken)), ("Sending", 0))
			self.all_retries()
			self.assertEqual((self.action().status, len(self.taken)), ("Sent", 1))
			self.taken.clear()

	def test_two_workers_at_once(self):
		"""A second worker that read the same entry neither sends it beside the first nor after it."""
		self.on_its_way()
		second = self.entry()
		with self.mail_server():
			with patch.object(Session, "mail", lambda session, *_: (second.send(), (250, b"OK"))[1]):
				self.entry().send()
			self.assertEqual(len(self.taken), 1)
			second.send()
			second.send(force_send=True)
		self.assertEqual(len(self.taken), 1)

	def test_slow_worker_whose_claim_was_taken(self):
		"""A worker thought lost that comes to the text only now does not send: another has done it."""
		self.on_its_way()
		slow, fast = self.entry(), self.entry()

		def meanwhile(session, *_args, **_options):
			session.__class__.mail = mail
			self.time_passes()
			follow.follow_sent_messages()
			fast.send()
			return 250, b"OK"

		mail = Session.mail
		with self.mail_server(), patch.object(Session, "mail", meanwhile):
			slow.send()
		Session.mail = mail
		self.assertEqual(len(self.taken), 1)
		self.flush()
		self.assertEqual(len(self.taken), 1)

	def test_slow_server_answers_after_all(self):
		"""Thought lost after the text, but alive: when the server's answer comes, the action is Sent by itself."""
		self.on_its_way()

		def meanwhile(session, command):
			if command == "answer":
				self.time_passes()
				follow.follow_sent_messages()
				self.assertEqual(self.action().status, "Uncertain")
			return 250, b"OK"

		with patch.object(Session, "answer", meanwhile):
			self.flush()
		follow.follow_sent_messages()
		self.assertEqual((self.action().status, len(self.taken)), ("Sent", 1))

	def test_old_entry_of_an_action_tried_again(self):
		"""An entry given up for a new message is not sent any more, even if somebody puts it back into the queue."""
		self.on_its_way()
		old = self.entry()
		self.action().db_set("email_queue", "another")
		self.flush()
		self.assertEqual((len(self.taken), old.reload().status), (0, "Error"))
		self.assertIn(self.action().name, old.error)

	def test_other_mails_go_frappes_own_way(self):
		"""A mail a person writes on the case is none of the outbox's."""
		case = self.on_its_way().case
		entry = frappe.sendmail(
			recipients=["x@example.com"],
			subject="Hello",
			message="Hello",
			reference_doctype="Collection Case",
			reference_name=case,
		)
		self.assertIsNone(transmit.action_of(entry))
		with self.mail_server(), patch.object(transmit, "claim", side_effect=AssertionError):
			entry.send()
		self.assertEqual(len(self.taken), 1)

	@contextmanager
	def killed(self):
		"""What runs in here dies as by SIGKILL: nothing of it is tidied up."""
		target = "frappe.email.doctype.email_queue.email_queue.SendMailContext.__exit__"
		with patch(target, lambda *_: None), self.assertRaises(WorkerDied):
			yield
		frappe.db.rollback()
