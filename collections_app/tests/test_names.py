"""Names in a query: those pypika's own `isin` finds, as parameters."""

import frappe
from frappe.query_builder import DocType

from collections_app.compat import integration_test_case
from collections_app.services.names import Names
from collections_app.tests.utils import before_tests, make_customer

ODD = ("O'Neill & Söhne", '100 % "Cash"', "back\\slash", "%(param1)s", "x') or ('1' = '1")


class TestNames(integration_test_case()):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		before_tests()

	def found(self, names) -> list[str]:
		customer = DocType("Customer")
		query = frappe.qb.from_(customer).select(customer.name).where(customer.customer_name.isin(names))
		return sorted(query.run(pluck=True))

	def test_those_named_and_nobody_else(self):
		"""Whatever is in a name, it is a name."""
		for name in (*ODD, "Somebody Else"):
			make_customer(name)
		customer = DocType("Customer")
		titles = dict(
			frappe.qb.from_(customer)
			.select(customer.customer_name, customer.name)
			.where(customer.disabled == 0)
			.run()
		)
		known = [title for title in titles if title.startswith(ODD)]
		self.assertGreaterEqual(len(known), len(ODD))
		self.assertEqual(self.found(Names(known)), self.found(known))
		self.assertEqual(self.found(Names(known)), sorted(titles[title] for title in known))
		for title in known:
			self.assertEqual(self.found(Names([title])), [titles[title]])

	def test_none(self):
		self.assertEqual(self.found(Names([])), [])
		# MariaDB wants at least one
		customer = DocType("Customer")
		query = frappe.qb.from_(customer).select(customer.name).where(customer.name.isin(Names([])))
		self.assertTrue(str(query).endswith("IN ('')"))

	def test_thousands(self):
		first = make_customer("One of Thousands")
		title = frappe.db.get_value("Customer", first, "customer_name")
		self.assertEqual(
			self.found(Names([*(f"Nobody {number}" for number in range(10_000)), title])), [first]
		)

	def test_with_other_conditions(self):
		"""The parameters of the other conditions keep their places, and a query says itself without a database."""
		name = make_customer("Placed")
		customer = DocType("Customer")
		query = (
			frappe.qb.from_(customer)
			.select(customer.name)
			.where((customer.customer_type == "Company") & customer.name.isin(Names(["Nobody", name])))
			.where(customer.name.notin(Names(["Nobody"])) & (customer.name != "Somebody"))
		)
		self.assertEqual(query.run(pluck=True), [name])
		self.assertIn(
			"IN ('Nobody','it''s')", str(query.where(customer.name.isin(Names(["Nobody", "it's"]))))
		)
