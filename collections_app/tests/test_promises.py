"""Promises, disputes and cases: entered, checked, and settled from the ledger."""

import frappe
from frappe.utils import add_days, getdate, now_datetime

from collections_app.api import cases as api
from collections_app.services import settling
from collections_app.services.cases import refresh_stages
from collections_app.tests.utils import ABBR, COMPANY, pay
from collections_app.tests.world import CycleTestCase, make_dispute, make_plan, make_promise, mark_sent


class SettleTestCase(CycleTestCase):
	def settle(self, day: int = 0) -> dict:
		self.settled_in = self.context(day)
		return settling.settle(self.settled_in)

	def promised(self, amount: float = 100, due_in: int = 0, **values):
		self.debtor = self.customer()
		self.the_invoice = self.invoice(self.debtor, 100)
		return make_promise(self.debtor, self.the_invoice, amount=amount, due_in=due_in, **values)


class TestPromise(SettleTestCase):
	def test_opens_a_case_and_tells_it(self):
		"""A promise belongs to the customer's case, made if there is none, which gets a comment."""
		promise = self.promised()
		case = frappe.get_doc("Collection Case", promise.case)
		self.assertEqual((case.customer, case.collector), (self.debtor, "Administrator"))
		comments = frappe.get_all("Comment", {"reference_name": case.name}, pluck="content")
		self.assertTrue(any("promised" in text for text in comments), comments)
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


class TestCase(SettleTestCase):
	def case(self, customer: str):
		return frappe.get_doc("Collection Case", {"customer": customer})

	def test_opened_closed_and_reopened(self):
		"""Opened by an overdue item, closed when all is paid, reopened by the next: always the same case."""
		customer = self.customer()
		invoice = self.invoice(customer, 100, -10)
		self.settle()
		case = self.case(customer)
		self.assertEqual((case.status, case.stage, case.outstanding, case.overdue), ("Open", "New", 100, 100))
		self.assertEqual((case.oldest_due_date, case.collector), (add_days(getdate(), -10), "Administrator"))
		pay(invoice)
		self.assertEqual(self.settle()["cases_closed"], 1)
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
		self.assertEqual((case.stage, case.next_action, case.next_action_on), ("New", "Step 1", getdate()))
		mark_sent(self.action().name)
		refresh_stages(COMPANY, getdate())
		case.reload()
		self.assertEqual((case.stage, case.dunning_level, case.next_action), ("Reminded", 1, None))
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

	def test_call_kept_on_the_case(self):
		"""A call is commented, closes the call task and leaves a follow-up that the next run does not forget."""
		customer = self.customer()
		self.invoice(customer, 100)
		self.settle()
		case = self.case(customer)
		task = frappe.get_doc(
			{
				"doctype": "ToDo",
				"allocated_to": "Administrator",
				"reference_type": "Collection Case",
				"reference_name": case.name,
				"description": "Call",
			}
		).insert()
		again = add_days(getdate(), 5)
		result = api.log_call(case.name, "Call Back", "<b>on Friday</b>", str(again))
		self.assertEqual(result, {"closed_tasks": 1})
		self.assertEqual(task.reload().status, "Closed")
		comments = frappe.get_all(
			"Comment", {"reference_name": case.name, "comment_type": "Info"}, pluck="content"
		)
		self.assertTrue(any("Call Back" in text and "&lt;b&gt;" in text for text in comments), comments)
		refresh_stages(COMPANY, getdate())
		case.reload()
		self.assertEqual((case.next_action, case.next_action_on), ("Call back", again))
		self.assertEqual(getdate(case.last_contact_on), getdate(now_datetime()))
		with self.assertRaisesRegex(frappe.ValidationError, "Unknown outcome"):
			api.log_call(case.name, "Shouted")

	def test_pause(self):
		"""A pause needs a reason and a day that is not past; an empty day ends it."""
		self.promised()
		case = self.case(self.debtor)
		until = str(add_days(getdate(), 3))
		with self.assertRaisesRegex(frappe.ValidationError, "Say why"):
			api.pause(case.name, until, " ")
		with self.assertRaisesRegex(frappe.ValidationError, "past"):
			api.pause(case.name, str(add_days(getdate(), -1)), "late")
		api.pause(case.name, until, "holidays")
		self.assertEqual(str(case.reload().paused_until), until)
		api.pause(case.name, "", "")
		self.assertEqual((case.reload().paused_until, case.pause_reason), (None, None))

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
