"""Insurer notice: the insurer of a customer's debt is told in time, once, and of the right thing."""

import csv
import io
import json
from unittest.mock import patch

import frappe
from frappe.utils import add_days, flt, getdate

from collections_app.api import cards
from collections_app.services.credit import insurer_notice
from collections_app.services.outbox import follow
from collections_app.services.outbox.channels import partner
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase, email_queue, make_plan

INSURER = "overdues@insurer.example"


def make_cover(customer: str, **values):
	cover = frappe.get_doc(
		{
			"doctype": "Credit Cover",
			"customer": customer,
			"company": COMPANY,
			"status": "Approved",
			"insurer": "Atlas Trade Credit",
			"policy_no": "TC-0815",
			"insurer_reference": "AT-99",
			"currency": "EUR",
			"amount_requested": 5000,
			"amount": 5000,
			"insured_share": 90,
			"valid_from": add_days(getdate(), -300),
			"notify_after_days": 30,
			**values,
		}
	)
	cover.set_new_name()
	# as a connector or an earlier day left it
	cover.db_insert()
	return cover


class TestInsurerNotice(CycleTestCase):
	def noticed(self, covered: dict | None = None, **step):
		make_plan((1, "Insurer Notice", {"partner_email": INSURER, **step}))
		self.debtor = self.customer()
		self.invoices = [self.invoice(self.debtor, 100, due_in=-40), self.invoice(self.debtor, 60, due_in=-5)]
		self.cover = make_cover(self.debtor, **(covered or {}))
		self.send()
		return self.action()

	def deliver(self) -> None:
		for entry in email_queue():
			frappe.db.set_value("Email Queue", entry.name, "status", "Sent")
		follow.follow_sent_messages()

	def told_on(self):
		return frappe.db.get_value("Credit Cover", self.cover.name, "notified_on")

	def test_by_email(self):
		"""The insurer gets one e-mail with the notice as PDF and the items as CSV; the customer none."""
		action = self.noticed()
		(entry,) = email_queue()
		recipients = frappe.get_all("Email Queue Recipient", {"parent": entry.name}, pluck="recipient")
		self.assertEqual(recipients, [INSURER])
		files = [frappe.get_doc("File", one["fid"]) for one in json.loads(entry.attachments)]
		self.assertEqual([file.file_name.rsplit(".", 1)[1] for file in files], ["pdf", "csv"])
		self.assertTrue(all(file.is_private for file in files))
		self.assertEqual(action.document, files[0].file_url)
		content = files[1].get_content()
		text = content.decode("utf-8-sig") if isinstance(content, bytes) else content.lstrip("\ufeff")
		rows = list(csv.DictReader(io.StringIO(text)))
		self.assertEqual([flt(row["overdue"]) for row in rows], [100.0, 60.0])
		self.assertEqual([row["days_overdue"] for row in rows], ["40", "5"])
		self.assertEqual({row["overdue_since"] for row in rows}, {str(add_days(getdate(), -40))})
		self.assertEqual({row["policy_no"] for row in rows}, {"TC-0815"})
		self.assertIn("TC-0815", action.subject)

	def test_told_when_it_went_out(self):
		"""The cover says the day it was declared, once the mail is out and not before."""
		self.noticed()
		self.assertIsNone(self.told_on())
		self.deliver()
		self.assertEqual(self.told_on(), getdate())

	def test_without_an_address(self):
		"""A person passes it on; the cover says so at once."""
		action = self.noticed(partner_email=None)
		self.assertEqual((action.status, email_queue()), ("Sent", []))
		self.assertIn(action.document, frappe.db.get_value("ToDo", action.task, "description"))
		self.assertEqual(self.told_on(), getdate())

	def test_a_cover_that_ended(self):
		"""When the cover ends while the notice waits, it is held and says why; with a cover again it goes out."""
		make_plan((1, "Insurer Notice", {"partner_email": INSURER}))
		debtor = self.customer()
		self.invoice(debtor, 100)
		cover = make_cover(debtor)
		self.plan()
		good = {"status": "Approved", "valid_from": None, "valid_until": None}
		for values in (
			{"status": "Refused"},
			{"valid_from": add_days(getdate(), 1)},
			{"valid_until": add_days(getdate(), -1)},
		):
			with self.subTest(values):
				frappe.db.set_value("Credit Cover", cover.name, {**good, **values})
				self.judge()
				action = self.action()
				self.assertEqual((action.status, action.hold_codes), ("Held", "no_cover"))
				self.assertIn("No insurer covers", action.hold_reasons)
		frappe.db.set_value("Credit Cover", cover.name, good)
		self.judge()
		self.assertEqual(self.action().status, "Queued")

	def test_not_insured(self):
		"""For a customer without a cover there is nothing to tell, and the plan goes on with the next step."""
		make_plan((1, "Insurer Notice", {"partner_email": INSURER}), (5, "Email"))
		self.invoice(self.customer(), 100)
		self.plan()
		self.assertEqual([row.channel for row in self.actions()], ["Email"])

	def test_refused_mail_tells_no_one(self):
		self.noticed()
		frappe.db.set_value(
			"Email Queue", email_queue()[0].name, {"status": "Error", "error": "no such user"}
		)
		follow.follow_sent_messages()
		self.assertEqual((self.action().status, self.told_on()), ("Failed", None))

	def test_failure_keeps_nothing(self):
		with patch.object(partner.email, "post", side_effect=ValueError("mail broke")):
			action = self.noticed()
		self.assertEqual((action.status, action.document, self.told_on()), ("Failed", None, None))
		self.assertFalse(frappe.db.exists("File", {"attached_to_name": action.name}))


class TestToDeclare(CycleTestCase):
	def listed(self) -> list[tuple]:
		return [
			(row["customer"], row["days_overdue"], row["overdue"])
			for row in insurer_notice.to_declare(COMPANY, getdate())
		]

	def test_after_the_days_of_the_policy(self):
		"""Listed from the day after the policy's days; not one without cover, nor one without such a duty."""
		late, early, free, bare = (self.customer() for _ in range(4))
		for customer, due_in in ((late, -31), (early, -30), (free, -90), (bare, -90)):
			self.invoice(customer, 100, due_in=due_in)
		make_cover(late)
		make_cover(early)
		make_cover(free, notify_after_days=0)
		self.assertEqual(self.listed(), [(late, 31, 100.0)])

	def test_declared(self):
		"""Once declared it is off the list; a new overdue after all was paid is on it again."""
		customer = self.customer()
		first = self.invoice(customer, 100, due_in=-90)
		cover = make_cover(customer)
		insurer_notice.mark_told(COMPANY, customer, add_days(getdate(), -50))
		self.assertEqual(self.listed(), [])
		insurer_notice.mark_told(COMPANY, customer, getdate())
		self.assertEqual(
			frappe.db.get_value("Credit Cover", cover.name, "notified_on"), add_days(getdate(), -50)
		)
		pay(first)
		self.invoice(customer, 50, due_in=-40)
		self.assertEqual(self.listed(), [(customer, 40, 50.0)])

	def test_card(self):
		"""The workspace says how many there are."""
		customer = self.customer()
		self.invoice(customer, 100, due_in=-90)
		make_cover(customer)
		card = cards.overdues_to_declare({"company": COMPANY})
		self.assertEqual((card["value"], card["route"][0]), (1, "List"))
