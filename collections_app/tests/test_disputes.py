"""Disputes: entered, answered in time or late, closed; and the report by reason."""

import frappe
from frappe.email.doctype.notification.notification import evaluate_alert
from frappe.utils import add_days, getdate

from collections_app.collections.report.disputes_by_reason import disputes_by_reason as report
from collections_app.services.cases.disputes import answer_due_on
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.settling import SettleTestCase, credit_note
from collections_app.tests.utils import ABBR, COMPANY, pay
from collections_app.tests.world import make_dispute, make_plan


class TestDispute(SettleTestCase):
	def test_closed_with_its_invoice(self):
		"""A dispute is resolved when nothing is open on its invoice any more, not before."""
		invoice = self.invoice(self.customer(), 100)
		dispute = make_dispute(invoice)
		self.assertEqual((dispute.customer, dispute.disputed_amount), (invoice.customer, 100))
		self.assertEqual(self.settle()["disputes_closed"], 0)
		pay(invoice)
		self.assertEqual(self.settle()["disputes_closed"], 1)
		dispute.reload()
		self.assertEqual((dispute.status, dispute.closed_on), ("Resolved", getdate()))
		self.assertTrue(dispute.resolution)

	def test_wrong_disputes_are_refused(self):
		"""Refused: an invoice in dispute already, a draft, a credit note of nobody."""
		invoice = self.invoice(self.customer(), 100)
		make_dispute(invoice)
		with self.assertRaisesRegex(frappe.ValidationError, "in dispute already"):
			make_dispute(invoice)
		with self.assertRaisesRegex(frappe.ValidationError, "no submitted invoice"):
			make_dispute(self.invoice(self.customer(), 10, submit=False))
		other = self.invoice(self.customer(), 10)
		with self.assertRaisesRegex(frappe.ValidationError, "no credit note"):
			make_dispute(other, credit_note=invoice.name)

	def reason(self, name: str = "Goods Not Received", **values) -> str:
		frappe.db.set_value("Dispute Reason", name, {"answer_days": 0, "responsible": None, **values})
		frappe.clear_document_cache("Dispute Reason", name)
		return name

	def task(self, dispute):
		return frappe.get_all(
			"ToDo",
			{"reference_type": "Invoice Dispute", "reference_name": dispute.name, "status": "Open"},
			["allocated_to", "date"],
		)

	def test_answer_due_by_reason(self):
		"""The reason says in how many days the customer gets an answer and who gives it; else a week and nobody."""
		user = make_user("Collector")
		reason = self.reason(answer_days=3, responsible=user)
		dispute = make_dispute(self.invoice(self.customer(), 100), reason=reason)
		self.assertEqual(
			(getdate(dispute.answer_due_on), dispute.responsible), (add_days(getdate(), 3), user)
		)
		self.assertEqual(getdate(answer_due_on(self.reason(), getdate())), add_days(getdate(), 7))
		named = make_dispute(
			self.invoice(self.customer(), 100), reason=reason, answer_due_on=getdate(), responsible="Guest"
		)
		self.assertEqual((named.answer_due_on, named.responsible), (getdate(), "Guest"))
		with self.assertRaisesRegex(frappe.ValidationError, "before the dispute was opened"):
			make_dispute(self.invoice(self.customer(), 9), answer_due_on=add_days(getdate(), -1))

	def test_task_of_the_responsible(self):
		"""One open task with the responsible, due when the answer is; it follows another person, and ends with the
		dispute. Who has no role of the app may read this dispute all the same."""
		first, second = make_user(), make_user("Collector")
		dispute = make_dispute(self.invoice(self.customer(), 100), reason=self.reason(), responsible=first)
		self.assertEqual([row.allocated_to for row in self.task(dispute)], [first])
		self.assertEqual(self.task(dispute)[0].date, getdate(dispute.answer_due_on))
		self.assertTrue(frappe.has_permission(doc=dispute, ptype="read", user=first))
		self.assertFalse(frappe.has_permission("Invoice Dispute", "create", user=first))
		dispute.update({"responsible": second, "answer_due_on": add_days(getdate(), 9)}).save()
		self.assertEqual(
			[(row.allocated_to, row.date) for row in self.task(dispute)], [(second, add_days(getdate(), 9))]
		)
		dispute.update({"answer_due_on": add_days(getdate(), 11)}).save()
		self.assertEqual([row.date for row in self.task(dispute)], [add_days(getdate(), 11)])
		dispute.update({"status": "Rejected", "resolution": "Proof of delivery sent"}).save()
		self.assertEqual(self.task(dispute), [])

	def test_late_answers_are_told(self):
		"""The run names a dispute from the day after its answer was due."""
		dispute = make_dispute(self.invoice(self.customer(), 100), answer_due_on=getdate())
		self.assertEqual(self.settle(0)["answers_late"], 0)
		self.assertEqual(self.settle(1)["answers_late"], 1)
		self.assertIn(dispute.name, [line.reference_name for line in self.settled_in.messages])

	def test_reminder(self):
		"""The day after the answer was due, the responsible is reminded by a Notification that can be switched off."""
		user = make_user("Collector")
		frappe.db.set_value("User", user, "language", "es")
		notification = frappe.get_doc("Notification", "Dispute Answer Late")
		self.assertEqual((notification.event, notification.days_in_advance), ("Days After", 1))
		self.assertEqual((notification.date_changed, notification.enabled), ("answer_due_on", 1))
		dispute = make_dispute(self.invoice(self.customer(), 100), responsible=user)
		reminders = {"document_name": dispute.name, "for_user": user, "type": "Alert"}
		evaluate_alert(dispute, notification, "Days After")
		self.assertEqual(frappe.db.count("Notification Log", reminders), 1)
		text = frappe.db.get_value("Notification Log", reminders, "subject")
		self.assertIn(dispute.sales_invoice, text)
		self.assertIn("Respuesta atrasada", text)
		dispute.update({"status": "Rejected", "resolution": "no"}).save()
		evaluate_alert(dispute, notification, "Days After")
		self.assertEqual(frappe.db.count("Notification Log", reminders), 1)

	def test_pauses_only_its_invoice(self):
		"""The customer's other invoices go on in the plan; once closed, its own does too."""
		make_plan((1, "Email"))
		customer = self.customer()
		invoices = [self.invoice(customer, amount) for amount in (100, 55)]
		dispute = make_dispute(invoices[0])
		self.plan()
		self.assertEqual([row.voucher_no for row in self.action().items], [invoices[1].name])
		dispute.update({"status": "Rejected", "resolution": "Price as ordered"}).save()
		self.plan()
		found = {row.voucher_no for row in self.action().items}
		self.assertEqual(found, {one.name for one in invoices})

	def test_resolved_with_a_credit_note(self):
		"""The credit note is of this invoice and credits no more than was disputed; less has to be explained."""
		invoice, other = (self.invoice(self.customer(), 100) for _number in range(2))
		dispute = make_dispute(invoice, disputed_amount=40)
		for note, message in (
			(credit_note(other, 40), "no credit note of this customer"),
			(credit_note(invoice, 40, submit=False), "no credit note of this customer"),
			(credit_note(invoice, 50), "more than the"),
		):
			with self.subTest(message), self.assertRaisesRegex(frappe.ValidationError, message):
				dispute.reload().update({"status": "Resolved", "credit_note": note.name}).save()
		small = credit_note(invoice, 10)
		with self.assertRaisesRegex(frappe.ValidationError, "agreed on the rest"):
			dispute.reload().update({"status": "Resolved", "credit_note": small.name}).save()
		dispute.reload().update(
			{"status": "Resolved", "credit_note": small.name, "resolution": "The customer pays the rest"}
		).save()
		self.assertEqual((dispute.credited_amount, dispute.closed_on), (10, getdate()))
		elsewhere = self.invoice(invoice.customer, 30)
		late = make_dispute(elsewhere)
		with self.assertRaisesRegex(frappe.ValidationError, f"credits {invoice.name}"):
			late.update({"credit_note": small.name}).save()


class TestReport(SettleTestCase):
	"""Disputes by Reason."""

	def setUp(self):
		super().setUp()
		self.user = make_user("Collector")
		usd = self.invoice(
			self.customer(default_currency="USD"),
			100,
			currency="USD",
			conversion_rate=0.5,
			debit_to=f"Debtors USD - {ABBR}",
		)
		self.seen = self.customer()
		for invoice, reason, days, values in (
			(usd, "Price Difference", 40, {"disputed_amount": 100}),
			(self.invoice(self.seen, 100), "Price Difference", 3, {"responsible": self.user}),
			(self.invoice(self.seen, 30), "Other", 20, {"answer_due_on": getdate()}),
			(self.invoice(self.seen, 7), "Other", 90, {"answer_due_on": getdate()}),
		):
			opened = add_days(getdate(), -days)
			values = {"answer_due_on": add_days(getdate(), -1), **values}
			make_dispute(invoice, reason=reason, opened_on=opened, **values)
		closed = make_dispute(self.invoice(self.seen, 900), opened_on=add_days(getdate(), -5))
		closed.update({"status": "Rejected", "resolution": "no"}).save()

	def rows(self, **filters) -> dict:
		_columns, rows, _message, chart, summary = report.execute({"company": COMPANY, **filters})
		self.chart, self.summary = chart, summary
		return {(row.reason, row.responsible): row for row in rows}

	def test_aged_by_reason_in_company_currency(self):
		"""Open disputes by reason and responsible in buckets of their age; dollars at the invoice's rate."""
		rows = self.rows()
		usd = rows["Price Difference", None]
		self.assertEqual((usd.amount, usd.bucket_4, usd.late, usd.currency), (50, 50, 1, "EUR"))
		own = rows["Price Difference", self.user]
		self.assertEqual((own.amount, own.bucket_1, own.disputes), (100, 100, 1))
		other = rows["Other", None]
		self.assertEqual((other.amount, other.bucket_3, other.bucket_5), (37, 30, 7))
		self.assertEqual((other.late, other.oldest_days, other.disputes), (0, 90, 2))
		self.assertEqual(len(rows), 3)
		self.assertEqual([one["value"] for one in self.summary][:4], [4, 187, 2, 150])
		self.assertEqual(self.chart["data"]["labels"], ["Price Difference", "Other"])
		self.assertEqual(self.chart["data"]["datasets"][0]["values"], [100, 0])

	def test_filters(self):
		"""By reason, responsible, customer, and as it was on an earlier day."""
		self.assertEqual({key[0] for key in self.rows(reason="Other")}, {"Other"})
		self.assertEqual({key[1] for key in self.rows(responsible=self.user)}, {self.user})
		self.assertEqual(sum(row.amount for row in self.rows(customer=self.seen).values()), 137)
		before = self.rows(as_on=str(add_days(getdate(), -4)))
		self.assertEqual(sum(row.amount for row in before.values()), 50 + 37 + 900)

	def test_bucket_edges(self):
		"""A bucket ends with its last day."""
		found = [report.bucket(age) for age in (0, 7, 8, 14, 15, 30, 31, 60, 61)]
		self.assertEqual([int(one[-1]) for one in found], [1, 1, 2, 2, 3, 3, 4, 4, 5])
		self.assertEqual(report.bucket_labels()[0::4], ["0 to 7 Days", "Over 60 Days"])

	def test_shows_what_the_user_may_see(self):
		"""Roles may open the report; User Permissions cut it to their customers; others get nothing."""
		roles = {row.role for row in frappe.get_doc("Report", "Disputes by Reason").roles}
		self.assertEqual(roles, {"Credit Manager", "Collector", "Collections Auditor", "System Manager"})
		user = make_user("Collector", "Accounts User")
		restrict(user, "Customer", self.seen)
		with signed_in(user):
			self.assertEqual(sum(row.amount for row in self.rows().values()), 137)
		with signed_in(make_user()), self.assertRaises(frappe.PermissionError):
			self.rows()
