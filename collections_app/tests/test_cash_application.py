"""Incoming payments: sure ones are booked and reconciled, the others wait with proposals; nothing is booked twice."""

from unittest.mock import patch

import frappe
from frappe.utils import flt, getdate

from collections_app.api import cash as api
from collections_app.exceptions import ActionStateError, CashPostingError
from collections_app.services.cash import apply, posting, review
from collections_app.services.cash.load import open_payments
from collections_app.services.cash.posting import Allocation, post_payment
from collections_app.services.receivables import open_items
from collections_app.services.run.context import ERROR, RunContext
from collections_app.tests.books import (
	bank_line,
	bare_company,
	credit_note,
	make_rate,
	make_terms,
	payment,
	usd,
)
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, CollectionsTestCase, configure


class CashTestCase(CollectionsTestCase):
	"""Nothing is committed, and only the bank lines of the test are there to apply."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_rate()

	def setUp(self):
		super().setUp()
		patched = patch.object(frappe.db, "commit")
		patched.start()
		self.addCleanup(patched.stop)
		frappe.db.set_value("Bank Transaction", {"company": COMPANY}, "unallocated_amount", 0)

	def payer(self) -> str:
		"""A customer whose name no other has anything of."""
		return self.customer(name=frappe.generate_hash(length=12).title())

	def apply(self) -> RunContext:
		context = RunContext(COMPANY, getdate(), step="Apply Cash")
		self.counts = apply.apply_cash(context)
		return context

	def match_of(self, line):
		name = frappe.db.get_value("Cash Match", {"bank_transaction": line.name})
		return frappe.get_doc("Cash Match", name) if name else None

	def payments_of(self, customer: str) -> list[str]:
		return frappe.get_all("Payment Entry", filters={"party": customer, "docstatus": 1}, pluck="name")

	def owed(self, customer: str) -> list[float]:
		return sorted(open_items(COMPANY, customers=[customer])["outstanding"])

	def assert_applied(self, line, customer: str, *owed: float):
		"""The bank line is reconciled with one Payment Entry, and the customer owes just that."""
		match = self.match_of(line)
		self.assertEqual((match.status, match.error or ""), ("Applied", ""))
		self.assertEqual(self.payments_of(customer), [match.payment_entry])
		line.reload()
		self.assertEqual((line.status, line.unallocated_amount), ("Reconciled", 0))
		self.assertEqual([row.payment_entry for row in line.payment_entries], [match.payment_entry])
		entry = frappe.get_doc("Payment Entry", match.payment_entry)
		self.assertEqual((entry.paid_amount, entry.clearance_date), (line.deposit, line.date))
		self.assertEqual(self.owed(customer), sorted(owed))
		return entry

	def assert_waiting(self, line, customer: str, *owed: float):
		match = self.match_of(line)
		self.assertEqual(match.status, "To Review")
		self.assertFalse(match.payment_entry)
		self.assertEqual(self.payments_of(customer), [])
		self.assertEqual(line.reload().unallocated_amount, line.deposit)
		self.assertEqual(self.owed(customer), sorted(owed))
		return match


class TestApply(CashTestCase):
	def test_a_sure_payment(self):
		"""Number, amount and payer agree: Payment Entry, bank line reconciled, invoice paid"""
		customer = self.payer()
		invoice = self.invoice(customer, 119)
		line = bank_line(119, f"Invoice {invoice.name}", customer)
		self.apply()
		self.assertEqual(
			self.counts,
			{
				"payments": 1,
				"applied": 1,
				"applied_amount": 119,
				"to_review": 0,
				"failed": 0,
				"returned": 0,
			},
		)
		self.assert_applied(line, customer)
		self.assertEqual(frappe.db.get_value("Sales Invoice", invoice.name, "status"), "Paid")
		match = self.match_of(line)
		self.assertEqual((match.customer, match.rule), (customer, "reference"))
		self.assertGreaterEqual(match.confidence, 98)
		self.assertTrue(match.reasons)

	def test_several_invoices(self):
		"""One payment for several invoices is one Payment Entry with a row for each"""
		customer = self.payer()
		first, second, other = (self.invoice(customer, amount) for amount in (100, 50.5, 70))
		line = bank_line(150.5, f"{first.name} {second.name}", customer)
		self.apply()
		entry = self.assert_applied(line, customer, 70)
		self.assertEqual(
			{row.reference_name: row.allocated_amount for row in entry.references},
			{first.name: 100, second.name: 50.5},
		)
		self.assertEqual(frappe.db.get_value("Sales Invoice", other.name, "outstanding_amount"), 70)

	def test_invoice_less_its_credit_note(self):
		"""A payer who deducts a credit note has both settled"""
		customer = self.payer()
		invoice = self.invoice(customer, 100)
		note = credit_note(invoice, 30)
		line = bank_line(70, f"{invoice.name} minus {note.name}", customer)
		self.apply()
		self.assert_applied(line, customer)

	def test_payment_schedule(self):
		"""A payment of one term's amount settles the oldest such term, one of all settles them all"""
		for by_term in (False, True):
			with self.subTest(by_term=by_term):
				terms = make_terms(30, 30, 40, by_term=by_term)
				customer = self.payer()
				invoice = self.invoice(customer, 100, 0, payment_terms_template=terms)
				line = bank_line(100, invoice.name, customer)
				self.apply()
				entry = self.assert_applied(line, customer)
				self.assertEqual(len(entry.references), 3 if by_term else 1)
				self.assertEqual(flt(sum(row.allocated_amount for row in entry.references)), 100)

	def test_one_term(self):
		"""A payment of one term's amount books just that term, a later one too, by its name"""
		customer = self.payer()
		invoice = self.invoice(customer, 100, 0, payment_terms_template=make_terms(30, 70, by_term=True))
		line = bank_line(70, invoice.name, customer)
		self.apply()
		entry = self.assert_applied(line, customer, 30)
		self.assertEqual(
			[(row.payment_term, row.allocated_amount) for row in entry.references],
			[(invoice.payment_schedule[1].payment_term, 70)],
		)

	def test_overpayment(self):
		"""What is paid beyond the invoice stays as the customer's credit"""
		customer = self.payer()
		invoice = self.invoice(customer, 100)
		line = bank_line(130, invoice.name, customer)
		self.apply()
		entry = self.assert_applied(line, customer, -30)
		self.assertEqual(entry.unallocated_amount, 30)

	def test_far_too_much(self):
		"""Many times the invoice waits for a person, who can still accept it"""
		customer = self.payer()
		invoice = self.invoice(customer, 100)
		line = bank_line(1000, invoice.name, customer)
		self.apply()
		api.accept_proposal(self.assert_waiting(line, customer, 100).name, 1)
		self.assert_applied(line, customer, -900)

	def test_part_payment(self):
		"""A part of an invoice leaves the rest open"""
		customer = self.payer()
		invoice = self.invoice(customer, 100)
		line = bank_line(60, invoice.name, customer)
		self.apply()
		self.assert_applied(line, customer, 40)

	def test_unknown_payer(self):
		"""A payment nobody can be sure of waits, with its proposals ranked and reasons told"""
		customer = self.payer()
		for amount in (77.77, 77.77, 12):
			self.invoice(customer, amount)
		line = bank_line(77.77, "your invoice", customer)
		stranger = bank_line(5, "", "Nobody Known 4711")
		self.apply()
		self.assertEqual((self.counts["applied"], self.counts["to_review"]), (0, 2))
		match = self.assert_waiting(line, customer, 12, 77.77, 77.77)
		self.assertEqual([row.rank for row in match.proposals], [1, 2])
		self.assertEqual({row.amount for row in match.proposals}, {77.77})
		self.assertTrue(all(row.reason and row.customer == customer for row in match.proposals))
		self.assertEqual(self.match_of(stranger).proposals, [])

	def test_review_is_brought_up_to_date(self):
		"""A payment that waits is applied once it can be, with the same Cash Match"""
		customer = self.payer()
		line = bank_line(119, "", customer)
		self.apply()
		first = self.assert_waiting(line, customer)
		invoice = self.invoice(customer, 119)
		frappe.db.set_value("Bank Transaction", line.name, "description", invoice.name)
		self.apply()
		self.assert_applied(line, customer)
		self.assertEqual(self.match_of(line).name, first.name)

	def test_auto_apply_switched_off(self):
		"""Where the company wants to see every payment, even sure ones wait with their proposal"""
		configure(auto_apply=0)
		self.addCleanup(configure)
		customer = self.payer()
		invoice = self.invoice(customer, 119)
		line = bank_line(119, invoice.name, customer)
		self.apply()
		match = self.assert_waiting(line, customer, 119)
		self.assertEqual(match.proposals[0].sales_invoice, invoice.name)
		api.accept_proposal(match.name, 1)
		self.assert_applied(line, customer)

	def test_debits_and_other_companies_are_left_alone(self):
		"""Only money that came in is applied"""
		line = bank_line(-50, "rent", "Landlord")
		self.apply()
		self.assertEqual(self.counts["payments"], 0)
		self.assertIsNone(self.match_of(line))

	def test_foreign_currency_invoice_is_never_paid_in_euro(self):
		"""100 EUR do not settle 100 USD"""
		customer = self.payer()
		invoice = self.invoice(customer, 100, **usd())
		line = bank_line(100, invoice.name, customer)
		self.apply()
		self.assert_waiting(line, customer, 100)
		with self.assertRaises(CashPostingError) as raised:
			post_payment(line.name, customer, [Allocation(invoice.name, "", 100)])
		self.assertIn("USD", str(raised.exception))
		self.assertEqual(self.payments_of(customer), [])

	def test_an_error_costs_only_its_payment(self):
		"""One payment that cannot be posted waits with its error; the others are applied"""
		customers = [self.payer() for _ in range(3)]
		invoices = [self.invoice(customer, 119) for customer in customers]
		lines = [
			bank_line(119, invoice.name, customer)
			for invoice, customer in zip(invoices, customers, strict=True)
		]
		reconcile = posting.reconcile

		def fail(transaction, entry):
			if transaction.name == lines[1].name:
				frappe.throw("The books are closed")
			reconcile(transaction, entry)

		with patch.object(posting, "reconcile", fail):
			context = self.apply()
		self.assertEqual((self.counts["applied"], self.counts["failed"]), (2, 1))
		self.assert_applied(lines[0], customers[0])
		self.assert_applied(lines[2], customers[2])
		self.assertIn("The books are closed", self.assert_waiting(lines[1], customers[1], 119).error)
		(message,) = [one for one in context.messages if one.severity == ERROR]
		self.assertEqual(message.reference_name, lines[1].name)
		self.apply()
		self.assert_applied(lines[1], customers[1])

	def test_an_error_in_the_queue_itself(self):
		"""Not even a payment that cannot be queued stops the others"""
		customer = self.payer()
		invoice = self.invoice(customer, 119)
		bad, good = bank_line(1, "", "Stranger"), bank_line(119, invoice.name, customer)
		record = review._save_match

		def fail(context, payment, *args):
			if payment["payment_id"] == bad.name:
				raise RuntimeError("no")
			return record(context, payment, *args)

		with patch.object(review, "_save_match", fail):
			self.apply()
		self.assertEqual((self.counts["applied"], self.counts["failed"]), (1, 1))
		self.assert_applied(good, customer)


class TestNeverTwice(CashTestCase):
	def setUp(self):
		super().setUp()
		self.payer_name = self.payer()
		self.bill = self.invoice(self.payer_name, 119)
		self.line = bank_line(119, self.bill.name, self.payer_name)

	def test_again(self):
		"""A repeated run books nothing more"""
		self.apply()
		self.apply()
		self.assertEqual(self.counts["payments"], 0)
		self.assert_applied(self.line, self.payer_name)

	def test_two_workers_with_the_same_list(self):
		"""A worker that read the payment before the other booked it books nothing"""
		before = open_payments(COMPANY)
		self.apply()
		with patch.object(apply, "open_payments", return_value=before):
			context = self.apply()
		self.assertEqual((self.counts["applied"], self.counts["failed"], context.messages), (0, 0, []))
		self.assert_applied(self.line, self.payer_name)

	def test_two_workers_with_the_same_review(self):
		"""The same for a payment that already waited in the queue, which stays as it was booked"""
		configure(auto_apply=0)
		self.apply()
		configure()
		before = open_payments(COMPANY)
		self.assertTrue(before["cash_match"].notna().all())
		self.apply()
		booked = self.match_of(self.line).modified
		with patch.object(apply, "open_payments", return_value=before):
			self.apply()
		self.assertEqual((self.counts["applied"], self.counts["failed"]), (0, 0))
		self.assert_applied(self.line, self.payer_name)
		self.assertEqual(self.match_of(self.line).modified, booked)

	def test_one_match_per_bank_line(self):
		"""The database itself refuses a second Cash Match of a bank line"""
		self.apply()
		copy = frappe.new_doc("Cash Match")
		copy.update({"bank_transaction": self.line.name, "company": COMPANY})
		self.assertRaises(frappe.UniqueValidationError, copy.insert)

	def test_booked_by_hand_meanwhile(self):
		"""A bank line reconciled by hand has nothing left to apply"""
		entry = payment(self.payer_name, 119, [(self.bill, 119)])
		posting.reconcile(self.line, entry.name)
		self.apply()
		self.assertEqual(self.counts["payments"], 0)
		with self.assertRaises(CashPostingError):
			post_payment(self.line.name, self.payer_name, [Allocation(self.bill.name, "", 119)])
		self.assertEqual(self.payments_of(self.payer_name), [entry.name])

	def test_rehearsal(self):
		"""What a rehearsal books is gone when it is taken back"""
		frappe.db.savepoint("rehearsal")
		context = RunContext(COMPANY, getdate(), dry_run=True)
		self.assertEqual(apply.apply_cash(context)["applied"], 1)
		frappe.db.rollback(save_point="rehearsal")
		self.assertIsNone(self.match_of(self.line))
		self.assertEqual(self.owed(self.payer_name), [119])


class TestReview(CashTestCase):
	def setUp(self):
		super().setUp()
		self.payer_name = self.payer()
		self.bills = [self.invoice(self.payer_name, 77.77) for _ in range(2)]
		self.line = bank_line(77.77, "your invoice", self.payer_name)
		self.apply()
		self.match = self.assert_waiting(self.line, self.payer_name, 77.77, 77.77)

	def test_accept(self):
		"""The chosen proposal is booked, and only that one"""
		chosen = next(row.sales_invoice for row in self.match.proposals if row.rank == 2)
		entry = api.accept_proposal(self.match.name, 2)["payment_entry"]
		self.assertEqual(self.assert_applied(self.line, self.payer_name, 77.77).name, entry)
		self.assertEqual(frappe.db.get_value("Sales Invoice", chosen, "outstanding_amount"), 0)
		self.assertEqual(self.match.reload().rule, "person")
		self.assertRaises(ActionStateError, api.accept_proposal, self.match.name, 1)
		self.assert_applied(self.line, self.payer_name, 77.77)

	def test_accept_what_is_not_there(self):
		"""A proposal that does not exist books nothing"""
		self.assertRaises(ActionStateError, api.accept_proposal, self.match.name, 9)
		self.assert_waiting(self.line, self.payer_name, 77.77, 77.77)

	def test_accept_after_the_invoice_was_paid(self):
		"""A proposal overtaken by another payment is refused, the payment keeps waiting"""
		chosen = next(bill for bill in self.bills if bill.name == self.match.proposals[0].sales_invoice)
		other = payment(self.payer_name, 77.77, [(chosen, 77.77)])
		frappe.db.savepoint("accept")
		self.assertRaises(frappe.ValidationError, api.accept_proposal, self.match.name, 1)
		frappe.db.rollback(save_point="accept")
		self.assertEqual(self.payments_of(self.payer_name), [other.name])
		self.assertEqual(self.match.reload().status, "To Review")

	def test_ignore(self):
		"""A payment set aside is not looked at again, and the reason stays with it"""
		api.ignore(self.match.name, "Refund of the tax office")
		self.assertEqual(self.match.reload().status, "Ignored")
		self.assertTrue(
			frappe.db.exists(
				"Comment", {"reference_name": self.match.name, "content": ["like", "%tax office%"]}
			)
		)
		self.apply()
		self.assertEqual(self.counts["payments"], 0)
		self.assertRaises(ActionStateError, api.accept_proposal, self.match.name, 1)
		self.assertRaises(ActionStateError, api.ignore, self.match.name)

	def test_undo(self):
		"""Undoing cancels the Payment Entry, frees the bank line and leaves it to a person"""
		entry = api.accept_proposal(self.match.name, 1)["payment_entry"]
		api.undo(self.match.name)
		self.assert_undone(entry)
		self.apply()
		self.assert_undone(entry)
		api.accept_proposal(self.match.name, 1)
		self.assert_applied(self.line, self.payer_name, 77.77)

	def test_cancelled_payment_entry(self):
		"""A Payment Entry cancelled in ERPNext gives the payment back to the queue just as well"""
		entry = api.accept_proposal(self.match.name, 1)["payment_entry"]
		frappe.get_doc("Payment Entry", entry).cancel()
		self.assert_undone(entry)

	def assert_undone(self, entry: str):
		self.assertEqual(frappe.db.get_value("Payment Entry", entry, "docstatus"), 2)
		self.match.reload()
		self.assertEqual((self.match.status, self.match.payment_entry), ("Undone", None))
		self.line.reload()
		self.assertEqual((self.line.status, self.line.unallocated_amount), ("Unreconciled", 77.77))
		self.assertEqual(self.owed(self.payer_name), [77.77, 77.77])

	def test_undo_what_was_not_applied(self):
		"""Only an applied payment can be undone"""
		self.assertRaises(ActionStateError, api.undo, self.match.name)

	def test_who_may(self):
		"""It takes both the queue and the right to post payments, and for undo to cancel them"""
		calls = (
			(api.accept_proposal, self.match.name, 1),
			(api.ignore, self.match.name),
			(api.undo, self.match.name),
		)
		for roles in (("Collector",), ("Collections Auditor", "Accounts User"), ("Accounts User",), ()):
			with signed_in(make_user(*roles)):
				for call in calls:
					self.assertRaises(frappe.PermissionError, *call)
		self.assert_waiting(self.line, self.payer_name, 77.77, 77.77)
		with signed_in(make_user("Collector", "Accounts User")):
			api.accept_proposal(self.match.name, 1)
			api.undo(self.match.name)

	def test_who_may_of_which_company(self):
		"""A user kept to another company does not touch this one's payments"""
		user = make_user("Collector", "Accounts User")
		restrict(user, "Company", bare_company())
		with signed_in(user):
			self.assertRaises(frappe.PermissionError, api.accept_proposal, self.match.name, 1)
