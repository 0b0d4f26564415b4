"""Dispatch: each queued action leaves exactly once, and what became of it is followed."""

import io
import json
from unittest.mock import patch

from pypdf import PdfReader

import frappe
from frappe.utils import add_to_date, now_datetime

from collections_app.services import letters
from collections_app.services.outbox import decide, follow
from collections_app.services.outbox.channels import email
from collections_app.services.outbox.dispatch import NOTHING_SENT, claim, dispatch, send
from collections_app.services.outbox.work import work_all_outboxes, work_outbox
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import CycleTestCase, email_queue, make_letter, make_plan

OUTGOING = "frappe.email.doctype.email_account.email_account.EmailAccount.find_outgoing"


class WorkerDied(BaseException):
	"""What no code catches, as when the process is killed."""


class DispatchTestCase(CycleTestCase):
	def queued(self, *steps, **customer):
		"""A released action for two overdue invoices."""
		make_plan(*steps)
		name = self.customer(**customer)
		self.invoices = [self.invoice(name, 1234.5), self.invoice(name, 100)]
		self.plan()
		self.judge()
		frappe.db.commit()
		return self.action(status="Queued")

	def communications(self) -> list:
		return frappe.get_all(
			"Communication",
			{
				"reference_doctype": "Collection Case",
				"reference_name": self.action().case,
				"communication_medium": "Email",
			},
			["*"],
		)

	def die(self, *_args, **_kwargs):
		raise WorkerDied

	def lose_worker(self, name: str) -> None:
		"""The worker's open transaction is gone and time passes."""
		frappe.db.rollback()
		self.assertEqual(self.action().status, "Sending")
		frappe.db.set_value(
			"Collection Action", name, "sending_started_at", add_to_date(now_datetime(), minutes=-16)
		)


class TestEmail(DispatchTestCase):
	def test_one_communication_and_one_email(self):
		"""Dispatch makes exactly one Communication and one Email Queue entry, linked to the action; again makes none."""
		self.queued()
		self.assertEqual(self.dispatch().results[-1], {**NOTHING_SENT, "emails": 1})
		action, (queued,), (communication,) = self.action(), email_queue(), self.communications()
		self.assertEqual((action.status, action.attempts), ("Sending", 1))
		self.assertEqual((action.email_queue, action.communication), (queued.name, communication.name))
		self.assertEqual(queued.communication, communication.name)
		self.assertEqual(
			frappe.get_all("Email Queue Recipient", {"parent": queued.name}, pluck="recipient"),
			["pay@example.com"],
		)
		links = frappe.get_all("Communication Link", {"parent": communication.name}, pluck="link_name")
		self.assertIn(action.name, links)
		self.assertEqual(self.dispatch().results[-1]["emails"], 0)
		self.assertEqual((len(email_queue()), len(self.communications())), (1, 1))

	def test_letter_in_the_customers_language_with_the_table(self):
		"""The German customer gets the German text, with every open item and the amounts written as Germans do."""
		self.queued(language="de")
		self.dispatch()
		action = self.action()
		self.assertEqual(action.subject, "1.334,50 € überfällig")
		self.assertIn("Bitte zahlen Sie.", action.message)
		for invoice in self.invoices:
			self.assertIn(invoice.name, action.message)
		self.assertIn("1.234,50\u00a0€", action.message)
		self.assertEqual(action.language, "de")
		self.assertIn("Bitte zahlen Sie.", self.communications()[0].content)

	def test_invoices_attached_only_if_the_plan_says_so(self):
		"""Each invoice is attached once as PDF when the step says so, and none otherwise."""
		self.queued((1, "Email", {"attach_invoices": 1}))
		self.dispatch()
		attached = json.loads(email_queue()[0].attachments)
		self.assertEqual(
			[(one["doctype"], one["name"]) for one in attached],
			[("Sales Invoice", invoice.name) for invoice in self.invoices],
		)

	def test_the_statement_attached_if_the_plan_says_so(self):
		"""The statement of account goes along as a private file of the action, in the letter's language."""
		self.queued((1, "Email", {"attach_statement": 1}))
		self.dispatch()
		(attached,) = json.loads(email_queue()[0].attachments)
		file = frappe.get_doc("File", attached["fid"])
		self.assertEqual(
			(file.attached_to_name, file.is_private, file.file_name[-4:]), (self.action().name, 1, ".pdf")
		)
		text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(file.get_content())).pages)
		for invoice in self.invoices:
			self.assertIn(invoice.name, text)

	def test_no_attachment_otherwise(self):
		"""A step that does not ask for the invoices sends none."""
		self.queued()
		self.dispatch()
		self.assertEqual(json.loads(email_queue()[0].attachments or "[]"), [])

	def test_no_outgoing_account(self):
		"""Without an outgoing e-mail account messages stay queued, which is told once."""
		self.queued()
		with patch(OUTGOING, return_value=None):
			context = self.dispatch()
		self.assertEqual([line.severity for line in context.messages], ["Error"])
		self.assertTold(context, "No outgoing Email Account")
		self.assertEqual((self.action().status, len(email_queue())), ("Queued", 0))
		self.dispatch()
		self.assertEqual(len(email_queue()), 1)

	def test_failing_letter_stops_only_itself(self):
		"""An action that cannot be rendered fails with the reason, on the record and on the run; the others go out."""
		broken = make_letter("Broken")
		# as a letter that was right until somebody took away what it needs
		broken.translations[0].db_set("body", "{{ items[99].invoice.missing }}")
		self.queued((1, "Email"))
		good = self.action()
		bad = frappe.copy_doc(good)
		bad.update(
			{"letter": "Cycle Test Broken", "action_key": "bad", "status": "Queued", "total_overdue": 99999}
		)
		bad.insert()
		context = self.dispatch()
		self.assertEqual(context.results[-1], {**NOTHING_SENT, "emails": 1, "failed": 1})
		bad.reload()
		self.assertEqual(bad.status, "Failed")
		self.assertTrue(bad.error)
		self.assertEqual([line.reference_name for line in context.messages], [bad.name])
		self.assertEqual(good.reload().status, "Sending")
		self.assertEqual(len(email_queue()), 1)

	def test_retry_sends_again_as_a_new_message(self):
		"""A failed action that a person puts back goes out once more."""
		action = self.queued()
		with patch.object(letters, "render_action", side_effect=ValueError("no text")):
			self.dispatch()
		self.assertEqual((self.action().status, self.action().error), ("Failed", "no text"))
		decide.retry([action.name])
		self.dispatch()
		self.assertEqual((self.action().status, self.action().attempts), ("Sending", 2))
		self.assertIsNone(self.action().error)
		self.assertEqual(len(email_queue()), 1)

	def test_long_subject(self):
		"""A subject longer than the field does not keep the message from going out."""
		make_letter("Long", {"en": ("Overdue " * 30, "{{ items_table }}")})
		self.queued((1, "Email", {"letter": "Cycle Test Long"}))
		self.dispatch()
		self.assertEqual(self.action().status, "Sending")
		self.assertTrue(self.action().subject.startswith("Overdue Overdue"))

	def test_rehearsal_sends_nothing(self):
		"""A rehearsal counts what would go out and leaves it queued."""
		self.queued()
		context = self.context(dry_run=True)
		self.assertEqual(dispatch(context)["emails"], 1)
		self.assertEqual((self.action().status, len(email_queue())), ("Queued", 0))


class TestExactlyOnce(DispatchTestCase):
	def test_only_one_worker_gets_the_claim(self):
		"""The second worker that wants the same action is turned away."""
		name = self.queued().name
		self.assertTrue(claim(name))
		self.assertIsNone(claim(name))
		self.assertEqual(send(name), "taken")
		self.assertEqual(len(email_queue()), 0)

	def test_claim_is_committed_before_the_hand_over(self):
		"""When the hand-over begins, the attempt stands in the database whatever happens next."""
		action = self.queued()
		with patch.object(email, "hand_over", self.die), self.assertRaises(WorkerDied):
			self.dispatch()
		frappe.db.rollback()
		self.assertEqual((self.action().status, self.action().attempts), ("Sending", 1))
		self.assertTrue(self.action().sending_started_at)
		self.assertEqual(action.name, self.action().name)

	def test_worker_dies_after_the_claim(self):
		"""Nothing was handed over: the action stays Sending, is queued again later and sent once."""
		name = self.queued().name
		with patch.object(email, "hand_over", self.die), self.assertRaises(WorkerDied):
			self.dispatch()
		frappe.db.rollback()
		self.assertEqual(follow.requeue_lost()["requeued"], 0)
		self.lose_worker(name)
		self.assertEqual(follow.follow_sent_messages()["requeued"], 1)
		self.dispatch()
		self.assertEqual((self.action().status, self.action().attempts), ("Sending", 2))
		self.assertEqual((len(email_queue()), len(self.communications())), (1, 1))

	def test_worker_dies_after_the_hand_over(self):
		"""Killed between writing the mail and keeping it, the mail is gone with it and is sent once later."""
		name = self.queued().name
		real = email.hand_over

		def hand_over_and_die(action):
			real(action)
			raise WorkerDied

		with patch.object(email, "hand_over", hand_over_and_die), self.assertRaises(WorkerDied):
			self.dispatch()
		self.lose_worker(name)
		self.assertEqual((len(email_queue()), len(self.communications())), (0, 0))
		follow.requeue_lost()
		self.dispatch()
		self.assertEqual((len(email_queue()), len(self.communications())), (1, 1))

	def test_worker_dies_after_it_was_kept(self):
		"""Handed over and kept, the action is never queued again."""
		name = self.queued().name
		self.dispatch()
		self.lose_worker(name)
		self.assertEqual(follow.requeue_lost()["requeued"], 0)
		self.dispatch()
		self.assertEqual(len(email_queue()), 1)

	def test_slow_worker_whose_claim_was_taken(self):
		"""A worker thought lost that wakes up again does not send: its action was queued anew meanwhile."""
		name = self.queued().name
		real = email.hand_over

		def slow(action):
			values = real(action)
			frappe.db.set_value("Collection Action", name, {"status": "Queued", "lock_token": None})
			return values

		with patch.object(email, "hand_over", slow):
			self.assertEqual(send(name), "taken")
		self.assertEqual((len(email_queue()), len(self.communications())), (0, 0))

	def test_same_step_of_an_invoice_in_two_messages(self):
		"""Of two queued messages with one step of one invoice the first goes out; the other gives way, its key freed."""
		first = self.queued()
		second = frappe.copy_doc(first)
		second.update({"action_key": "other", "status": "Queued", "items": [first.items[0]]})
		second.insert()
		frappe.db.commit()
		self.assertEqual(send(first.name), "handed over")
		self.assertEqual(send(second.name), "taken")
		second.reload()
		self.assertEqual(
			(second.status, second.cancel_code, second.action_key), ("Cancelled", "replaced", None)
		)
		self.assertIn(first.name, second.cancel_reason)
		self.assertEqual(len(email_queue()), 1)

	def test_other_step_of_an_invoice(self):
		"""Another step of the same invoice is a message of its own."""
		first = self.queued()
		second = frappe.copy_doc(first)
		second.update({"action_key": "other", "status": "Queued"})
		for line in second.items:
			line.plan_step = "next step"
		second.insert()
		frappe.db.commit()
		self.assertEqual([send(one) for one in (first.name, second.name)], ["handed over"] * 2)

	def test_busy_database(self):
		"""Who has to give way to another worker puts the action back; nothing is lost or marked as failed."""
		name = self.queued().name
		with patch.object(email, "hand_over", side_effect=frappe.QueryDeadlockError("deadlock")):
			self.assertEqual(send(name), "taken")
		self.assertEqual((self.action().status, self.action().lock_token), ("Queued", None))
		self.dispatch()
		self.assertEqual(len(email_queue()), 1)

	def test_between_two_runs(self):
		"""The hourly job judges and sends; repeated, it sends nothing twice, and one company's failure stops no other."""
		make_plan()
		self.invoice(self.customer(), 100)
		self.plan()
		frappe.db.commit()
		self.assertEqual(work_outbox(COMPANY)["emails"], 1)
		work_all_outboxes()
		self.assertEqual(len(email_queue()), 1)
		target = "collections_app.services.outbox.work.hold_or_release"
		with patch(target, side_effect=ValueError("out of order")):
			work_all_outboxes()
