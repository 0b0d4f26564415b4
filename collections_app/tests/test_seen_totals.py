"""What is of all customers of a company: not for who sees some of them. In lists, exports, forms, prints, links and the API, with
each role and each kind of restriction; and what pages still tell of runs."""

import frappe
from frappe.desk.query_report import run as run_report

from collections_app.api import cockpit, cycle
from collections_app.constants.doctypes import OF_ALL_CUSTOMERS, OF_CUSTOMERS, OF_ROWS, ROWS_OF
from collections_app.services.access import sees_totals
from collections_app.services.reporting import not_for_some
from collections_app.tests.desk import make_snapshot, make_user, restrict, signed_in
from collections_app.tests.seen import HIDDEN, SURFACES, SeenTestCase, rows_in
from collections_app.tests.test_report_permissions import ROLES
from collections_app.tests.utils import COMPANY

# rules, texts and connections: they know no customer
OF_NOBODY = {
	*("Bank CSV Format", "Collection Letter", "Collection Target", "Connector Config", "Credit Check Rule"),
	*("Credit Policy", "Dispute Reason", "Dunning Plan", "Late Interest Rate", "Low-code Connector"),
	"Risk Scorecard",
}


class TestWholeCompanies(SeenTestCase):
	def test_none_is_forgotten(self):
		"""Each DocType of the app has its rule, and each table with one's rows."""
		ours = {"module": "Collections", "istable": 0, "issingle": 0}
		rules = (set(OF_CUSTOMERS) | set(OF_ROWS), set(OF_ALL_CUSTOMERS), OF_NOBODY)
		self.assertEqual(set(frappe.get_all("DocType", ours, pluck="name")), set().union(*rules))
		self.assertEqual(sum(map(len, rules)), len(set().union(*rules)))
		fields = frappe.get_all(
			"DocField", {"fieldtype": "Table", "parenttype": "DocType"}, ["options", "parent"], as_list=True
		)
		tables = set(frappe.get_all("DocType", {"module": "Collections", "istable": 1}, pluck="name"))
		limited = {
			name
			for name in frappe.get_all("DocType", ours, pluck="name")
			if name not in OF_NOBODY
			or any(field.options == "Company" for field in frappe.get_meta(name).get_link_fields())
		}
		expected = [(table, parent) for table, parent in fields if table in tables and parent in limited]
		self.assertEqual(sorted(expected), sorted(ROWS_OF.items()))

	def test_each_list_and_document(self):
		restricted = self.all_restricted()
		whole = [make_user(*roles) for roles in ROLES.values()]
		for doctype in OF_ALL_CUSTOMERS:
			name = self.make(doctype)
			for user in whole + restricted:
				with self.subTest(doctype=doctype, user=user), signed_in(user):
					if not frappe.has_permission(doctype, "read"):
						# not for collectors
						self.assertIn("Collector", frappe.get_roles())
						continue
					self.assertEqual(self.seen(doctype, name), [name] if user in whole else [])
					for right in ("read", "print", "export"):
						self.assertEqual(frappe.has_permission(doctype, right, name), user in whole)

	def test_desk_and_api(self):
		"""The list, its count, export and report with rows; the form; the print; the link; the API."""
		rows = [{"risk_band": "E", "customers": 3, "overdue": HIDDEN, "currency": "EUR"}]
		snapshot = self.make("Receivables Snapshot", overdue=HIDDEN, groups=rows)
		steps = [{"step": "Read Receivables", "status": "Done", "summary": f"{HIDDEN} open"}]
		messages = [{"severity": "Warning", "message": f"{self.hidden} has no address"}]
		run = self.make("Collection Run", status="Completed", steps=steps, messages=messages)
		users = {user: False for user in self.all_restricted()}
		users |= {make_user(*roles): True for roles in ROLES.values()}
		for user, whole in users.items():
			for doctype, name, table, secret in (
				("Receivables Snapshot", snapshot, ("Receivables Snapshot Group", "overdue"), "77777"),
				("Collection Run", run, ("Collection Run Step", "summary"), "77777"),
				("Collection Run", run, ("Collection Run Message", "message"), self.hidden),
			):
				for surface in SURFACES:
					with self.subTest(surface.__name__, user=user, table=table), signed_in(user):
						answer = surface(doctype, name, *table)
						self.assertEqual(secret in answer or answer == "1", whole, answer)

	def test_rows_of_another_company(self):
		"""Frappe gives rows to who may read any snapshot at all."""
		row = {"risk_band": "E", "overdue": HIDDEN, "currency": "EUR"}
		company = frappe.get_doc({"doctype": "Company", "company_name": "Elsewhere", "abbr": "ELS"})
		company.name = "Elsewhere"
		company.db_insert()
		ours = self.make("Receivables Snapshot", groups=[row])
		theirs = self.make("Receivables Snapshot", company="Elsewhere", groups=[row])
		user = make_user(*ROLES["Credit Manager"])
		restrict(user, "Company", "Elsewhere")
		with signed_in(user):
			asked = ("Receivables Snapshot Group", ["in", [ours, theirs]], "Receivables Snapshot", ["parent"])
			self.assertEqual([one["parent"] for one in rows_in(*asked)], [theirs])

	def test_internal_customers(self):
		"""A customer that stands for a company one may not see is seen all the same, and takes no total away."""
		user = make_user(*ROLES["Credit Manager"])
		restrict(user, "Company", COMPANY)
		other = frappe.get_doc({"doctype": "Company", "company_name": "Elsewhere", "abbr": "ELS"})
		other.name = "Elsewhere"
		other.db_insert()
		frappe.db.set_value("Customer", self.hidden, "represents_company", "Elsewhere")
		with signed_in(user):
			self.assertTrue(frappe.get_list("Customer", {"name": self.hidden}))
			self.assertTrue(sees_totals())
			trend = run_report("DSO and CEI Trend", {"company": COMPANY})
			self.assertNotEqual(trend.get("message"), not_for_some())

	def test_who_reads_no_customer(self):
		"""A role of the app alone: a User Permission on customers still tells what is not for the user."""
		user = make_user("Collector")
		self.assertTrue(sees_totals(user))
		restrict(user, "Customer", self.own)
		self.assertFalse(sees_totals(user))

	def test_nothing_is_written(self):
		"""Nor made, deleted or started anew."""
		user = self.restricted("Credit Manager")
		backtest = self.make("Risk Backtest", status="Done")
		with signed_in(user):
			for right in ("write", "delete", "create"):
				self.assertFalse(frappe.has_permission("Risk Backtest", right, backtest))
			run = frappe.get_doc({"doctype": "Collection Run", "company": COMPANY, "run_date": "2030-01-01"})
			self.assertRaises(frappe.PermissionError, run.insert)


class TestRunsOnPages(SeenTestCase):
	def test_progress(self):
		"""That a run is on, and how far, is told to all who may see its company; what it finds is not."""
		steps = [{"step": "Read Receivables", "status": "Done", "summary": f"{HIDDEN} open"}]
		messages = [{"severity": "Warning", "message": f"{self.hidden} has no address"}]
		run = self.make("Collection Run", status="Running", progress=40, steps=steps, messages=messages)
		elsewhere = make_user(*ROLES["Collector"])
		company = frappe.get_doc({"doctype": "Company", "company_name": "Elsewhere", "abbr": "ELS"})
		company.name = "Elsewhere"
		company.db_insert()
		restrict(elsewhere, "Company", "Elsewhere")
		for role in ROLES:
			for user, whole in ((make_user(*ROLES[role]), True), (self.restricted(role), False)):
				with self.subTest(role, whole=whole), signed_in(user):
					told = cycle.progress(run)
					self.assertEqual((told["status"], told["progress"]), ("Running", 40))
					self.assertEqual("77777" in frappe.as_json(told), whole)
					self.assertEqual(told["messages"], int(whole))
					shown = {one["run"]: one for one in cockpit.head([COMPANY])["runs"]}
					self.assertEqual((shown[run]["progress"], shown[run]["opens"]), (40, whole))
		with signed_in(elsewhere):
			self.assertRaises(frappe.PermissionError, cycle.progress, run)
		with signed_in(make_user("Accounts User")):
			self.assertRaises(frappe.PermissionError, cycle.progress, run)

	def test_cockpit(self):
		"""A run that failed is told; a link is given to who may open it. The days of snapshots are known, the figures are not."""
		frappe.db.delete("Receivables Snapshot", {"company": COMPANY})
		make_snapshot(1, overdue=HIDDEN, dso=40)
		self.make("Collection Run", status="Failed", run_date=frappe.utils.nowdate())
		for role in ROLES:
			for user, whole in ((make_user(*ROLES[role]), True), (self.restricted(role), False)):
				with self.subTest(role, whole=whole), signed_in(user):
					failed = [
						one for one in cockpit.news([COMPANY])["items"] if "failed today" in one["text"]
					]
					self.assertEqual([bool(one["route"]) for one in failed], [whole])
					self.assertEqual(cockpit.head([COMPANY])["missing"], [])
					answer = cockpit.indicators([COMPANY])
					self.assertTrue(answer["as_of"])
					self.assertEqual("77777" in frappe.as_json(answer), whole)
					[dso] = [one for one in answer["figures"] if one["name"] == "dso"]
					self.assertEqual((bool(dso["value"]), bool(dso["route"])), (whole, whole))
