"""Storing planned actions in bulk: the rows are those that inserting each document would give, and nothing is lost."""

from unittest.mock import patch

import frappe
from frappe.utils import getdate

from collections_app.services import bulk
from collections_app.services.cases import records as cases
from collections_app.services.outbox import store
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import CycleTestCase, make_plan

# what cannot be the same in two documents
OWN = ("name", "creation", "modified", "parent")
heard = []


def hear(document, _event):
	heard.append(document.name)


def one_by_one():
	return patch.object(bulk, "is_listened_to", return_value=True)


class TestSameRows(CycleTestCase):
	def test_actions_and_their_lines(self):
		"""Every column of action and lines is stored as by a document inserted by itself: value and type."""
		make_plan(
			(
				1,
				"Email",
				{"requires_approval": 1, "attach_invoices": 1, "attach_statement": 1, "tone": "Friendly"},
			)
		)
		customer = self.customer(language="de")
		for amount in (100, 50.25):
			self.invoice(customer, amount)
		self.invoice(self.customer(name="Müller & Söhne"), 75, due_in=-2)
		self.plan()
		in_bulk = self.stored()
		for doctype in ("Collection Action Invoice", "Collection Action"):
			frappe.db.delete(doctype)
		with one_by_one():
			self.plan()
		self.assertEqual([len(lines) for _action, lines in in_bulk], [2, 1])
		for (action, lines), (other, other_lines) in zip(in_bulk, self.stored(), strict=True):
			self.assertSameRow(action, other)
			self.assertEqual([line.parent for line in lines], [action.name] * len(lines))
			for line, other_line in zip(lines, other_lines, strict=True):
				self.assertSameRow(line, other_line)
				self.assertEqual(len(line.name), len(other_line.name))

	def test_cases(self):
		"""A case opened in bulk has the key, currency, name and collector a new document gets."""
		customer = self.customer()
		stored = []
		for way in (patch.object(bulk, "ROWS", 1), one_by_one()):
			with way:
				name = cases.ensure_cases(COMPANY, [customer])[customer]
			stored.append(frappe.db.get_value("Collection Case", name, "*", as_dict=True))
			frappe.db.delete("Collection Case", {"name": name})
		self.assertSameRow(*stored)
		self.assertEqual(stored[0].case_key, f"{COMPANY}|{customer}")

	def stored(self) -> list[tuple]:
		found = []
		for name in frappe.get_all(
			"Collection Action", {"company": COMPANY}, pluck="name", order_by="total_overdue desc"
		):
			row = frappe.db.get_value("Collection Action", name, "*", as_dict=True)
			lines = frappe.get_all(
				"Collection Action Invoice", {"parent": name}, pluck="name", order_by="idx"
			)
			found.append(
				(
					row,
					[
						frappe.db.get_value("Collection Action Invoice", line, "*", as_dict=True)
						for line in lines
					],
				)
			)
		return found

	def assertSameRow(self, row, other):
		self.assertEqual(*({key: repr(one[key]) for key in one if key not in OWN} for one in (row, other)))
		self.assertTrue(row.creation and row.modified and row.owner)


class TestBulkInsert(CycleTestCase):
	def setUp(self):
		super().setUp()
		self.customer_name = self.customer()
		self.case = cases.ensure_cases(COMPANY, [self.customer_name])[self.customer_name]
		self.refused = []

	def record(self, key: str, **values) -> dict:
		line = {"voucher_type": "Sales Invoice", "voucher_no": f"X-{key}", "item_key": f"X-{key}"}
		return {
			**{"company": COMPANY, "customer": self.customer_name, "case": self.case, "channel": "Email"},
			**{"planned_on": getdate(), "action_key": key, "items": [line, line], **values},
		}

	def insert(self, *records: dict) -> list:
		bulk_insert = bulk.BulkInsert("Collection Action", "action_key")
		return bulk_insert.insert(records, lambda record, error: self.refused.append((record, str(error))))

	def lines(self, name: str) -> int:
		return frappe.db.count("Collection Action Invoice", {"parent": name})

	def test_names_follow_each_other(self):
		"""The series goes on where it stood, and the next document where the bulk ended."""
		names = self.insert(*(self.record(f"key {number}") for number in range(3)))
		first = int(names[0][-5:])
		document = frappe.get_doc({"doctype": "Collection Action", **self.record("document")})
		document.insert(ignore_links=True)
		names += [document.name, *self.insert(self.record("last"))]
		self.assertEqual([int(name[-5:]) for name in names], list(range(first, first + 5)))

	def test_the_first_of_a_key_wins(self):
		"""A key another worker has taken gives no second action and no lines; the others are stored."""
		(first,) = self.insert(self.record("taken"))
		names = self.insert(self.record("before"), self.record("taken"), self.record("after"))
		self.assertIsNone(names[1])
		self.assertEqual(frappe.db.count("Collection Action", {"action_key": "taken"}), 1)
		self.assertEqual([self.lines(name) for name in (first, names[0], names[2])], [2, 2, 2])
		every_line = {"voucher_no": "X-taken", "parenttype": "Collection Action"}
		self.assertEqual(frappe.db.count("Collection Action Invoice", every_line), 2)

	def test_what_the_framework_refuses_stops_nothing(self):
		"""A missing, unknown or overlong value is told as a document's would be; the others are stored."""
		names = self.insert(
			self.record("1", channel="Pigeon"),
			self.record("2", case=None),
			self.record("3", step_name="x" * 200),
			self.record("4", items=[{"voucher_type": "Sales Invoice"}]),
			self.record("good"),
		)
		self.assertEqual([bool(name) for name in names], [False, False, False, False, True])
		self.assertEqual([record["action_key"] for record, _error in self.refused], ["1", "2", "3", "4"])
		self.assertIn("Pigeon", self.refused[0][1])

	def test_markup_is_cleaned(self):
		"""Text a document would clean is cleaned."""
		(name,) = self.insert(self.record("markup", customer_name="A<script>alert(1)</script>B"))
		self.assertNotIn("<script", frappe.db.get_value("Collection Action", name, "customer_name"))

	def test_who_listens_hears_every_document(self):
		"""With another app's hook, each action is inserted by itself and the hook is called."""
		self.assertFalse(bulk.is_listened_to("Collection Action"))
		heard.clear()
		hooks = {"Collection Action": {"after_insert": [f"{__name__}.hear"]}}
		with patch.object(frappe, "get_doc_hooks", return_value=hooks):
			names = self.insert(self.record("1"), self.record("2"))
		self.assertEqual(heard, names)

	def test_records_of_the_desk_listen(self):
		"""An enabled notification for the doctype is enough for the document way; a disabled one is not."""
		notification = frappe.get_doc(
			{
				"doctype": "Notification",
				"name": frappe.generate_hash(length=8),
				"subject": "New",
				"document_type": "Collection Action",
				"event": "New",
				"channel": "System Notification",
				"enabled": 0,
			}
		)
		notification.db_insert()
		self.assertFalse(bulk.is_listened_to("Collection Action"))
		notification.db_set("enabled", 1)
		self.assertTrue(bulk.is_listened_to("Collection Action"))
		notification.delete()

	def test_refused_actions_are_told_on_the_run(self):
		"""Planning goes on with the next customer and says whose action could not be stored."""
		make_plan()
		for _number in range(2):
			self.invoice(self.customer(), 100)
		refuse = {"channel": "Pigeon"}
		record = store._Store._record

		def one_wrong(own, action):
			found = record(own, action)
			return found | (refuse if found["customer"] == action.customer == self.unlucky else {})

		self.unlucky = self.customer()
		self.invoice(self.unlucky, 100)
		with patch.object(store._Store, "_record", one_wrong):
			context = self.plan()
		self.assertTold(context, "Pigeon", "Error")
		self.assertEqual(context.results[-1]["planned"], 2)
