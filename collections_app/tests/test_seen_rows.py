"""What has rows of several customers: seen by who may see each of them."""

import frappe

from collections_app.api import team as team_api
from collections_app.constants.doctypes import ROWS_OF
from collections_app.tests.desk import make_action, make_case, make_user, signed_in
from collections_app.tests.seen import TREES, SeenTestCase, rows_in
from collections_app.tests.test_report_permissions import ROLES
from collections_app.tests.utils import COMPANY


class TestRows(SeenTestCase):
	def test_matches_actions_and_absences(self):
		"""A payment that may be another's, a message about another's debts, an absence with another's case."""
		cases = {
			customer: make_case(customer, overdue=100, collector="Administrator").name
			for customer in (self.own, self.hidden)
		}

		def match(*customers: str) -> str:
			return self.make(
				"Cash Match", customer=self.own, proposals=[{"customer": one} for one in customers]
			)

		def action(*customers: str) -> str:
			case = frappe.get_doc("Collection Case", cases[self.own])
			name = make_action(case, "Sent").name
			for customer in customers:
				row = {"parent": name, "parenttype": "Collection Action", "parentfield": "items"}
				row = frappe.get_doc({"doctype": "Collection Action Invoice", "customer": customer, **row})
				row.set_new_name()
				row.db_insert()
			return name

		def absence(*customers: str) -> str:
			values = {"collector": "Administrator", "from_date": "2026-01-01", "to_date": "2099-01-01"}
			rows = [{"case": cases[one]} for one in customers if one]
			return self.make("Collector Absence", cases=rows, not_given="of the hidden one", **values)

		whole = {role: make_user(*roles) for role, roles in ROLES.items()}
		restricted = {role: [self.restricted(role, kind) for kind in ("Customer", *TREES)] for role in ROLES}
		for doctype, make in (
			("Cash Match", match),
			("Collection Action", action),
			("Collector Absence", absence),
		):
			own, both = make(self.own, None), make(self.own, self.hidden)
			table = {row: parent for row, parent in ROWS_OF.items() if parent == doctype}
			for role in ROLES:
				for user in (whole[role], *restricted[role]):
					with self.subTest(doctype, role=role, user=user), signed_in(user):
						if not frappe.has_permission(doctype, "read"):
							continue
						everything = user == whole[role]
						self.assertEqual(
							self.seen(doctype, own, both), sorted({own, both} if everything else {own})
						)
						self.assertTrue(frappe.has_permission(doctype, doc=own))
						self.assertEqual(frappe.has_permission(doctype, doc=both), everything)
						found = rows_in(next(iter(table)), both, doctype, ["parent"])
						self.assertEqual(bool(found), everything)

	def test_absences_of_the_team_page(self):
		case = make_case(self.hidden, overdue=100, collector="Administrator").name
		values = {"collector": "Administrator", "from_date": "2026-01-01", "to_date": "2099-01-01"}
		values |= {"status": "Running", "not_given": self.hidden, "cases": [{"case": case}]}
		name = self.make("Collector Absence", **values)
		for user, whole in (
			(make_user(*ROLES["Credit Manager"]), True),
			(self.restricted("Credit Manager"), False),
		):
			with self.subTest(whole=whole), signed_in(user):
				[row] = [row for row in team_api.absences([COMPANY]) if row["name"] == name]
				self.assertEqual((row["opens"], self.hidden in frappe.as_json(row)), (whole, whole))
				if not whole:
					self.assertRaises(frappe.PermissionError, team_api.end_absence, name)
