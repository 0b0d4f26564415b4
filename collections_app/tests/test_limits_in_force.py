"""The limit in force is ERPNext's: the customer's own, else its group's, else the company's; the same wherever it shows."""

import frappe
from frappe.utils import getdate

from collections_app.services.credit.exposure import exposure_table
from collections_app.services.credit.standing import standing_of
from collections_app.services.credit_limits import limit_of, limit_rows, limits_of
from collections_app.services.scoring import sources
from collections_app.services.worklist.facts import read_related
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import CycleTestCase, other_company


class TestLimitsInForce(CycleTestCase):
	def setUp(self):
		super().setUp()
		self.buyer = self.customer()
		self.group = frappe.db.get_value("Customer", self.buyer, "customer_group")
		self.addCleanup(self.forget)

	def forget(self):
		frappe.db.delete("Customer Credit Limit", {"parent": ["in", [self.buyer, self.group]]})
		frappe.db.set_value("Company", COMPANY, "credit_limit", 0)
		frappe.db.commit()
		frappe.clear_cache()

	def limit(self, doctype: str, name: str, amount: float, company: str = COMPANY, **values):
		"""Written beside the document: saving a Customer Group would move its whole tree."""
		frappe.get_doc(
			{
				"doctype": "Customer Credit Limit",
				"parenttype": doctype,
				"parentfield": "credit_limits",
				"parent": name,
				"company": company,
				"credit_limit": amount,
				**values,
			}
		).db_insert()
		frappe.clear_document_cache(doctype, name)

	def company_limit(self, amount: float):
		frappe.db.set_value("Company", COMPANY, "credit_limit", amount)
		frappe.clear_document_cache("Company", COMPANY)

	def in_force(self) -> float | None:
		"""One customer's, seen to be what the whole company's list says."""
		limits = limits_of(COMPANY)
		self.assertTrue(limits.index.is_unique)
		found = limit_of(self.buyer, COMPANY)
		self.assertEqual(limits.get(self.buyer), found)
		return found

	def test_the_nearest_counts(self):
		self.assertIsNone(self.in_force())
		self.company_limit(9000)
		self.assertEqual(self.in_force(), 9000)
		self.limit("Customer Group", self.group, 5000)
		self.assertEqual(self.in_force(), 5000)
		self.limit("Customer", self.buyer, 7000)
		self.assertEqual(self.in_force(), 7000)

	def test_without_a_company_limit(self):
		"""Then only those are read that have one."""
		self.limit("Customer", self.buyer, 7000)
		self.assertEqual(list(limits_of(COMPANY).index), [self.buyer])

	def test_a_group_let_off_the_check(self):
		self.limit("Customer Group", self.group, 5000, bypass_credit_limit_check=1)
		self.assertIsNone(self.in_force())

	def test_of_another_company(self):
		self.limit("Customer", self.buyer, 7000, company=other_company())
		self.assertIsNone(self.in_force())

	def test_the_same_everywhere(self):
		"""Exposure, the customer's bar, ranking and score read the group's limit."""
		self.invoice(self.buyer, 800)
		self.limit("Customer Group", self.group, 500)
		today = getdate()
		exposure = exposure_table(COMPANY, today).set_index("customer")
		self.assertEqual(exposure.loc[self.buyer, "over_limit"], 300)
		self.assertEqual(standing_of(self.buyer, COMPANY)["over_limit"], 300)
		self.assertEqual(read_related(COMPANY, today, [self.buyer])["credit_limit"][self.buyer], 500)
		known = sources.Records.read(COMPANY).limits.set_index("customer")
		self.assertEqual(known.loc[self.buyer, "credit_limit"], 500)
		self.assertEqual(known.loc[self.buyer, "known_on"].date(), today)

	def test_of_some(self):
		self.company_limit(9000)
		self.assertEqual(list(limit_rows(COMPANY, [self.buyer])["customer"]), [self.buyer])
		self.assertTrue(limit_rows(COMPANY, []).empty)
