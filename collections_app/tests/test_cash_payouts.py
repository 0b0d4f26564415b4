"""Payouts of payment providers on the bank statement: each payment in them is booked less its fee."""

import frappe
from frappe.utils import add_days, flt, getdate

from collections_app.api import cash as api
from collections_app.exceptions import CashPostingError
from collections_app.tests.books import BANK, DEBTORS, bank_line
from collections_app.tests.test_cash_booked import BookedTestCase
from collections_app.tests.test_cash_deductions import ACCOUNTS, CHARGES, LIMITS, make_expense_account
from collections_app.tests.utils import COMPANY, configure


class TestPayouts(BookedTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.set_value("Online Payout", {"company": COMPANY}, "status", "Failed")
		make_expense_account(CHARGES)
		self.addCleanup(configure)
		configure(
			companies=[
				{"company": COMPANY, "enabled": 1, "default_collector": "Administrator", **LIMITS, **ACCOUNTS}
			]
		)
		self.other = self.payer()
		self.bills = [self.bill, self.invoice(self.other, 250)]
		self.payments = [
			self.online_payment(self.debtor, 119, [(self.bill, 119)]),
			self.online_payment(self.other, 250, [(self.bills[1], 250)]),
		]
		self.reference = f"po_{frappe.generate_hash(length=16)}"
		self.payout = self.make_payout([(self.payments[0], 119, 2.03), (self.payments[1], 250, 4.0)])

	def online_payment(self, customer: str, amount: float, invoices: list):
		reference = f"pi_{frappe.generate_hash(length=16)}"
		return frappe.get_doc(
			{
				"doctype": "Online Payment",
				"company": COMPANY,
				"customer": customer,
				"status": "Paid",
				"amount": amount,
				"currency": "EUR",
				"paid_on": getdate(),
				"reference": reference,
				"payment_key": reference,
				"invoices": [{"sales_invoice": bill.name, "amount": part} for bill, part in invoices],
			}
		).insert(ignore_permissions=True, ignore_mandatory=True, ignore_links=True)

	def make_payout(self, parts: list, *lines: dict):
		rows = [
			{
				"kind": "Payment",
				"online_payment": payment.name,
				"reference": payment.reference,
				"amount": amount,
				"fee": fee,
				"net": flt(amount - fee, 2),
			}
			for payment, amount, fee in parts
		]
		rows += lines
		return frappe.get_doc(
			{
				"doctype": "Online Payout",
				"company": COMPANY,
				"reference": self.reference,
				"payout_key": self.reference,
				"statement_text": "STRIPE",
				"status": "Paid",
				"currency": "EUR",
				"amount": flt(sum(row["net"] for row in rows), 2),
				"arrives_on": add_days(getdate(), -1),
				"lines": rows,
			}
		).insert(ignore_permissions=True, ignore_mandatory=True, ignore_links=True)

	def balances(self, names: list[str]) -> dict[str, float]:
		sums: dict[str, float] = {}
		for row in frappe.get_all(
			"GL Entry",
			filters={"voucher_no": ["in", names], "is_cancelled": 0},
			fields=["account", "debit", "credit"],
		):
			sums[row.account] = flt(sums.get(row.account, 0) + row.debit - row.credit, 2)
		return sums

	def entries(self, line) -> list[str]:
		return [row.payment_entry for row in line.reload().payment_entries]

	def test_booked(self):
		"""The line of a payout becomes a Payment Entry for each payment, gross on its invoice, the fee deducted"""
		line = bank_line(362.97, f"STRIPE PAYMENTS {self.reference}", "Stripe Technology Europe")
		self.apply()
		self.assertEqual((self.counts["applied"], self.counts["to_review"]), (1, 0))
		match = self.match_of(line)
		self.assertEqual((match.status, match.voucher, match.rule), ("Applied", self.payout.name, "payout"))
		names = self.entries(line)
		self.assertEqual(len(names), 2)
		self.assertEqual(self.balances(names), {BANK: 362.97, CHARGES: 6.03, DEBTORS: -369})
		self.assertEqual((self.owed(self.debtor), self.owed(self.other)), ([], []))
		self.assertEqual((line.status, line.unallocated_amount), ("Reconciled", 0))
		self.assertEqual(self.payout.reload().bank_transaction, line.name)
		for payment in self.payments:
			self.assertIn(payment.reload().payment_entry, names)

	def test_undo(self):
		"""Undoing cancels them all; line, payout and payments wait again"""
		line = bank_line(362.97, self.reference, "Stripe Technology Europe")
		self.apply()
		api.undo(self.match_of(line).name)
		match = self.match_of(line)
		self.assertEqual((match.status, match.voucher, match.voucher_type), ("Undone", None, None))
		self.assertEqual((self.owed(self.debtor), self.owed(self.other)), ([119], [250]))
		self.assertEqual(line.reload().unallocated_amount, 362.97)
		self.assertIsNone(self.payout.reload().bank_transaction)
		self.assertIsNone(self.payments[0].reload().payment_entry)
		api.accept_proposal(match.name, 1)
		self.assertEqual(self.owed(self.debtor), [])

	def test_without_the_providers_text(self):
		"""An amount alone is proposed, not booked"""
		line = bank_line(362.97, "transfer", "Somebody")
		self.apply()
		match = self.match_of(line)
		self.assertEqual((match.status, match.proposals[0].voucher), ("To Review", self.payout.name))

	def test_a_charge_beside(self):
		"""What the provider charges beside its fees is a bank charge, too"""
		self.payout.delete(ignore_permissions=True)
		self.payout = self.make_payout(
			[(self.payments[0], 119, 2.03), (self.payments[1], 250, 4.0)],
			{"kind": "Fee", "amount": -10, "fee": 0, "net": -10},
		)
		line = bank_line(352.97, self.reference, "Stripe")
		self.apply()
		self.assertEqual(self.match_of(line).status, "Applied")
		self.assertEqual(self.balances(self.entries(line)), {BANK: 352.97, CHARGES: 16.03, DEBTORS: -369})

	def test_what_is_left_to_a_person(self):
		"""A payout with a refund, or with a payment booked already, is not booked; nothing is half done"""
		self.payout.delete(ignore_permissions=True)
		self.payout = self.make_payout(
			[(self.payments[0], 119, 2.03), (self.payments[1], 250, 4.0)],
			{"kind": "Refund", "amount": -50, "fee": 0, "net": -50},
		)
		line = bank_line(312.97, self.reference, "Stripe")
		self.apply()
		match = self.match_of(line)
		self.assertEqual((match.status, self.entries(line)), ("To Review", []))
		self.assertIn("Refund", match.error)
		self.assertEqual((self.owed(self.debtor), self.owed(self.other)), ([119], [250]))
		with self.assertRaises(CashPostingError):
			api.accept_proposal(match.name, 1)

	def test_paid_meanwhile(self):
		"""What is no longer open of an invoice goes on the customer's account"""
		self.booked_by_hand(100, "cash", [(self.bill, 100)], clearance_date=getdate())
		line = bank_line(362.97, self.reference, "Stripe")
		self.apply()
		self.assertEqual(self.match_of(line).status, "Applied")
		self.assertEqual(self.owed(self.debtor), [-100])
