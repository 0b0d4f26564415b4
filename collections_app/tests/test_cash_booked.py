"""Payments booked before the bank showed them: reconciled with the line, never booked a second time."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import cash as api
from collections_app.exceptions import CashPostingError
from collections_app.services.cash.vouchers import VOUCHERS
from collections_app.tests.books import BANK, bank_line, debtor_row, journal, payment
from collections_app.tests.test_cash_application import CashTestCase
from collections_app.tests.utils import COMPANY, configure

REFERENCE = "WIRE-2026-778"


class BookedTestCase(CashTestCase):
	def setUp(self):
		super().setUp()
		# what other tests left unreconciled is no part of these
		for doctype in VOUCHERS:
			frappe.db.set_value(doctype, {"company": COMPANY}, "clearance_date", getdate())
		self.debtor = self.payer()
		self.bill = self.invoice(self.debtor, 119)

	def booked_by_hand(
		self, amount: float = 119, reference: str = REFERENCE, invoices=None, on=None, **values
	):
		entry = payment(self.debtor, amount, invoices if invoices is not None else [(self.bill, 119)], on=on)
		frappe.db.set_value("Payment Entry", entry.name, {"reference_no": reference, **values})
		return entry

	def journal_by_hand(self, amount: float = 119, reference: str = REFERENCE):
		return journal(
			{"account": BANK, "debit": amount},
			debtor_row(self.debtor, self.bill, credit=amount),
			voucher_type="Bank Entry",
			cheque_no=reference,
			cheque_date=getdate(),
		)

	def assert_reconciled(self, line, doctype: str, *names: str):
		"""The line is reconciled with just these vouchers, and nothing else was booked."""
		match = self.match_of(line)
		self.assertEqual((match.status, match.error or ""), ("Applied", ""))
		self.assertEqual((match.voucher_type, match.voucher, match.payment_entry), (doctype, names[0], None))
		line.reload()
		self.assertEqual((line.status, line.unallocated_amount), ("Reconciled", 0))
		self.assertEqual(
			[(row.payment_document, row.payment_entry) for row in line.payment_entries],
			[(doctype, name) for name in names],
		)
		for name in names:
			self.assertEqual(frappe.db.get_value(doctype, name, "clearance_date"), line.date)
		return match

	def codes(self, line) -> str:
		return " ".join(row.reason for row in self.match_of(line).proposals)


class TestBooked(BookedTestCase):
	def test_same_reference(self):
		"""Amount and reference agree: the line is reconciled with the Payment Entry, none is made"""
		entry = self.booked_by_hand()
		line = bank_line(119, "thank you", self.debtor, reference_number=REFERENCE)
		self.apply()
		self.assertEqual((self.counts["applied"], self.counts["to_review"]), (1, 0))
		match = self.assert_reconciled(line, "Payment Entry", entry.name)
		self.assertEqual(self.payments_of(self.debtor), [entry.name])
		self.assertEqual((match.customer, match.rule), (self.debtor, "booked"))

	def test_names_the_invoice_that_was_paid(self):
		"""The payer names the invoices that the Payment Entry paid: as good as its reference"""
		entry = self.booked_by_hand(reference="advice by mail")
		line = bank_line(119, f"Invoice {self.bill.name}", self.debtor)
		self.apply()
		self.assert_reconciled(line, "Payment Entry", entry.name)

	def test_booked_on_account(self):
		"""Booked on account by its advice: the invoice it names is still open, yet nothing is booked twice"""
		entry = self.booked_by_hand(invoices=[])
		line = bank_line(119, f"Invoice {self.bill.name}", self.debtor)
		self.apply()
		self.assertEqual(self.payments_of(self.debtor), [entry.name])
		match = self.match_of(line)
		self.assertEqual(match.status, "To Review")
		self.assertLess(match.confidence, 98)
		self.assertIn(entry.name, self.codes(line))
		self.assertEqual({row.voucher for row in match.proposals if row.voucher}, {entry.name})

	def test_amount_alone(self):
		"""Without the reference it is proposed first, and one click reconciles it"""
		entry = self.booked_by_hand(reference="advice by mail")
		line = bank_line(119, "thank you", self.debtor)
		self.apply()
		match = self.match_of(line)
		self.assertEqual((match.status, match.proposals[0].voucher), ("To Review", entry.name))
		api.accept_proposal(match.name, 1)
		self.assert_reconciled(line, "Payment Entry", entry.name)
		self.assertEqual(self.payments_of(self.debtor), [entry.name])

	def test_last_months_payment(self):
		"""A voucher of the same amount a month ago is another payment"""
		older = self.booked_by_hand(reference="advice by mail", on=add_days(getdate(), -31))
		second = self.invoice(self.debtor, 119)
		line = bank_line(119, second.name, self.debtor)
		self.apply()
		match = self.match_of(line)
		self.assertEqual((match.status, match.voucher), ("Applied", None))
		self.assertEqual(set(self.payments_of(self.debtor)), {older.name, match.payment_entry})

	def test_of_another_customer(self):
		"""Another customer's voucher of that amount does not keep a sure payment waiting"""
		other = self.payer()
		foreign = self.invoice(other, 119)
		entry = payment(other, 119, [(foreign, 119)])
		line = bank_line(119, self.bill.name, self.debtor)
		self.apply()
		self.assert_applied(line, self.debtor)
		self.assertIsNone(frappe.db.get_value("Payment Entry", entry.name, "clearance_date"))

	def test_two_lines_for_one_voucher(self):
		"""Where two lines bear the reference of one voucher, neither is reconciled by itself"""
		self.booked_by_hand()
		lines = [bank_line(119, "", self.debtor, reference_number=REFERENCE) for _ in range(2)]
		self.apply()
		self.assertEqual({self.match_of(line).status for line in lines}, {"To Review"})
		api.accept_proposal(self.match_of(lines[0]).name, 1)
		with self.assertRaises(CashPostingError):
			api.accept_proposal(self.match_of(lines[1]).name, 1)

	def test_several_of_one_reference(self):
		"""One transfer booked as several Payment Entries of its reference is reconciled with all of them"""
		second = self.invoice(self.debtor, 81)
		entries = [self.booked_by_hand(), self.booked_by_hand(81, invoices=[(second, 81)])]
		line = bank_line(200, "", self.debtor, reference_number=REFERENCE)
		self.apply()
		self.assert_reconciled(line, "Payment Entry", *(entry.name for entry in entries))

	def test_journal_entry(self):
		"""The same with a Journal Entry on the bank's account"""
		entry = self.journal_by_hand()
		line = bank_line(119, "", self.debtor, reference_number=REFERENCE)
		self.apply()
		self.assert_reconciled(line, "Journal Entry", entry.name)
		self.assertEqual(self.payments_of(self.debtor), [])

	def test_reconciled_ones_are_not_offered(self):
		"""A voucher that a bank line cleared, or that is cancelled, is no proposal"""
		first = self.booked_by_hand()
		self.apply()
		line = bank_line(119, "", self.debtor, reference_number=REFERENCE)
		self.apply()
		self.assert_reconciled(line, "Payment Entry", first.name)
		again = bank_line(119, "", self.debtor, reference_number=REFERENCE)
		self.apply()
		self.assertEqual([row.voucher for row in self.match_of(again).proposals if row.voucher], [])

	def test_undo(self):
		"""Undoing takes the voucher off the line and leaves it as it was"""
		entry = self.booked_by_hand()
		line = bank_line(119, "", self.debtor, reference_number=REFERENCE)
		self.apply()
		api.undo(self.match_of(line).name)
		self.assert_waits_again(line)
		self.assertEqual(frappe.db.get_value("Payment Entry", entry.name, "docstatus"), 1)
		self.assertIsNone(frappe.db.get_value("Payment Entry", entry.name, "clearance_date"))
		api.accept_proposal(self.match_of(line).name, 1)
		self.assert_reconciled(line, "Payment Entry", entry.name)

	def test_voucher_cancelled(self):
		"""Where the voucher is cancelled in ERPNext, the line waits again"""
		entry = self.journal_by_hand()
		line = bank_line(119, "", self.debtor, reference_number=REFERENCE)
		self.apply()
		frappe.get_doc("Journal Entry", entry.name).cancel()
		self.assert_waits_again(line)

	def assert_waits_again(self, line):
		match = self.match_of(line)
		self.assertEqual((match.status, match.voucher), ("Undone", None))
		line.reload()
		self.assertEqual((line.status, line.unallocated_amount), ("Unreconciled", 119))

	def test_not_without_a_person(self):
		"""Where payments are not applied by themselves, vouchers are only proposed"""
		self.addCleanup(configure)
		configure(auto_apply=0)
		entry = self.booked_by_hand()
		line = bank_line(119, "", self.debtor, reference_number=REFERENCE)
		self.apply()
		match = self.match_of(line)
		self.assertEqual((match.status, match.proposals[0].voucher), ("To Review", entry.name))
