"""Cases: opened and closed by the ledger; their stage, what comes next and why."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import cases as api
from collections_app.services.cases.state import refresh_stages
from collections_app.tests.desk import make_user
from collections_app.tests.settling import SettleTestCase
from collections_app.tests.utils import ABBR, COMPANY, pay
from collections_app.tests.world import make_dispute, make_plan, make_promise, mark_sent


class TestCase(SettleTestCase):
	def test_opened_closed_and_reopened(self):
		"""Opened by an overdue item, closed when all is paid, reopened by the next: always the same case."""
		customer = self.customer()
		invoice = self.invoice(customer, 100, -10)
		self.settle()
		case = self.case(customer)
		self.assertEqual((case.status, case.stage, case.outstanding, case.overdue), ("Open", "New", 100, 100))
		self.assertEqual((case.oldest_due_date, case.collector), (add_days(getdate(), -10), "Administrator"))
		pay(invoice)
		self.assertEqual(self.case(customer).status, "Closed")
		self.settle()
		case.reload()
		self.assertEqual((case.status, case.stage, case.outstanding, case.overdue), ("Closed", "Paid", 0, 0))
		self.assertEqual(self.settle()["cases_closed"], 0)
		self.invoice(customer, 30, -1)
		self.settle()
		case.reload()
		self.assertEqual((case.status, case.stage, case.overdue), ("Open", "New", 30))
		self.assertEqual(frappe.db.count("Collection Case", {"customer": customer}), 1)

	def test_not_due_yet(self):
		"""An item due in two months opens a case with nothing overdue; a customer who owes nothing has none."""
		customer, other = self.customer(), self.customer()
		self.invoice(customer, 100, 60)
		self.settle()
		case = self.case(customer)
		self.assertEqual((case.status, case.outstanding, case.overdue), ("Open", 100, 0))
		self.assertFalse(frappe.db.exists("Collection Case", {"customer": other}))

	def test_credit_lowers_the_balance(self):
		"""A credit note counts into what is outstanding, not into what is overdue."""
		customer = self.customer()
		self.invoice(customer, 100, -10)
		self.invoice(
			customer, 30, -5, is_return=1, items=[{"item_code": "Consulting", "qty": -1, "rate": 30}]
		)
		self.settle()
		self.assertEqual((self.case(customer).outstanding, self.case(customer).overdue), (70, 100))

	def test_journal_entry_without_due_date(self):
		"""A debt by journal entry has no due date: its day stands in, and the case opens."""
		customer = self.customer()
		frappe.get_doc(
			{
				"doctype": "Journal Entry",
				"company": COMPANY,
				"posting_date": add_days(getdate(), -12),
				"accounts": [
					{
						"account": f"Debtors - {ABBR}",
						"party_type": "Customer",
						"party": customer,
						"debit_in_account_currency": 90,
					},
					{"account": f"Bank EUR - {ABBR}", "credit_in_account_currency": 90},
				],
			}
		).insert().submit()
		self.settle()
		case = self.case(customer)
		self.assertEqual((case.status, case.overdue), ("Open", 90))
		self.assertEqual(case.oldest_due_date, add_days(getdate(), -12))

	def test_stage_follows_what_is_there(self):
		"""Promised before Disputed before Reminded before New; the next action and last contact are the outbox's."""
		make_plan((1, "Email"))
		customer = self.customer()
		invoices = [self.invoice(customer, 100) for _number in range(3)]
		self.plan()
		refresh_stages(COMPANY, getdate())
		case = self.case(customer)
		self.assertEqual(case.stage, "New")
		self.assertEqual((case.next_action, case.next_action_on), ("Step 1 (level 1)", getdate()))
		mark_sent(self.action().name)
		refresh_stages(COMPANY, getdate())
		case.reload()
		self.assertEqual((case.stage, case.dunning_level), ("Reminded", 1))
		self.assertEqual(getdate(case.last_contact_on), getdate())
		make_dispute(invoices[0])
		refresh_stages(COMPANY, getdate())
		self.assertEqual(case.reload().stage, "Disputed")
		make_promise(customer, invoices[1])
		refresh_stages(COMPANY, getdate())
		self.assertEqual(case.reload().stage, "Promised")

	def test_nobodys_case_goes_to_the_default_collector(self):
		"""A case made before a collector was named is given to the default one; an owned case stays."""
		cases = []
		for owner in (None, "Guest"):
			self.debtor = self.customer()
			self.invoice(self.debtor, 100)
			self.settle()
			name = frappe.db.get_value("Collection Case", {"company": COMPANY, "customer": self.debtor})
			frappe.db.set_value("Collection Case", name, "collector", owner)
			cases.append(name)
		self.settle()
		owners = [frappe.db.get_value("Collection Case", name, "collector") for name in cases]
		self.assertEqual(owners, ["Administrator", "Guest"])

	def test_open_invoices_of_a_customer(self):
		"""The open invoices of one customer, oldest first, each once; paid ones are not there."""
		customer = self.customer()
		newer, older, paid = (self.invoice(customer, 10, due) for due in (-2, -20, -30))
		pay(paid)
		rows = api.get_open_invoices(customer, COMPANY)
		self.assertEqual([row["sales_invoice"] for row in rows], [older.name, newer.name])
		self.assertEqual((rows[0]["days_overdue"], rows[0]["outstanding"]), (20, 10))

	def test_recorded_over_the_api(self):
		"""Promise and dispute as the dialogs send them, lists as JSON text."""
		customer = self.customer()
		invoices = [self.invoice(customer, 100) for _number in range(2)]
		promise = api.record_promise(
			customer, COMPANY, str(add_days(getdate(), 4)), 100.0, "EUR", frappe.as_json([invoices[0].name])
		)
		self.assertEqual(frappe.db.get_value("Promise to Pay", promise, "status"), "Open")
		reason = frappe.db.get_value("Dispute Reason", {}, "name", order_by="name")
		dispute = api.record_dispute(invoices[1].name, reason, disputed_amount=20.0)
		self.assertEqual(frappe.db.get_value("Invoice Dispute", dispute, "disputed_amount"), 20)

	def test_account_manager_collects(self):
		"""A new case goes to the customer's account manager if that is an enabled collector, else to the default."""
		collector, stranger = make_user("Collector"), make_user("Sales User")
		owners = []
		for manager in (collector, stranger, None):
			customer = self.customer(account_manager=manager)
			self.invoice(customer, 100)
			self.settle()
			owners.append(self.case(customer).collector)
		self.assertEqual(owners, [collector, "Administrator", "Administrator"])


class TestNextAction(SettleTestCase):
	"""Never empty for an open case, and it says why."""

	def next_of(self, customer: str) -> tuple:
		refresh_stages(COMPANY, getdate())
		case = self.case(customer)
		self.assertTrue(case.next_action and case.next_action_reason, "an open case without a next action")
		return case.next_action_kind, case.next_action, case.next_action_on, case.next_action_reason

	def test_message_waits(self):
		"""A message that waits comes first, with what it waits for."""
		make_plan((1, "Email", {"requires_approval": 1}))
		customer = self.customer()
		self.invoice(customer, 100)
		self.plan()
		self.judge()
		found = self.next_of(customer)
		self.assertEqual(found, ("Message", "Step 1 (level 1)", getdate(), "Waits for approval"))
		for status, part in (("Failed", "retry"), ("Uncertain", "Not known")):
			frappe.db.set_value(
				"Collection Action", self.action().name, {"status": status, "hold_reasons": ""}
			)
			self.assertIn(part, self.next_of(customer)[3])

	def test_next_step_of_the_plan(self):
		"""When nothing waits, the plan's next step on the day it will be due; after the gap, not before."""
		make_plan((1, "Email"), (15, "Call", {"requires_approval": 1}))
		customer = self.customer()
		invoice = self.invoice(customer, 100)
		self.plan()
		mark_sent(self.action().name)
		kind, text, on, why = self.next_of(customer)
		self.assertEqual((kind, text, on), ("Plan Step", "Step 2 (level 2)", add_days(getdate(), 7)))
		self.assertIn(f"15 days after {invoice.name} was due", why)
		self.assertIn("approval", why)

	def test_not_due_yet(self):
		"""Of what is not due yet the first step ahead, also one before the due date, also of a later invoice."""
		make_plan((-5, "Email"), (3, "Email"))
		customer = self.customer()
		self.invoice(customer, 100, 30)
		self.plan()
		self.assertEqual(self.next_of(customer)[1:3], ("Step 1 (level 1)", add_days(getdate(), 25)))
		self.invoice(customer, 100, 2)
		self.plan()
		self.assertEqual(self.next_of(customer)[:3], ("Message", "Step 1 (level 1)", getdate()))

	def test_promise_dispute_task(self):
		"""The earliest of what is going on: a task, a dispute that wants an answer, the instalment awaited."""
		make_plan((1, "Email"))
		customer = self.customer()
		invoices = [self.invoice(customer, 100) for _number in range(2)]
		make_promise(
			customer,
			invoices[0],
			promised_by="Ms Payne",
			instalments=[{"due_on": add_days(getdate(), days), "amount": 50} for days in (6, 36)],
		)
		dispute = make_dispute(invoices[1], answer_due_on=add_days(getdate(), 9))
		self.plan()
		kind, text, on, why = self.next_of(customer)
		self.assertEqual((kind, on), ("Promise", add_days(getdate(), 6)))
		self.assertIn("50", text)
		self.assertIn("Ms Payne", why)
		dispute.update({"answer_due_on": add_days(getdate(), 2)}).save()
		kind, text, on, why = self.next_of(customer)
		self.assertEqual((kind, on), ("Dispute", add_days(getdate(), 2)))
		self.assertIn(invoices[1].name, text)
		api.log_call(self.case(customer).name, "Call Back", None, str(add_days(getdate(), 1)))
		kind, text, on, why = self.next_of(customer)
		self.assertEqual((kind, text, on), ("Task", "Call back", add_days(getdate(), 1)))

	def test_a_late_answer_says_so(self):
		customer = self.customer()
		dispute = make_dispute(self.invoice(customer, 100))
		self.settle()
		frappe.db.set_value("Invoice Dispute", dispute.name, "answer_due_on", add_days(getdate(), -3))
		self.assertIn("late", self.next_of(customer)[3])

	def test_pause_moves_the_step(self):
		"""While the case is paused the step comes the day after, and the pause is why."""
		make_plan((1, "Email"), (15, "Email"))
		customer = self.customer()
		self.invoice(customer, 100)
		self.plan()
		mark_sent(self.action().name)
		api.pause(self.case(customer).name, str(add_days(getdate(), 20)), "in talks")
		_kind, text, on, why = self.next_of(customer)
		self.assertEqual((text, on), ("Step 2 (level 2)", add_days(getdate(), 21)))
		self.assertIn("in talks", why)

	def test_nothing_left(self):
		"""No plan, no further step, everything paused: said in words."""
		customer = self.customer()
		invoice = self.invoice(customer, 100)
		self.plan()
		self.assertEqual(self.next_of(customer)[1], "No dunning plan fits")
		make_plan((1, "Email"))
		self.plan()
		mark_sent(self.action().name)
		kind, text, on, why = self.next_of(customer)
		self.assertEqual((kind, text, on), ("Nothing", "Decide how to go on", None))
		self.assertIn("no further step", why)
		frappe.db.set_value("Sales Invoice", invoice.name, "collections_paused_until", add_days(getdate(), 5))
		self.assertIn("paused or in hand", self.next_of(customer)[3])

	def test_closed_case_has_none(self):
		customer = self.customer()
		invoice = self.invoice(customer, 100)
		self.settle()
		self.next_of(customer)
		pay(invoice)
		self.settle()
		case = self.case(customer)
		self.assertEqual((case.status, case.next_action, case.next_action_on), ("Closed", None, None))

	def test_fresh_after_each_entry(self):
		"""Recording something shows on the case at once, not after the next run."""
		make_plan((1, "Email"), (15, "Email"))
		customer = self.customer()
		invoice = self.invoice(customer, 100)
		self.plan()
		mark_sent(self.action().name)
		promise = make_promise(customer, invoice, due_in=4)
		case = self.case(customer)
		self.assertEqual((case.stage, case.next_action_kind), ("Promised", "Promise"))
		api.cancel_promise(promise.name, "taken back")
		case.reload()
		self.assertEqual((case.stage, case.next_action_kind), ("Reminded", "Plan Step"))
