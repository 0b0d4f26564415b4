"""Promises to pay: entered, checked, and judged from the ledger."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import cases as api
from collections_app.services import scoring
from collections_app.services.worklist.listing import worklist
from collections_app.tests.settling import SettleTestCase, credit_note
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import make_plan, make_promise


class TestPromise(SettleTestCase):
	def test_opens_a_case(self):
		"""A promise belongs to the customer's case, made if there is none."""
		promise = self.promised()
		case = frappe.get_doc("Collection Case", promise.case)
		self.assertEqual((case.customer, case.collector), (self.debtor, "Administrator"))
		self.assertEqual(case.stage, "Promised")
		self.assertEqual((promise.invoices[0].outstanding, promise.invoices[0].currency), (100, "EUR"))

	def test_wrong_promises_are_refused(self):
		"""Refused: due before given, nothing promised, foreign, double, paid or unsubmitted invoices, another currency."""
		promise = self.promised()
		stranger = self.invoice(self.customer(), 10)
		draft = self.invoice(self.debtor, 10, submit=False)
		paid = self.invoice(self.debtor, 10)
		pay(paid)
		for wrong, message in (
			({"due_in": -3}, "before it was given"),
			({"amount": 0}, "how much"),
			({"invoices": [{"sales_invoice": stranger.name}]}, "no submitted invoice of this customer"),
			({"invoices": [{"sales_invoice": draft.name}]}, "no submitted invoice"),
			({"invoices": [{"sales_invoice": self.the_invoice.name}] * 2}, "there twice"),
			({"invoices": [{"sales_invoice": paid.name}]}, "nothing is open"),
			({"currency": "USD"}, "the promise in USD"),
		):
			with self.subTest(message), self.assertRaisesRegex(frappe.ValidationError, message):
				make_promise(self.debtor, self.the_invoice, **wrong)
		self.assertEqual(promise.status, "Open")

	def test_kept(self):
		"""Paid in time: Kept, also before the due date, with the amount and day."""
		promise = self.promised(due_in=5)
		pay(self.the_invoice)
		self.assertEqual(self.settle()["kept"], 1)
		promise.reload()
		self.assertEqual((promise.status, promise.paid_amount, promise.settled_on), ("Kept", 100, getdate()))
		self.assertTrue(promise.result)

	def test_open_within_the_grace_days(self):
		"""Unpaid, it stays open through the grace days (3) and is broken the day after, which the run tells."""
		promise = self.promised()
		self.assertEqual(self.settle(3)["still_open"], 1)
		self.assertEqual(promise.reload().status, "Open")
		self.assertEqual(self.settle(4)["broken"], 1)
		self.assertEqual(promise.reload().status, "Broken")
		self.assertEqual([line.reference_name for line in self.settled_in.messages], [promise.name])

	def test_partly_kept(self):
		"""Something paid, but not all: Partly Kept after the grace days."""
		promise = self.promised()
		pay(self.the_invoice, 40)
		self.settle()
		self.assertEqual((promise.reload().status, promise.paid_amount), ("Open", 40))
		self.assertEqual(self.settle(4)["partly_kept"], 1)
		self.assertEqual((promise.reload().status, promise.paid_amount), ("Partly Kept", 40))

	def test_settled_once(self):
		"""A settled promise is not judged again, and a cancelled one never."""
		promise = self.promised()
		self.settle(4)
		pay(self.the_invoice)
		self.assertEqual(self.settle(5)["kept"], 0)
		self.assertEqual(promise.reload().status, "Broken")

	def test_payment_counts_for_one_promise(self):
		"""Two promises on one invoice: the payment counts for the one due first."""
		first = self.promised(amount=60)
		second = make_promise(self.debtor, self.the_invoice, amount=40)
		pay(self.the_invoice, 60)
		self.settle(10 + 1)
		self.assertEqual((first.reload().status, second.reload().status), ("Kept", "Broken"))

	def test_judged_ones_are_not_changed(self):
		"""What was judged cannot be edited into something else."""
		promise = self.promised()
		self.settle(4)
		promise.reload().amount = 1
		with self.assertRaisesRegex(frappe.ValidationError, "Broken already"):
			promise.save()

	def test_cancelled_with_a_reason(self):
		"""An open promise can be taken back: its invoice is chased again; a judged one cannot."""
		make_plan((1, "Email"))
		promise = self.promised(due_in=5)
		self.plan()
		self.assertEqual(self.actions(), [])
		with self.assertRaisesRegex(frappe.ValidationError, "Say why"):
			api.cancel_promise(promise.name, " ")
		api.cancel_promise(promise.name, "A new date was agreed")
		promise.reload()
		self.assertEqual((promise.status, promise.result), ("Cancelled", "A new date was agreed"))
		self.plan()
		self.assertEqual(len(self.actions()), 1)
		with self.assertRaisesRegex(frappe.ValidationError, "Cancelled already"):
			api.cancel_promise(promise.name, "again")


class TestInstalments(SettleTestCase):
	def agreed(self, *parts: tuple[int, float], **values):
		"""A promise in instalments: (days from today, amount)."""
		rows = [{"due_on": add_days(getdate(), days), "amount": amount} for days, amount in parts]
		return self.promised(due_in=0, instalments=rows, **values)

	def states(self, promise) -> list[tuple]:
		return [(row.status, row.paid_amount) for row in promise.reload().instalments]

	def test_due_with_the_last(self):
		"""The promise is due with its last instalment; without an amount it is their sum."""
		promise = self.agreed((1, 40), (10, 60), amount=0)
		self.assertEqual((promise.amount, promise.due_on), (100, add_days(getdate(), 10)))
		self.assertEqual(self.states(promise), [("Open", 0), ("Open", 0)])

	def test_wrong_instalments_are_refused(self):
		"""Refused with the row: a sum that differs, days that do not rise, nothing, before the promise."""
		for parts, message in (
			(((1, 40), (10, 50)), "add up to"),
			(((10, 40), (1, 60)), "Row 2: each instalment must be due after"),
			(((5, 40), (5, 60)), "Row 2: each instalment must be due after"),
			(((5, 100), (6, 0)), "Row 2: say how much"),
			(((-1, 40), (5, 60)), "Row 1: the instalment cannot be due before"),
		):
			with self.subTest(message), self.assertRaisesRegex(frappe.ValidationError, message):
				self.agreed(*parts)

	def test_each_judged_by_the_ledger(self):
		"""Instalments are kept one by one; the last one keeps the promise."""
		promise = self.agreed((0, 40), (10, 60))
		pay(self.the_invoice, 40)
		self.settle(5)
		self.assertEqual(self.states(promise), [("Kept", 40), ("Open", 0)])
		self.assertEqual((promise.status, promise.paid_amount), ("Open", 40))
		pay(self.the_invoice, 60)
		self.settle(9)
		self.assertEqual(self.states(promise), [("Kept", 40), ("Kept", 60)])
		self.assertEqual(promise.status, "Kept")

	def test_a_broken_one_breaks_the_promise_at_once(self):
		"""After its grace days, a missed instalment ends the promise: the rest is not awaited, the invoice chased again,
		what was kept is shown."""
		make_plan((1, "Email"))
		promise = self.agreed((0, 30), (2, 30), (20, 40))
		pay(self.the_invoice, 30)
		self.plan(5)
		self.assertEqual((promise.reload().status, self.actions()), ("Open", []))
		self.plan(6)
		self.assertEqual(self.states(promise), [("Kept", 30), ("Broken", 0), ("Cancelled", 0)])
		self.assertEqual((promise.status, promise.paid_amount), ("Broken", 30))
		self.assertIn("Instalment 2 of 3", promise.result)
		self.assertEqual(self.action().total_overdue, 70)

	def test_partly_kept(self):
		"""The missed instalment was paid in part: Partly Kept."""
		promise = self.agreed((0, 40), (20, 60))
		pay(self.the_invoice, 10)
		self.settle(4)
		self.assertEqual(promise.reload().status, "Partly Kept")

	def test_broken_early_weighs_on_the_score(self):
		"""A promise broken with its first instalment counts for the score though its last is still ahead."""
		promise = self.agreed((0, 40), (60, 60))
		self.assertEqual(scoring.customer_facts(self.context(3)).at[self.debtor, "broken_promises"], 0)
		self.settle(4)
		self.assertEqual(promise.reload().status, "Broken")
		facts = scoring.customer_facts(self.context(4))
		self.assertEqual(facts.at[self.debtor, "broken_promises"], 1)

	def test_the_worklist_waits_for_the_next_one(self):
		"""The worklist tells the instalment that is due today, not the whole promise."""
		self.agreed((0, 40), (20, 60))
		self.settle()
		[row] = worklist({"company": COMPANY})
		self.assertTrue(any("40 promised for today" in text for text in row.reasons), row.reasons)

	def test_recorded_over_the_api(self):
		"""As the dialog sends them, as JSON text."""
		customer = self.customer()
		invoice = self.invoice(customer, 100)
		days = [str(add_days(getdate(), number)) for number in (3, 33)]
		name = api.record_promise(
			customer,
			COMPANY,
			days[0],
			100.0,
			"EUR",
			[invoice.name],
			instalments=frappe.as_json([{"due_on": day, "amount": 50} for day in days]),
		)
		promise = frappe.get_doc("Promise to Pay", name)
		self.assertEqual([str(row.due_on) for row in promise.instalments], days)
		self.assertEqual(str(promise.due_on), days[1])


class TestCreditNote(SettleTestCase):
	def test_settled_by_credit_note(self):
		"""What was promised is credited: nothing is left to pay, so it is not broken."""
		promise = self.promised()
		credit_note(self.the_invoice, 100)
		self.settle(4)
		self.assertEqual(promise.reload().status, "Kept")
		self.assertIn("credited", promise.result)

	def test_the_rest_has_to_be_paid(self):
		"""A credit note of a part leaves the rest promised."""
		promise, other = self.promised(), self.promised()
		credit_note(self.the_invoice, 30)
		pay(self.the_invoice, 70)
		credit_note(frappe.get_doc("Sales Invoice", promise.invoices[0].sales_invoice), 30)
		self.settle(4)
		self.assertEqual((promise.reload().status, other.reload().status), ("Broken", "Kept"))
		self.assertEqual(other.paid_amount, 70)

	def test_only_its_invoices_are_paused(self):
		"""The customer's other invoices go on in the plan; a kept promise chases no more of its own."""
		make_plan((1, "Email"))
		self.promised(due_in=5)
		other = self.invoice(self.debtor, 55)
		self.plan()
		self.assertEqual([row.voucher_no for row in self.action().items], [other.name])
