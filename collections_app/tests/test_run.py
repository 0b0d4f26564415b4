"""The Collection Run: all steps of a day on a small company, repeated, rehearsed, locked, and with parts that fail."""

from dataclasses import replace
from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.services.outbox.dispatch import NOTHING_SENT
from collections_app.services.run import cycle, queue
from collections_app.services.run.steps import STEP_NAMES
from collections_app.tests.statements import camt, drop, line
from collections_app.tests.utils import COMPANY, make_connector
from collections_app.tests.world import (
	LEDGER,
	CycleTestCase,
	email_queue,
	make_plan,
	make_promise,
)


class RunTestCase(CycleTestCase):
	def make_world(self) -> None:
		"""A statement that pays one invoice, a promise on another, a third to be reminded of, a call to make."""
		make_plan((1, "Call"), name="Call", priority=1, conditions=[("Customer Group", "=", "Key Account")])
		make_plan((1, "Email"), name="Mail")
		self.payer, self.debtor, self.key = (
			self.customer(),
			self.customer(),
			self.customer(customer_group="Key Account"),
		)
		self.paid = self.invoice(self.payer, 321.09)
		self.promised, self.late = self.invoice(self.debtor, 80), self.invoice(self.debtor, 200)
		self.invoice(self.key, 500)
		make_promise(self.debtor, self.promised, amount=80)
		self.connector = make_connector()
		name = frappe.db.get_value("Customer", self.payer, "customer_name")
		self.file = drop(
			self.connector,
			camt([line(321.09, f"Invoice {self.paid.name}", name)], to_date=getdate()),
		)
		self.addCleanup(self.file.unlink, missing_ok=True)
		frappe.db.commit()

	def run_day(self, day: int = 0):
		name = queue.get_or_create(COMPANY, add_days(getdate(), day))
		self.result = queue.execute(name)
		return frappe.get_doc("Collection Run", name)

	def counts(self, step: str) -> dict:
		return next(result.counts for result in self.result.results if result.step == step)

	def rows(self) -> dict[str, int]:
		"""How many rows every table of interest has."""
		tables = [
			*frappe.get_all("DocType", {"module": "Collections", "issingle": 0}, pluck="name"),
			*LEDGER,
			*("Communication", "Email Queue", "Email Queue Recipient", "ToDo", "Comment", "Version", "File"),
			*("Error Log", "Customer", "Contact", "Notification Log"),
		]
		return {table: frappe.db.count(table) for table in tables}


class TestWholeCycle(RunTestCase):
	def test_one_day(self):
		"""Every step does its work on the day's data, tells it in counts and a sentence, and the run is Completed."""
		self.make_world()
		run = self.run_day()
		self.assertEqual([row.status for row in run.steps], ["Done"] * len(STEP_NAMES), run.messages)
		self.assertEqual(run.status, "Completed")
		self.assertEqual([row.step for row in run.steps], list(STEP_NAMES))
		for row in run.steps:
			self.assertTrue(row.summary, row.step)
			self.assertNotIn("{", row.summary)
		self.assertEqual((run.progress, run.repeats, run.lock_token), (100, 1, None))
		self.assertEqual(self.counts("Sync"), {"connectors": 1, "created": 1, "seen": 0, "failed": 0})
		cash = self.counts("Apply Cash")
		self.assertEqual((cash["applied"], cash["applied_amount"], cash["to_review"]), (1, 321.09, 0))
		read = self.counts("Read Receivables")
		self.assertEqual((read["open_items"], read["customers"], read["outstanding"]), (3, 2, 780))
		self.assertEqual(self.counts("Settle")["still_open"], 1)
		self.assertEqual((self.counts("Score")["scored"], self.counts("Score")["changed"]), (3, 3))
		plan = self.counts("Plan")
		self.assertEqual((plan["due_items"], plan["planned"], plan["without_plan"]), (2, 2, 0))
		self.assertEqual(self.counts("Hold or Release")["released"], 2)
		self.assertEqual(self.counts("Dispatch"), {**NOTHING_SENT, "emails": 1, "calls": 1})
		self.assertEqual(self.counts("Snapshot")["overdue"], 780)

		self.assertEqual(frappe.db.get_value("Sales Invoice", self.paid.name, "outstanding_amount"), 0)
		self.assertFalse(self.file.exists())
		message = self.action(channel="Email")
		self.assertEqual([row.voucher_no for row in message.items], [self.late.name])
		self.assertEqual(message.run, run.name)
		self.assertEqual(len(email_queue()), 1)
		case = frappe.get_doc("Collection Case", {"customer": self.debtor})
		self.assertEqual((case.status, case.stage, case.overdue), ("Open", "Promised", 280))
		self.assertTrue(case.risk_band)
		snapshot = frappe.get_doc("Receivables Snapshot", {"company": COMPANY, "snapshot_date": getdate()})
		self.assertEqual((snapshot.outstanding, snapshot.collected_today), (780, 321.09))

	def test_repeat_the_same_day(self):
		"""The same day again: the same run, nothing booked, planned, scored or sent twice, even with the file once more."""
		self.make_world()
		text = self.file.read_text(encoding="utf-8")
		first = self.run_day()
		drop(self.connector, text, "again.xml")
		before = self.rows()
		second = self.run_day()
		self.assertEqual((second.name, second.repeats), (first.name, 2))
		after = self.rows()
		for table in ("Connector Log", "Collection Run Message", "Version"):
			before.pop(table), after.pop(table)
		self.assertEqual(after, before)
		self.assertEqual(self.counts("Sync")["seen"], 1)

	def test_next_day(self):
		"""The next day is a run of its own; what was sent is not sent again."""
		self.make_world()
		self.run_day()
		run = self.run_day(1)
		self.assertEqual(frappe.db.count("Collection Run", {"company": COMPANY}), 2)
		self.assertEqual((run.status, len(self.actions()), len(email_queue())), ("Completed", 2, 1))

	def test_rehearsal_writes_nothing(self):
		"""A rehearsal works everything out and leaves no row, no file and no message behind."""
		self.make_world()
		before, series = (
			self.rows(),
			frappe.get_all("Sales Invoice", {"company": COMPANY}, ["name", "modified"]),
		)
		context = cycle.rehearse(COMPANY, getdate())
		self.assertEqual(
			[result.status for result in context.results], ["Done"] * len(STEP_NAMES), context.messages
		)
		counts = {result.step: result.counts for result in context.results}
		self.assertEqual(counts["Apply Cash"]["applied"], 1)
		self.assertEqual(counts["Plan"]["planned"], 2)
		self.assertEqual(counts["Dispatch"], {**NOTHING_SENT, "emails": 1, "calls": 1})
		self.assertEqual(self.rows(), before)
		self.assertEqual(frappe.get_all("Sales Invoice", {"company": COMPANY}, ["name", "modified"]), series)
		self.assertTrue(self.file.exists())
		self.assertEqual(frappe.db.get_value("Sales Invoice", self.paid.name, "outstanding_amount"), 321.09)
		self.assertFalse(frappe.db.get_value("Bank Account", {"company": COMPANY}, "last_integration_date"))

	def test_rehearsal_with_a_failing_step(self):
		"""A step that fails in a rehearsal is taken back alone; the others still see what came before, and nothing stays."""
		self.make_world()
		before = self.rows()
		with failing("Score"):
			context = cycle.rehearse(COMPANY, getdate())
		status = {result.step: result.status for result in context.results}
		self.assertEqual((status["Score"], status["Plan"]), ("Failed", "Done"))
		self.assertEqual(context.results[-1].counts["overdue"], 780)
		self.assertEqual(self.rows(), before)

	def test_one_step_alone(self):
		"""Each step can run by itself."""
		self.make_world()
		for step in STEP_NAMES:
			context = self.context()
			cycle.run_steps(context, only=[step])
			self.assertEqual(
				[(one.step, one.status) for one in context.results], [(step, "Done")], context.messages
			)

	def test_company_without_anything(self):
		"""A company without invoices, plans and connectors runs through; what is missing is said."""
		run = self.run_day()
		self.assertEqual(
			{row.status for row in run.steps} - {"Done", "Done with Issues"}, set(), run.messages
		)
		self.assertEqual(run.status, "Completed with Issues")
		self.assertIn("No connector brings bank data", run.messages[0].message)


class TestBadRecords(RunTestCase):
	def test_failing_step(self):
		"""A step that fails is told with its reason and the next ones go on."""
		self.make_world()
		with failing("Score"):
			run = self.run_day()
		status = {row.step: row.status for row in run.steps}
		self.assertEqual(status.pop("Score"), "Failed")
		self.assertEqual(set(status.values()), {"Done"})
		self.assertEqual(run.status, "Completed with Issues")
		self.assertIn("out of order", next(row.message for row in run.messages if row.step == "Score"))
		self.assertEqual(len(email_queue()), 1)

	def test_broken_statement(self):
		"""A truncated statement file is told; everything else goes on."""
		self.make_world()
		drop(self.connector, camt([line(1)])[:300], "broken.xml")
		run = self.run_day()
		self.assertTrue(any("broken.xml" in row.message for row in run.messages))
		self.assertEqual((run.status, len(email_queue())), ("Completed with Issues", 1))

	def test_missing_customer_record(self):
		"""A debtor without a customer record is told; the others are scored and reminded."""
		self.make_world()
		ghost = self.customer()
		self.invoice(ghost, 55)
		frappe.db.delete("Customer", {"name": ghost})
		run = self.run_day()
		self.assertEqual(self.counts("Read Receivables")["unknown_customers"], 1)
		self.assertTrue(any(ghost in row.message for row in run.messages))
		self.assertNotIn("Failed", [row.status for row in run.steps])
		self.assertEqual(len(email_queue()), 1)
		self.assertFalse(self.actions(customer=ghost))

	def test_unknown_currency(self):
		"""An item in a currency the site does not know is told with its invoice, its action held; the others go on."""
		self.make_world()
		odd = self.customer()
		invoice = self.invoice(odd, 55)
		frappe.db.set_value("Payment Ledger Entry", {"party": odd}, "account_currency", "XQX")
		run = self.run_day()
		self.assertNotIn("Failed", [row.status for row in run.steps], run.messages)
		told = [row for row in run.messages if "XQX" in row.message]
		self.assertIn(invoice.name, [row.reference_name for row in told])
		action = self.action(customer=odd)
		self.assertEqual((action.status, action.hold_codes), ("Held", "unknown_currency"))
		self.assertEqual(len(email_queue()), 1)

	def test_customer_without_address(self):
		"""A customer without an e-mail address: told on the run and on its action; the others go on."""
		self.make_world()
		mute = self.customer(email=None)
		self.invoice(mute, 66)
		run = self.run_day()
		action = self.action(customer=mute)
		self.assertEqual((action.status, action.hold_codes), ("Held", "no_email_address"))
		self.assertIn(action.name, [row.reference_name for row in run.messages])
		self.assertEqual(len(email_queue()), 1)


def failing(name: str):
	"""The cycle with this step broken."""

	def broken(_context):
		raise ValueError("out of order")

	steps = tuple(replace(step, work=broken) if step.name == name else step for step in cycle.STEPS)
	return patch.object(cycle, "STEPS", steps)
