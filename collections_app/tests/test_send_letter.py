"""A letter that a person sends: what is offered, the look at it, and that the outbox sends it once and holds it as any other."""

import frappe

from collections_app.api import send_letter as api
from collections_app.services.letters.choices import STATEMENT_LETTER
from collections_app.services.outbox.work import work_outbox
from collections_app.tests.books import payment
from collections_app.tests.desk import make_case, make_user, restrict, signed_in
from collections_app.tests.outgoing import OutgoingTestCase
from collections_app.tests.test_plan_steps import make_address
from collections_app.tests.utils import COMPANY, configure, pay
from collections_app.tests.world import PREFIX, CycleTestCase, make_dispute, make_letter, make_plan

LETTER = f"{PREFIX} Letter"


class SendLetterTestCase(CycleTestCase):
	def setUp(self):
		super().setUp()
		make_letter()
		self.debtor = self.customer()

	def one(self, **values) -> dict:
		"""Arguments of the API: the letter by e-mail about all that is overdue."""
		items = [row["item"] for row in self.choices()["items"] if row["chosen"]]
		return {
			"customer": self.debtor,
			"company": COMPANY,
			"channel": "Email",
			"letter": LETTER,
			"items": items,
			**values,
		}

	def choices(self, **values) -> dict:
		return api.choices(self.debtor, COMPANY, **values)

	def send_one(self, request: str = "request-1", **values) -> dict:
		return api.send(**self.one(**values), request=request)


class TestChoices(SendLetterTestCase):
	def test_items(self):
		"""A reminder begins with what is overdue, a statement with all that is open, credits too; of one currency."""
		late, later = self.invoice(self.debtor, 100), self.invoice(self.debtor, 50, due_in=20)
		payment(self.debtor, 30)
		rows = self.choices()["items"]
		self.assertEqual([row["voucher_no"] for row in rows if row["chosen"]], [late.name])
		self.assertEqual(
			{row["voucher_no"] for row in rows if row["voucher_type"] == "Sales Invoice"},
			{late.name, later.name},
		)
		rows = self.choices(purpose="statement")["items"]
		self.assertEqual(sum(row["outstanding"] for row in rows if row["chosen"]), 120)

	def test_covered_items(self):
		"""What is disputed or promised is told, and not chosen to begin with."""
		disputed, late = self.invoice(self.debtor, 100), self.invoice(self.debtor, 50)
		make_dispute(disputed)
		rows = {row["voucher_no"]: row for row in self.choices()["items"]}
		self.assertEqual((rows[disputed.name]["covered"], rows[disputed.name]["chosen"]), (True, False))
		self.assertEqual((rows[late.name]["covered"], rows[late.name]["chosen"]), (False, True))

	def test_nothing_open(self):
		self.assertEqual(self.choices()["items"], [])

	def test_suggested(self):
		"""The statement of account for a statement; else the letter of the step its plan has come to."""
		make_letter("Second")
		plan = make_plan((1, "Email"), (10, "Email", {"letter": f"{PREFIX} Second"}))
		make_case(self.debtor, dunning_plan=plan.name, dunning_level=2)
		self.assertEqual(self.choices()["letter"], f"{PREFIX} Second")
		self.assertEqual(self.choices(purpose="statement")["letter"], STATEMENT_LETTER)

	def test_languages_by_name(self):
		"""The customer's own, and those the letters are written in."""
		frappe.db.set_value("Customer", self.debtor, "language", "de")
		found = self.choices()
		self.assertEqual(found["recipient"]["language"], "de")
		self.assertEqual(found["language_names"]["de"], "Deutsch")
		for letter in found["letters"]:
			self.assertLessEqual(set(letter["languages"]), set(found["language_names"]))

	def test_channels(self):
		"""Each says its address, or what is in its way: what is missing of the customer, or that nothing can send it."""
		found = {one["channel"]: one for one in self.choices()["channels"]}
		self.assertEqual(found["Email"]["address"], "pay@example.com")
		self.assertFalse(found["Email"]["obstacle"] or found["Email"]["no_address"])
		self.assertIn("registered", found["Registered E-Mail"]["obstacle"])
		self.assertTrue(found["Letter"]["no_address"])

	def test_waiting(self):
		"""What waits for the customer already is named."""
		self.invoice(self.debtor, 100)
		configure(contacts_per_day=1)
		self.send_one()
		configure(sending_from="00:00:00", sending_until="00:01:00")
		self.send_one("request-2")
		self.assertTrue(self.choices()["waiting"])


class TestPreview(SendLetterTestCase):
	def test_preview(self):
		"""Subject, text and address as they would go out; nothing is written."""
		self.invoice(self.debtor, 100)
		before = frappe.db.count("Collection Action")
		found = api.preview(**self.one())
		self.assertEqual(found["subject"], "€100.00 overdue")
		self.assertEqual((found["to"], found["holds"], found["total"]), ("pay@example.com", [], 100))
		self.assertIn("Dear", found["html"])
		self.assertEqual(frappe.db.count("Collection Action"), before)
		self.assertFalse(frappe.db.exists("Collection Case", {"customer": self.debtor}))

	def test_language(self):
		self.invoice(self.debtor, 100)
		self.assertIn("überfällig", api.preview(**self.one(language="de"))["subject"])

	def test_printed(self):
		"""A letter by post shows the printed page."""
		self.invoice(self.debtor, 100)
		make_address(self.debtor)
		found = api.preview(**self.one(channel="Letter"))
		self.assertIn("print-format", found["html"])
		self.assertTrue(found["to"])

	def test_holds(self):
		"""Why it would wait is said before it is sent."""
		invoice = self.invoice(self.debtor, 100)
		make_dispute(invoice)
		items = [self.choices()["items"][0]["item"]]
		self.assertIn(invoice.name, " ".join(api.preview(**self.one(items=items))["holds"]))

	def test_refused(self):
		"""Items that are no debt, of nobody, or of two currencies."""
		self.invoice(self.debtor, 100)
		payment(self.debtor, 30)
		credit = next(row["item"] for row in self.choices()["items"] if row["is_credit"])
		for items, message in (
			([], "at least one"),
			(["Sales Invoice|none|"], "at least one"),
			([credit], "Nothing is owed"),
		):
			with self.subTest(items), self.assertRaisesRegex(Exception, message):
				api.preview(**self.one(items=items))


class TestSend(SendLetterTestCase):
	def setUp(self):
		super().setUp()
		self.the_invoice = self.invoice(self.debtor, 100)

	def queued_mails(self) -> int:
		case = frappe.db.get_value("Collection Case", {"customer": self.debtor})
		return frappe.db.count(
			"Email Queue", {"reference_doctype": "Collection Case", "reference_name": case}
		)

	def test_sent_once(self):
		"""The same request twice makes one message, and the outbox sends it once."""
		first, again = self.send_one(), self.send_one()
		self.assertEqual((first["action"], first["status"]), (again["action"], "Queued"))
		for _time in range(2):
			work_outbox(COMPANY, [first["action"]])
		self.assertEqual(self.queued_mails(), 1)
		action = self.action()
		self.assertEqual((action.status, action.subject), ("Sending", "€100.00 overdue"))
		self.assertEqual([row.voucher_no for row in action.items], [self.the_invoice.name])

	def test_another_request(self):
		"""Sending again on purpose is another message."""
		self.send_one()
		self.send_one("request-2")
		self.assertEqual(len(self.actions()), 2)

	def test_held(self):
		"""It waits as any other message does, says why, and goes out by itself when the reason is gone."""
		configure(sending_from="00:00:00", sending_until="00:00:01")
		sent = self.send_one()
		self.assertEqual(sent["status"], "Held")
		self.assertIn("hours", " ".join(sent["holds"]))
		configure()
		work_outbox(COMPANY)
		self.assertEqual(self.queued_mails(), 1)

	def test_plan_leaves_it_alone(self):
		"""Planning withdraws no message of a person, and takes it for no step of the plan."""
		configure(sending_from="00:00:00", sending_until="00:00:01")
		sent = self.send_one()
		make_plan((1, "Email"))
		self.plan()
		self.assertEqual(frappe.db.get_value("Collection Action", sent["action"], "status"), "Held")
		configure()
		self.judge()
		self.dispatch()
		frappe.db.set_value("Collection Action", sent["action"], "status", "Sent")
		steps = [row.step_name for row in self.actions()]
		self.assertEqual(len(steps), 2, steps)

	def test_part_payment(self):
		"""A payment while it waits changes the amounts; nothing left calls it off."""
		second = self.invoice(self.debtor, 50)
		configure(sending_from="00:00:00", sending_until="00:00:01")
		name = self.send_one()["action"]
		pay(self.the_invoice)
		pay(second, 10)
		self.judge()
		action = frappe.get_doc("Collection Action", name)
		self.assertEqual([(row.voucher_no, row.outstanding) for row in action.items], [(second.name, 40)])
		self.assertEqual((action.total, action.total_overdue, action.hold_codes), (40, 40, "outside_hours"))
		pay(second)
		self.judge()
		self.assertEqual(action.reload().status, "Cancelled")

	def test_counts_as_contact(self):
		configure(contacts_per_day=1)
		self.send_one()
		self.assertEqual(self.send_one("request-2")["status"], "Held")

	def test_receiver(self):
		"""It goes to who receives the customer's messages, about what the customer owes."""
		parent = self.customer(email="parent@example.com")
		frappe.db.set_value("Customer", self.debtor, "collections_receiver", parent)
		action = frappe.get_doc("Collection Action", self.send_one()["action"])
		self.assertEqual((action.customer, action.recipients), (parent, "parent@example.com"))
		self.assertEqual([row.customer for row in action.items], [self.debtor])

	def test_approval(self):
		"""What a plan sends after an approval only, a collector does not send without one; a manager does."""
		make_plan((1, "Email", {"requires_approval": 1}))
		with signed_in(make_user("Collector", "Sales User")):
			self.assertEqual(self.send_one()["status"], "Awaiting Approval")
		with signed_in(make_user("Credit Manager", "Sales User")):
			self.assertEqual(self.send_one("request-2")["status"], "Queued")

	def test_obstacle(self):
		"""What nothing can send is refused, not kept."""
		with self.assertRaisesRegex(Exception, "registered"):
			self.send_one(channel="Registered E-Mail")
		self.assertEqual(self.actions(), [])

	def test_permissions(self):
		"""An auditor looks and does not send; nobody writes to a customer, or for a company, they may not see."""
		with signed_in(make_user("Collections Auditor", "Sales User")):
			self.assertFalse(self.choices()["may_send"])
			self.assertRaises(frappe.PermissionError, self.send_one)
		other = self.customer()
		collector = make_user("Collector", "Sales User")
		restrict(collector, "Customer", other)
		with signed_in(collector):
			self.assertRaises(frappe.PermissionError, self.choices)
			self.assertRaises(
				frappe.PermissionError, api.send, self.debtor, COMPANY, "Email", LETTER, [], "r"
			)


class TestConnected(OutgoingTestCase):
	def test_registered_letter(self):
		"""A registered letter goes to the connector as such, once."""
		self.acme()
		debtor = self.customer()
		make_address(debtor)
		self.invoice(debtor, 100)
		make_letter()
		item = api.choices(debtor, COMPANY)["items"][0]["item"]
		sent = api.send(debtor, COMPANY, "Letter", LETTER, [item], "request-1", registered=True)
		for _time in range(2):
			work_outbox(COMPANY, [sent["action"]])
		(message,) = self.server.messages
		self.assertEqual((message["kind"], message["registered"]), ("send_letter", True))
		self.assertEqual(frappe.db.get_value("Collection Action", sent["action"], "status"), "Sent")
