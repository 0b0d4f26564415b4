"""A customer that receives the messages of others: one message for all, each debt with its debtor."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.api.rehearsal import rehearse
from collections_app.exceptions import ReceiverError
from collections_app.services.cases import settling
from collections_app.services.cases import state as case_state
from collections_app.services.outbox.covers import customer_pauses
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import CycleTestCase, make_dispute, make_plan, make_promise, mark_sent


class TestReceiver(CycleTestCase):
	def setUp(self):
		super().setUp()
		make_plan((3, "Email"), (10, "Email"))
		self.parent = self.customer(language="de", email="group@example.com")
		self.children = [self.customer(collections_receiver=self.parent) for _one in range(2)]

	def lines(self) -> list[tuple[str, str]]:
		"""(debtor, invoice) of the only message."""
		return [(row.customer, row.voucher_no) for row in self.action().items]

	def test_one_message_to_the_receiver(self):
		"""Items of the children and its own are one message, to the receiver, in its language, by its plan."""
		invoices = [self.invoice(one, 100, -15) for one in (self.parent, *self.children)]
		self.plan()
		action = self.action()
		self.assertEqual((action.customer, action.language, action.total), (self.parent, "de", 300))
		self.assertEqual(frappe.db.get_value("Collection Case", action.case, "customer"), self.parent)
		self.assertEqual(sorted(self.lines()), sorted((one.customer, one.name) for one in invoices))
		self.judge()
		self.assertEqual((self.action().status, self.action().recipients), ("Queued", "group@example.com"))

	def test_the_plan_of_the_receiver(self):
		"""The children's own plans do not count, and their cases show the plan they are chased by."""
		firm = make_plan((1, "Call"), name="Firm", priority=90)
		frappe.db.set_value("Customer", self.parent, "collections_plan", firm.name)
		other = make_plan((1, "Email"), name="Other", priority=91)
		frappe.db.set_value("Customer", self.children[0], "collections_plan", other.name)
		self.invoice(self.children[0], 100)
		self.plan()
		self.assertEqual((self.action().dunning_plan, self.action().channel), (firm.name, "Call"))
		shown = frappe.db.get_value("Collection Case", {"customer": self.children[0]}, "dunning_plan")
		self.assertEqual(shown, firm.name)

	def test_a_receiver_that_owes_nothing_itself(self):
		"""It gets the messages all the same, and the next step follows as for anybody."""
		self.invoice(self.children[0], 100, -30)
		self.plan()
		self.assertEqual(self.action().customer, self.parent)
		mark_sent(self.action().name, days_ago=8)
		self.plan()
		second = self.action(status="Planned")
		self.assertEqual((second.customer, second.dunning_level), (self.parent, 2))

	def test_the_case_of_who_owes(self):
		"""It says Reminded, with level and day, when the message about its items went out; another child's does not."""
		self.invoice(self.children[0], 100)
		self.plan()
		mark_sent(self.action().name)
		settling.settle(self.context())
		case_state.refresh_stages(COMPANY, getdate())
		for child, stage, level in ((self.children[0], "Reminded", 1), (self.children[1], None, None)):
			case = frappe.db.get_value(
				"Collection Case", {"customer": child}, ["stage", "dunning_level", "last_contact_on"]
			)
			self.assertEqual(case[:2] if case else (None, None), (stage, level))
			self.assertEqual(getdate(case[2]) if case else None, getdate() if stage else None)

	def test_pauses_promises_and_disputes_keep_only_their_items_out(self):
		"""What is paused, promised or disputed of one child leaves the others' items in the message."""
		free = self.invoice(self.children[0], 100)
		own = [self.invoice(self.children[1], amount) for amount in (10, 20, 30)]
		make_promise(self.children[1], own[0], amount=10)
		make_dispute(own[1])
		self.plan()
		self.assertEqual(
			sorted(self.lines()),
			sorted([(self.children[0], free.name), (self.children[1], own[2].name)]),
		)
		frappe.db.set_value("Customer", self.children[1], "collections_paused_until", getdate())
		self.judge()
		held = self.action()
		self.assertEqual((held.status, held.hold_codes), ("Held", "invoice_paused"))
		self.assertIn(own[2].name, held.hold_reasons)
		self.plan()
		self.judge()
		self.assertEqual(self.lines(), [(self.children[0], free.name)])
		self.assertEqual(self.action().status, "Queued")
		self.assertIn(self.children[1], customer_pauses(COMPANY))

	def test_a_pause_of_the_receiver_holds_everything(self):
		"""It is the receiver that is not to be written to."""
		self.invoice(self.children[0], 100)
		frappe.db.set_value("Customer", self.parent, "collections_paused_until", getdate())
		self.plan()
		self.judge()
		self.assertEqual(self.action().hold_codes, "paused_until")

	def test_the_rehearsal_follows(self):
		"""One message to the receiver, also when one of its children is asked for; a paused child comes later."""
		for child in self.children:
			self.invoice(child, 100, -3)
		frappe.db.set_value("Customer", self.children[1], "collections_paused_until", add_days(getdate(), 3))

		def told(**values):
			rows = rehearse(company=COMPANY, days=7, **values)["sides"][0]["rows"]
			return [((getdate(row["day"]) - getdate()).days, row["customer"], row["total"]) for row in rows]

		expected = [(0, self.parent, 100), (4, self.parent, 100)]
		self.assertEqual(told(), expected)
		self.assertEqual(told(customer=self.children[0]), expected)

	def test_changing_the_receiver(self):
		"""What waits for the old receiver gives way to a message to the customer itself."""
		self.invoice(self.children[0], 100)
		self.plan()
		self.assertEqual(self.action().customer, self.parent)
		frappe.db.set_value("Customer", self.children[0], "collections_receiver", None)
		self.plan()
		self.assertEqual(self.action().customer, self.children[0])


class TestWhoMayReceive(CycleTestCase):
	def choose(self, customer: str, receiver: str):
		frappe.get_doc("Customer", customer).update({"collections_receiver": receiver}).save()

	def test_not_itself_no_chain_no_loop(self):
		"""Messages are handed on once, and the refusal says to whom they may go."""
		one, two, three = (self.customer() for _one in range(3))
		with self.assertRaisesRegex(ReceiverError, "its own messages"):
			self.choose(one, one)
		self.choose(one, two)
		for customer, receiver, words in (
			(three, one, f"go to {two} already"),
			(two, three, f"receives the messages of {one}"),
			(two, one, f"go to {two} already"),
		):
			with self.subTest(words), self.assertRaisesRegex(ReceiverError, words):
				self.choose(customer, receiver)
		self.choose(three, two)

	def test_time_zone(self):
		"""A time zone nobody knows is refused."""
		customer = frappe.get_doc("Customer", self.customer())
		customer.update({"collections_time_zone": "America/Lima"}).save()
		with self.assertRaisesRegex(frappe.ValidationError, "Mars/Base is not known"):
			customer.update({"collections_time_zone": "Mars/Base"}).save()
