"""Hand over: how the file goes out, what happens to the case, and the file a person asks for."""

import json
from unittest.mock import patch

import frappe

from collections_app.api import hand_over as api
from collections_app.exceptions import ActionStateError, CollectionsError
from collections_app.services.hand_over import files
from collections_app.services.hand_over.claim import claim_of_action, claim_of_case
from collections_app.services.outbox import decide, follow
from collections_app.services.outbox.channels import partner
from collections_app.services.outbox.dispatch import dispatch
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.handing_over import AGENCY, STEP, HandOverTestCase, quick_invoices
from collections_app.tests.utils import pay
from collections_app.tests.world import email_queue, make_plan, other_company


class TestSending(HandOverTestCase):
	def test_by_email(self):
		"""The partner gets one e-mail with the file; the customer gets none."""
		action = self.handed_over()
		(entry,) = email_queue()
		recipients = frappe.get_all("Email Queue Recipient", {"parent": entry.name}, pluck="recipient")
		self.assertEqual(recipients, [AGENCY])
		(attached,) = json.loads(entry.attachments)
		self.assertEqual(frappe.db.get_value("File", attached["fid"], "file_url"), action.document)
		self.assertEqual((action.status, action.recipients), ("Sending", AGENCY))
		self.assertIn(action.name, action.subject)
		dispatch(self.context())
		self.assertEqual(len(email_queue()), 1)

	def test_the_steps_letter_covers_it(self):
		"""With a letter, that is what is written."""
		make_plan((1, "Email"), name="Other", priority=90)
		self.handed_over({"letter": "Cycle Test Letter"})
		self.assertIn("Dear", self.action().message)
		self.assertNotIn("collect the claim", self.action().message)

	def test_without_an_address_a_person_passes_it_on(self):
		"""The action is Sent with a task that has the file; the task's end makes it Delivered."""
		action = self.handed_over({"partner_email": None})
		self.assertEqual((action.status, email_queue()), ("Sent", []))
		task = frappe.get_doc("ToDo", action.task)
		self.assertIn(action.document, task.description)
		self.assertEqual(task.allocated_to, "Administrator")
		task.update({"status": "Closed"}).save()
		follow.follow_sent_messages()
		self.assertEqual(self.action().status, "Delivered")

	def test_too_large_for_an_email(self):
		"""What a mail server would refuse goes to a person, with the address to bring it to."""
		with patch.object(partner, "MAIL_BYTES", 10):
			action = self.handed_over()
		self.assertEqual((action.status, email_queue()), ("Sent", []))
		self.assertIn(AGENCY, frappe.db.get_value("ToDo", action.task, "description"))

	def test_failure_keeps_nothing(self):
		"""When it cannot be mailed, it is Failed with the reason, and no file, mail or stage is left; then again."""
		with patch.object(partner.email, "post", side_effect=ValueError("mail broke")):
			action = self.handed_over()
		self.assertEqual((action.status, action.document), ("Failed", None))
		self.assertIn("mail broke", action.error)
		self.assertFalse(frappe.db.exists("File", {"attached_to_name": action.name}))
		self.assertNotEqual(frappe.db.get_value("Collection Case", action.case, "stage"), "Handed Over")
		decide.retry([action.name])
		with quick_invoices():
			dispatch(self.context())
		self.assertEqual((self.action().status, len(email_queue())), ("Sending", 1))

	def test_approval(self):
		"""A hand-over that needs an approval waits for it."""
		make_plan((1, "Hand Over", {**STEP, "requires_approval": 1}))
		self.invoice(self.customer(), 100)
		self.send()
		self.assertEqual((self.action().status, email_queue()), ("Awaiting Approval", []))


class TestStanding(HandOverTestCase):
	def test_stage_and_silence(self):
		"""Once it went out, the case is Handed Over and the plan says nothing more about these items."""
		make_plan((1, "Hand Over", STEP), (5, "Email"), gap=0)
		self.debtor = self.customer()
		self.invoice(self.debtor, 100, due_in=-1)
		action = self.dispatched()
		self.assertNotEqual(frappe.db.get_value("Collection Case", action.case, "stage"), "Handed Over")
		self.deliver()
		self.assertEqual(self.action().status, "Sent")
		self.assertEqual(frappe.db.get_value("Collection Case", action.case, "stage"), "Handed Over")
		self.plan(day=10)
		self.assertEqual(len(self.actions()), 1)

	def test_a_new_invoice_is_still_chased(self):
		"""Only what was handed over is left alone."""
		make_plan((1, "Email"), (30, "Hand Over", STEP), gap=0)
		self.debtor = self.customer()
		self.invoice(self.debtor, 100, due_in=-40)
		frappe.get_doc("Dunning Plan", "Cycle Test Plan")
		action = self.first_hand_over()
		new = self.invoice(self.debtor, 50, due_in=-2)
		self.plan()
		waiting = [row.name for row in self.actions() if row.name != action.name and row.status == "Planned"]
		self.assertEqual(len(waiting), 1)
		lines = frappe.get_all("Collection Action Invoice", {"parent": waiting[0]}, pluck="voucher_no")
		self.assertEqual(lines, [new.name])

	def first_hand_over(self):
		"""Goes through the plan until the hand-over is out."""
		for day in range(0, 3):
			self.plan(day)
			self.judge(day)
			with quick_invoices():
				dispatch(self.context(day))
			self.deliver()
			found = self.actions(channel="Hand Over")
			if found:
				return frappe.get_doc("Collection Action", found[0].name)
		raise AssertionError("nothing was handed over")

	def test_a_waiting_message_is_held(self):
		"""A message about handed-over items that still waits is held, and says why."""
		action = self.handed_over()
		self.deliver()
		other = frappe.copy_doc(action)
		other.update(
			{"status": "Planned", "channel": "Email", "action_key": "other", "letter": "Cycle Test Letter"}
		)
		other.name = None
		other.insert(ignore_links=True)
		self.judge()
		other.reload()
		self.assertIn("handed_over", other.hold_codes)
		self.assertIn(self.invoices[0].name, other.hold_reasons)

	def test_taken_back(self):
		"""Taken back, the plan goes on; the reason is kept; once more there is nothing to take back."""
		make_plan((1, "Hand Over", STEP), (5, "Email"), gap=0)
		self.debtor = self.customer()
		self.invoice(self.debtor, 100, due_in=-1)
		action = self.dispatched()
		self.deliver()
		with self.assertRaises(ActionStateError):
			api.take_back(action.case, " ")
		self.assertEqual(api.take_back(action.case, "They paid a <b>part</b>"), {"taken_back": 1})
		self.assertNotEqual(frappe.db.get_value("Collection Case", action.case, "stage"), "Handed Over")
		comments = frappe.get_all(
			"Comment", {"reference_name": action.case, "comment_type": "Info"}, pluck="content"
		)
		self.assertTrue(any("They paid a &lt;b&gt;part" in text for text in comments), comments)
		self.plan(day=10)
		self.assertEqual([row.channel for row in self.actions(status="Planned")], ["Email"])
		with self.assertRaises(ActionStateError):
			api.take_back(action.case, "again")

	def test_refused_mail_hands_nothing_over(self):
		"""When the partner's server refuses the mail, the case is not handed over."""
		action = self.handed_over()
		frappe.db.set_value(
			"Email Queue", email_queue()[0].name, {"status": "Error", "error": "no such user"}
		)
		follow.follow_sent_messages()
		self.assertEqual(self.action().status, "Failed")
		self.assertNotEqual(frappe.db.get_value("Collection Case", action.case, "stage"), "Handed Over")

	def test_a_found_out_one_counts(self):
		"""An uncertain hand-over that was sent after all hands the case over."""
		action = self.handed_over()
		frappe.db.set_value("Collection Action", action.name, "status", "Uncertain")
		decide.resolve_uncertain([action.name], was_sent=True)
		self.assertEqual(frappe.db.get_value("Collection Case", action.case, "stage"), "Handed Over")


class TestPrepared(HandOverTestCase):
	def prepared_case(self, invoices: int = 2):
		self.debtor = self.customer()
		self.invoices = [self.invoice(self.debtor, 100 + number) for number in range(invoices)]
		self.plan()
		return frappe.get_doc("Collection Case", {"customer": self.debtor})

	def test_at_any_time(self):
		"""The same file without a plan step; a new one takes the place of the old."""
		case = self.prepared_case()
		with quick_invoices():
			first = api.prepare_file(case.name)
			second = api.prepare_file(case.name)
		attached = frappe.get_all("File", {"attached_to_name": case.name}, ["file_url", "is_private"])
		self.assertEqual([row.file_url for row in attached], [second["files"][0]["file_url"]])
		self.assertTrue(attached[0].is_private)
		self.assertEqual((len(first["files"]), second["missing"]), (1, []))

	def test_many_invoices_by_a_job(self):
		"""With many invoices a job builds it, for the one who asked."""
		case = self.prepared_case(invoices=3)
		with patch.object(files, "AT_ONCE", 2), patch("frappe.enqueue") as enqueue:
			self.assertEqual(api.prepare_file(case.name), {"queued": 3})
		values = enqueue.call_args.kwargs
		self.assertEqual((values["case"], values["user"]), (case.name, "Administrator"))
		with quick_invoices(), patch("frappe.publish_realtime") as told:
			files.prepare_in_background(case.name, "Administrator")
		done = [call for call in told.call_args_list if call.args[0] == files.DONE_EVENT]
		self.assertEqual(len(done[0].args[1]["files"]), 1)
		self.assertEqual(done[0].kwargs["user"], "Administrator")

	def test_nothing_overdue(self):
		case = self.prepared_case()
		for invoice in self.invoices:
			pay(invoice)
		with self.assertRaises(CollectionsError):
			api.prepare_file(case.name)

	def test_who_may(self):
		"""Whoever may read and export cases and read the invoices; not one who is restricted to others."""
		case = self.prepared_case()
		with quick_invoices():
			with signed_in(make_user("Collections Auditor", "Accounts User")):
				self.assertEqual(len(api.prepare_file(case.name)["files"]), 1)
			for user in (
				make_user(),
				make_user("Collections Auditor"),
				self.restricted("Customer", self.customer()),
				self.restricted("Company", other_company()),
			):
				with self.subTest(user), signed_in(user), self.assertRaises(frappe.PermissionError):
					api.prepare_file(case.name)

	def test_every_invoice_counts(self):
		"""Who sees only some of the invoices does not get the others by way of the file."""
		case = self.prepared_case()
		user = self.restricted("Sales Invoice", self.invoices[0].name)
		with quick_invoices(), signed_in(user), self.assertRaises(frappe.PermissionError):
			api.prepare_file(case.name)

	def restricted(self, doctype: str, name: str) -> str:
		user = make_user("Credit Manager", "Accounts User")
		restrict(user, doctype, name)
		return user

	def test_who_may_take_back(self):
		"""Whoever may write the case."""
		case = self.prepared_case()
		with signed_in(make_user("Collections Auditor")), self.assertRaises(frappe.PermissionError):
			api.take_back(case.name, "because")

	def test_charges_of_the_step_reached(self):
		"""Interest and indemnity are those of the step each item reached, as of today."""
		make_plan((1, "Email", {"charge_interest": 1, "charge_indemnity": 1}))
		self.debtor = self.customer()
		self.invoice(self.debtor, 1000, due_in=-100)
		self.send()
		self.deliver()
		claim = claim_of_case(frappe.get_doc("Collection Case", {"customer": self.debtor}))
		stated = claim_of_action(self.action())
		self.assertGreater(claim.totals[0].interest, 0)
		self.assertEqual(claim.totals[0].total, stated.totals[0].total)
