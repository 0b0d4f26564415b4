"""Stop deliveries: a plan step keeps orders and deliveries back until nothing is overdue."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import hand_over as api
from collections_app.exceptions import DeliveryStoppedError
from collections_app.overrides import delivery_note
from collections_app.services.credit import delivery_stop
from collections_app.services.outbox import decide, follow
from collections_app.services.outbox.effects import went_out
from collections_app.tests.books import BANK, credit_note, debtor_row, journal
from collections_app.tests.desk import make_case, make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase, email_queue, make_plan, other_company

LINE = {"item_code": "Consulting", "qty": 2, "rate": 5}
MANAGER = ("Credit Manager", "Sales User", "Accounts User")
CLERK = ("Sales User", "Accounts User")


class DeliveryTestCase(CycleTestCase):
	def stopped_customer(self):
		self.debtor = self.customer()
		self.the_invoice = self.invoice(self.debtor, 100)
		self.plan()
		self.case = frappe.get_doc("Collection Case", {"customer": self.debtor, "company": COMPANY})
		self.assertTrue(delivery_stop.stop(self.case.name, "Final notice"))
		return self.case.reload()

	def document(self, doctype: str, customer: str | None = None, **values):
		"""A draft that delivers, or promises to."""
		dated = {
			"Sales Order": {"transaction_date": getdate(), "delivery_date": add_days(getdate(), 7)},
			"Delivery Note": {"posting_date": getdate()},
		}[doctype]
		line = {**LINE, "delivery_date": add_days(getdate(), 7)} if doctype == "Sales Order" else LINE
		return frappe.get_doc(
			{
				"doctype": doctype,
				"company": COMPANY,
				"customer": customer or self.debtor,
				"currency": "EUR",
				"conversion_rate": 1,
				"items": [line],
				**dated,
				**values,
			}
		).insert()

	def is_stopped(self) -> bool:
		return bool(frappe.db.get_value("Collection Case", self.case.name, "delivery_stopped"))

	def comments(self) -> str:
		found = frappe.get_all(
			"Comment", {"reference_name": self.case.name, "comment_type": "Info"}, pluck="content"
		)
		return "\n".join(found)


class TestRefusal(DeliveryTestCase):
	def test_orders_and_deliveries_are_refused(self):
		"""The message says who, by whom, why, how much and what to do; the draft stays."""
		self.stopped_customer()
		for doctype in ("Sales Order", "Delivery Note"):
			with self.subTest(doctype):
				draft = self.document(doctype)
				with self.assertRaises(DeliveryStoppedError) as refused:
					draft.submit()
				text = str(refused.exception)
				for part in (self.debtor, COMPANY, "Final notice", "100", "Credit Manager", doctype):
					self.assertIn(part, text)
				self.assertEqual(frappe.db.get_value(doctype, draft.name, "docstatus"), 0)

	def test_an_invoice_that_delivers(self):
		"""One that updates the stock is refused; a plain one and a return are not."""
		self.stopped_customer()
		with self.assertRaises(DeliveryStoppedError):
			self.invoice(self.debtor, 10, update_stock=1)
		self.assertEqual(self.invoice(self.debtor, 10).docstatus, 1)
		self.assertEqual(credit_note(self.the_invoice, 5).docstatus, 1)

	def test_goods_come_back(self):
		"""A return is no delivery."""
		self.stopped_customer()
		note = frappe.new_doc("Delivery Note")
		note.update({"company": COMPANY, "customer": self.debtor, "is_return": 1})
		delivery_note.before_submit(note)
		note.is_return = 0
		with self.assertRaises(DeliveryStoppedError):
			delivery_note.before_submit(note)

	def test_only_this_customer_and_company(self):
		"""Others are delivered to, and the customer by other companies."""
		self.stopped_customer()
		self.assertEqual(self.document("Sales Order", self.customer()).submit().docstatus, 1)
		elsewhere = frappe._dict(doctype="Sales Order", company=other_company(), customer=self.debtor)
		delivery_stop.check(elsewhere)

	def test_one_look_at_an_index(self):
		"""A document of a customer that is not stopped costs one query, by a unique key."""
		self.debtor = self.customer()
		with self.assertQueryCount(1):
			delivery_stop.check(frappe._dict(company=COMPANY, customer=self.debtor))
		self.assertTrue(frappe.get_meta("Collection Case").get_field("case_key").unique)

	def test_payments_are_posted(self):
		"""What ERPNext's own freeze would refuse: the customer's payment."""
		self.stopped_customer()
		self.assertEqual(pay(self.the_invoice, 10).docstatus, 1)
		self.assertTrue(self.is_stopped())


class TestRelease(DeliveryTestCase):
	def test_by_a_credit_manager(self):
		"""With a reason it goes through, and the case keeps it."""
		self.stopped_customer()
		with signed_in(make_user(*MANAGER)):
			self.document("Sales Order", collections_release_reason="Paid <b>cash</b>").submit()
		self.assertIn("Paid &lt;b&gt;cash", self.comments())
		self.assertTrue(self.is_stopped())

	def test_a_managers_draft_is_submitted_by_a_clerk(self):
		self.stopped_customer()
		with signed_in(make_user(*MANAGER)):
			draft = self.document("Sales Order", collections_release_reason="Agreed")
		with signed_in(make_user(*CLERK)):
			self.assertEqual(frappe.get_doc("Sales Order", draft.name).submit().docstatus, 1)

	def test_not_by_others(self):
		"""A reason written by someone else counts for nothing."""
		self.stopped_customer()
		with signed_in(make_user(*CLERK)):
			draft = self.document("Sales Order", collections_release_reason="I may")
			self.assertFalse(draft.collections_release_reason)
			with self.assertRaises(DeliveryStoppedError):
				draft.submit()
			draft = frappe.get_doc("Sales Order", draft.name)
			draft.collections_release_reason = "I may"
			with self.assertRaises(DeliveryStoppedError):
				draft.submit()

	def test_what_was_released_must_not_grow(self):
		"""A clerk may make the released order smaller, not larger, nor give it to another customer."""
		self.stopped_customer()
		with signed_in(make_user(*MANAGER)):
			draft = self.document("Sales Order", collections_release_reason="Agreed")
		with signed_in(make_user(*CLERK)):
			draft = frappe.get_doc("Sales Order", draft.name)
			draft.items[0].qty = 1
			draft.save()
			self.assertEqual(draft.collections_release_reason, "Agreed")
			draft.items[0].qty = 100
			draft.save()
			self.assertFalse(draft.collections_release_reason)


class TestLift(DeliveryTestCase):
	def test_by_the_payment(self):
		"""The payment of all that is overdue lets deliveries go on at once; one comment each says so."""
		self.stopped_customer()
		self.invoice(self.debtor, 40, due_in=20)
		pay(self.the_invoice, 60)
		self.assertTrue(self.is_stopped())
		pay(self.the_invoice)
		self.assertFalse(self.is_stopped())
		self.assertEqual(self.comments().count("stopped deliveries"), 1)
		self.assertEqual(self.comments().count("let deliveries go on"), 1)
		self.assertEqual(self.document("Sales Order").submit().docstatus, 1)

	def test_by_a_journal_entry_or_credit_note(self):
		self.stopped_customer()
		journal(
			{"account": BANK, "debit": 100},
			{**debtor_row(self.debtor, self.the_invoice), "credit": 100},
		)
		self.assertFalse(self.is_stopped())
		second = self.invoice(self.debtor, 50)
		self.assertTrue(delivery_stop.stop(self.case.name, "again"))
		credit_note(second, 50, on_invoice=True)
		self.assertFalse(self.is_stopped())

	def test_by_the_run(self):
		"""Whatever settled it, the run lifts the stop; it keeps those with something overdue."""
		self.stopped_customer()
		debtor, case = self.debtor, self.case
		kept = self.stopped_customer().name
		frappe.db.set_value("Payment Ledger Entry", {"party": debtor}, "delinked", 1)
		self.plan()
		self.assertEqual(frappe.db.get_value("Collection Case", case.name, "delivery_stopped"), 0)
		self.assertEqual(frappe.db.get_value("Collection Case", kept, "delivery_stopped"), 1)

	def test_by_the_refused_document_itself(self):
		"""Where nothing is overdue any more, the document goes through and the stop is gone."""
		self.stopped_customer()
		frappe.db.set_value("Payment Ledger Entry", {"party": self.debtor}, "delinked", 1)
		self.assertEqual(self.document("Sales Order").submit().docstatus, 1)
		self.assertFalse(self.is_stopped())


class TestFromThePlan(DeliveryTestCase):
	def stop_by_plan(self, channel: str = "Email", **step):
		make_plan((1, channel, {"stop_delivery": 1, "step_name": "Final notice", **step}))
		self.debtor = self.customer()
		self.the_invoice = self.invoice(self.debtor, 100)
		self.send()
		self.case = frappe.get_doc("Collection Case", {"customer": self.debtor})
		return self.action()

	def deliver(self, status: str = "Sent") -> None:
		for entry in email_queue():
			frappe.db.set_value("Email Queue", entry.name, "status", status)
		follow.follow_sent_messages()

	def test_when_the_message_went_out(self):
		"""Not when it is planned or under way: when it is sent. Done again, it changes nothing."""
		action = self.stop_by_plan()
		self.assertFalse(self.is_stopped())
		self.deliver()
		self.assertTrue(self.is_stopped())
		reason = frappe.db.get_value("Collection Case", self.case.name, "delivery_stop_reason")
		self.assertIn("Final notice", reason)
		went_out(action.name)
		follow.follow_sent_messages()
		self.assertEqual(self.comments().count("stopped deliveries"), 1)

	def test_task_steps_too(self):
		"""A step whose work is a task stops deliveries when the task is given."""
		self.stop_by_plan("Task", task="Visit")
		self.assertTrue(self.is_stopped())

	def test_not_by_a_failed_or_other_step(self):
		self.stop_by_plan()
		self.deliver("Error")
		self.assertEqual((self.action().status, self.is_stopped()), ("Failed", False))
		self.setUp()
		self.stop_by_plan(stop_delivery=0)
		self.deliver()
		self.assertEqual((self.action().status, self.is_stopped()), ("Sent", False))

	def test_who_owes_is_stopped(self):
		"""Where a parent receives the message, deliveries to the customer that owes are stopped."""
		make_plan((1, "Task", {"stop_delivery": 1, "task": "Visit"}))
		parent = self.customer()
		child = self.customer(collections_receiver=parent)
		self.invoice(child, 100)
		self.send()
		self.assertEqual(self.action().customer, parent)
		self.assertTrue(delivery_stop.stopped_case(COMPANY, child))
		self.assertFalse(delivery_stop.stopped_case(COMPANY, parent))

	def test_found_out_later(self):
		"""An uncertain message that was sent after all stops deliveries too."""
		action = self.stop_by_plan()
		frappe.db.set_value("Collection Action", action.name, "status", "Uncertain")
		decide.resolve_uncertain([action.name], was_sent=True)
		self.assertTrue(self.is_stopped())

	def test_paid_meanwhile(self):
		"""Who paid while the message was under way is delivered to."""
		self.stop_by_plan()
		pay(self.the_invoice)
		self.deliver()
		self.assertFalse(self.is_stopped())

	def test_trouble_with_the_stop_never_undoes_the_message(self):
		self.stop_by_plan()
		with patch.object(delivery_stop, "stop", side_effect=ValueError("locked")):
			self.deliver()
		self.assertEqual((self.action().status, self.is_stopped()), ("Sent", False))
		went_out(self.action().name)
		self.assertTrue(self.is_stopped())


class TestByHand(DeliveryTestCase):
	def test_stop_and_resume(self):
		"""A credit manager stops and resumes with a reason; others, and managers of other companies, may not."""
		self.debtor = self.customer()
		self.invoice(self.debtor, 100)
		self.plan()
		self.case = frappe.get_doc("Collection Case", {"customer": self.debtor})
		outsider = make_user("Credit Manager")
		restrict(outsider, "Company", other_company())
		for user in (make_user("Collector"), make_user("Collections Auditor"), outsider):
			with self.subTest(user), signed_in(user):
				for function in (api.stop_deliveries, api.resume_deliveries):
					with self.assertRaises(frappe.PermissionError):
						function(self.case.name, "because")
		with signed_in(make_user("Credit Manager")):
			with self.assertRaises(frappe.ValidationError):
				api.stop_deliveries(self.case.name, " ")
			self.assertEqual(api.stop_deliveries(self.case.name, "Third cheque bounced"), {"stopped": 1})
			self.assertEqual(api.stop_deliveries(self.case.name, "again"), {"stopped": 0})
			self.assertEqual(api.resume_deliveries(self.case.name, "New securities"), {"resumed": 1})
		self.assertIn("New securities", self.comments())

	def test_nothing_overdue(self):
		"""A customer that owes nothing overdue is not stopped."""
		self.debtor = self.customer()
		self.case = make_case(self.debtor)
		self.assertEqual(api.stop_deliveries(self.case.name, "mood"), {"stopped": 0})
