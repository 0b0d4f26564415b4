"""Payments that the bank took back: shown with the receipt, opened again by a Journal Entry, undone in one click."""

import frappe
from frappe.utils import add_days, flt, getdate

from collections_app.api import cash as api
from collections_app.exceptions import ActionStateError, CashPostingError
from collections_app.tests.books import DEBTORS, bank_line, payment
from collections_app.tests.test_cash_booked import BookedTestCase
from collections_app.tests.test_cash_deductions import (
	ACCOUNTS,
	BANK,
	CHARGES,
	DISCOUNT,
	LIMITS,
	make_expense_account,
)
from collections_app.tests.utils import COMPANY, configure


class TestReturned(BookedTestCase):
	def setUp(self):
		super().setUp()
		self.end_to_end = f"SDD-2026-{frappe.generate_hash(length=8)}"
		for account in (DISCOUNT, CHARGES):
			make_expense_account(account)
		self.addCleanup(configure)
		self.set_company(**ACCOUNTS)
		self.line = self.paid(119, self.bill.name)

	def set_company(self, **values):
		row = {"company": COMPANY, "enabled": 1, "default_collector": "Administrator", **LIMITS, **values}
		configure(companies=[row])

	def paid(self, amount: float, text: str, reference: str | None = None):
		"""A payment that was applied some days ago."""
		day = add_days(getdate(), -5)
		line = bank_line(
			amount,
			text,
			self.debtor,
			"DE02120300000000202051",
			reference_number=reference or self.end_to_end,
			date=day,
		)
		self.apply()
		self.assertEqual(self.match_of(line).status, "Applied")
		return line

	def returned(self, amount: float = 119, text: str = "SEPA Ruecklastschrift", **values):
		values = {"reference_number": self.end_to_end, "collections_is_return": 1, **values}
		line = bank_line(-amount, text, values.pop("name", self.debtor), values.pop("iban", ""), **values)
		self.apply()
		return line

	def balances(self, voucher: str) -> dict[str, float]:
		rows = frappe.get_all(
			"GL Entry",
			filters={"voucher_no": voucher, "is_cancelled": 0},
			fields=["account", "debit", "credit"],
		)
		sums: dict[str, float] = {}
		for row in rows:
			sums[row.account] = flt(sums.get(row.account, 0) + row.debit - row.credit, 2)
		return sums

	def accept(self, line) -> str:
		return api.accept_proposal(self.match_of(line).name, 1)["payment_entry"]

	def test_shown_with_the_payment(self):
		"""A returned payment waits with its receipt proposed; nothing is booked by itself"""
		line = self.returned(collections_return_reason="MD06 Refund request")
		self.assertEqual(self.counts["returned"], 1)
		match = self.match_of(line)
		self.assertEqual((match.status, match.is_return, match.amount), ("To Review", 1, -119))
		self.assertEqual((match.customer, match.return_reason), (self.debtor, "MD06 Refund request"))
		self.assertEqual(match.proposals[0].voucher, self.match_of(self.line).payment_entry)
		self.assertGreaterEqual(match.confidence, 98)
		self.assertEqual(self.owed(self.debtor), [])
		detail = api.review_detail(match.name)
		self.assertTrue(detail["proposals"][0]["takes_back"])

	def test_accepted(self):
		"""A Journal Entry opens the invoice again on the day of the return; the payment stays"""
		line = self.returned()
		name = self.accept(line)
		match = self.match_of(line)
		receipt = self.match_of(self.line).payment_entry
		self.assertEqual((match.status, match.voucher, match.returned_payment), ("Applied", name, receipt))
		self.assertEqual(self.owed(self.debtor), [119])
		self.assertEqual(frappe.db.get_value("Sales Invoice", self.bill.name, "outstanding_amount"), 119)
		self.assertEqual(self.balances(name), {BANK: -119, DEBTORS: 119})
		entry = frappe.get_doc("Journal Entry", name)
		self.assertEqual(
			(entry.docstatus, entry.posting_date, entry.clearance_date), (1, line.date, line.date)
		)
		self.assertEqual((line.reload().status, line.unallocated_amount), ("Reconciled", 0))
		self.assertEqual(frappe.db.get_value("Payment Entry", receipt, "docstatus"), 1)
		again = self.returned(reference_number=self.end_to_end)
		self.assertNotIn(receipt, [row.voucher for row in self.match_of(again).proposals])

	def test_undo(self):
		"""Undoing cancels the Journal Entry: the invoice is paid, the line waits"""
		line = self.returned()
		name = self.accept(line)
		api.undo(self.match_of(line).name)
		match = self.match_of(line)
		self.assertEqual((match.status, match.voucher, match.returned_payment), ("Undone", None, None))
		self.assertEqual(frappe.db.get_value("Journal Entry", name, "docstatus"), 2)
		self.assertEqual(self.owed(self.debtor), [])
		self.assertEqual(line.reload().unallocated_amount, 119)
		self.accept(line)
		self.assertEqual(self.owed(self.debtor), [119])

	def test_charge_discount_and_rest_on_account(self):
		"""The bank's charge is booked, a discount comes back, what stood on account is turned round"""
		bill = self.invoice(self.debtor, 100)
		self.paid(98, f"{bill.name} 2% skonto", "SDD-2")
		line = self.returned(101.5, reference_number="SDD-2")
		name = self.accept(line)
		self.assertEqual(self.balances(name), {BANK: -101.5, CHARGES: 3.5, DISCOUNT: -2, DEBTORS: 100})
		self.assertEqual(self.owed(self.debtor), [100])
		extra = self.invoice(self.debtor, 50)
		self.paid(60, extra.name, "SDD-3")
		self.assertEqual(self.owed(self.debtor), [-10, 100])
		self.accept(self.returned(60, reference_number="SDD-3"))
		self.assertEqual(self.owed(self.debtor), [50, 100])

	def test_without_an_account_for_the_charge(self):
		"""No account for the bank's charge: nothing is booked, and the message says what to set"""
		self.set_company()
		line = self.returned(122)
		with self.assertRaises(CashPostingError) as raised:
			self.accept(line)
		self.assertIn("Collections Settings", str(raised.exception))

	def test_what_is_no_return(self):
		"""Money that goes out for something else is not put into the queue"""
		line = self.returned(119, "Rent of the warehouse", reference_number="", collections_is_return=0)
		self.assertIsNone(self.match_of(line))

	def test_by_words_and_by_reference(self):
		"""Where the bank marks nothing, its words or the end-to-end reference tell"""
		by_words = self.returned(
			119, "Retourened: UNPAID direct debit", collections_is_return=0, reference_number=""
		)
		self.assertEqual(self.match_of(by_words).proposals[0].voucher, self.match_of(self.line).payment_entry)
		by_reference = self.returned(119, "", collections_is_return=0, name="")
		self.assertTrue(self.match_of(by_reference).is_return)

	def test_a_return_without_a_receipt(self):
		"""A return whose payment is not found still waits, and says so"""
		match = self.match_of(self.returned(7777, reference_number="UNKNOWN-1", name="Someone Else"))
		self.assertEqual((match.status, match.proposals), ("To Review", []))
		self.assertIn("was found", match.reasons)
		self.assertRaises(ActionStateError, api.allocate, match.name, self.debtor, [])

	def test_booked_by_hand(self):
		"""A voucher that somebody booked for the return is proposed to reconcile with"""
		entry = frappe.copy_doc(payment(self.debtor, 119))
		entry.update(
			{
				"payment_type": "Pay",
				"paid_from": entry.paid_to,
				"paid_to": entry.paid_from,
				"reference_no": self.end_to_end,
			}
		)
		entry.insert().submit()
		line = self.returned()
		match = self.match_of(line)
		self.assertIn(entry.name, [row.voucher for row in match.proposals if row.rank == 1])
		api.accept_proposal(match.name, 1)
		self.assert_reconciled(line, "Payment Entry", entry.name)

	def test_not_in_bulk(self):
		"""Accepting many at once never takes a payment back"""
		line = self.returned()
		self.assertNotIn(self.match_of(line).name, api.surer_than(50)["names"])
