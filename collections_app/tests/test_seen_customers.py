"""Lists and forms: whoever may read some customers sees the documents of these alone, whatever narrows the customers."""

import frappe
from frappe.desk.reportview import get_list as list_view

from collections_app.constants.doctypes import OF_CUSTOMERS
from collections_app.tests.desk import make_case, make_user, signed_in
from collections_app.tests.seen import TREES, SeenTestCase
from collections_app.tests.test_report_permissions import ROLES


class TestSeenCustomers(SeenTestCase):
	def test_none_is_forgotten(self):
		"""Each DocType of the app with a customer."""
		found = frappe.get_all(
			"DocField",
			{"fieldname": "customer", "options": "Customer", "parenttype": "DocType"},
			pluck="parent",
		)
		ours = {"module": "Collections", "istable": 0, "issingle": 0, "name": ["in", found]}
		self.assertEqual(set(frappe.get_all("DocType", ours, pluck="name")), set(OF_CUSTOMERS))

	def test_each_list_and_document(self):
		users = [self.restricted(role, tree) for role in ROLES for tree in TREES]
		for doctype in OF_CUSTOMERS:
			own, hidden = self.make(doctype, customer=self.own), self.make(doctype, customer=self.hidden)
			for user in users:
				with self.subTest(doctype=doctype, user=user), signed_in(user):
					seen = frappe.get_list(doctype, {"name": ["in", [own, hidden]]}, pluck="name")
					self.assertEqual(seen, [own])
					self.assertTrue(frappe.has_permission(doctype, doc=own))
					self.assertFalse(frappe.has_permission(doctype, doc=hidden))

	def test_lists_of_the_desk(self):
		user = self.restricted("Collector", "Territory")
		cases = [make_case(customer, overdue=100).name for customer in (self.own, self.hidden)]
		asked = {
			"doctype": "Collection Case",
			"fields": '["`tabCollection Case`.`name`"]',
			"filters": frappe.as_json([["Collection Case", "name", "in", cases]]),
		}
		with signed_in(user):
			frappe.local.form_dict = frappe._dict(asked)
			rows = list_view()
		self.assertEqual([row["name"] for row in rows], cases[:1])

	def test_what_has_no_customer_is_seen(self):
		user = self.restricted("Credit Manager", "Territory")
		match = self.make("Cash Match", customer=None)
		with signed_in(user):
			self.assertEqual(frappe.get_list("Cash Match", {"name": match}, pluck="name"), [match])
			self.assertTrue(frappe.has_permission("Cash Match", doc=match))

	def test_who_is_not_restricted_sees_all(self):
		cases = {make_case(customer, overdue=100).name for customer in (self.own, self.hidden)}
		for roles in ROLES.values():
			with signed_in(make_user(*roles)):
				seen = frappe.get_list("Collection Case", {"name": ["in", list(cases)]}, pluck="name")
				self.assertEqual(set(seen), cases)
