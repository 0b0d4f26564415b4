"""The cockpit of several companies and currencies, of a team, of who sees some customers, and of an empty site."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import cockpit
from collections_app.tests.cockpit import HERE, CockpitTestCase
from collections_app.tests.desk import make_case, make_promise, make_snapshot, make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import make_dispute

PANELS = ("head", "cash", "indicators", "ageing", "promises", "disputes", "movers", "news", "feeds")
ROLES = ("Credit Manager", "Collector", "Collections Auditor")


class TestCompanies(CockpitTestCase):
	def other(self, overdue: float, currency: str, **values) -> str:
		"""Another company with a case and a snapshot, in that currency."""
		name = "_Test Cockpit Company"
		company = frappe.get_doc(
			{"doctype": "Company", "company_name": name, "abbr": "_TCC", "default_currency": currency}
		)
		# its accounts are nobody's business here
		company.update({"name": name, "country": "Germany"}).db_insert()
		self.addCleanup(self.leave, name)
		customer = self.customer()
		case = make_case(customer, overdue=overdue)
		frappe.db.set_value("Collection Case", case.name, {"company": name, "case_key": f"{name}|{customer}"})
		taken = make_snapshot(1, **values)
		frappe.db.set_value("Receivables Snapshot", taken.name, {"company": name, "currency": currency})
		return name

	def leave(self, name: str) -> None:
		for doctype in ("Collection Case", "Receivables Snapshot"):
			frappe.db.delete(doctype, {"company": name})
		frappe.db.delete("Company", name)
		frappe.clear_document_cache("Company", name)
		frappe.db.commit()

	def test_two_currencies_in_one(self):
		"""Sums at the rate of the day, in the currency of the user's own company; DSO and CEI of the sums."""
		make_case(self.customer(), overdue=100)
		ours = {"outstanding": 1000, "not_due": 600, "sales": 3000, "opening": 900, "dso": 30}
		make_snapshot(1, **ours)
		theirs = {"outstanding": 2000, "not_due": 500, "sales": 3000, "opening": 1000, "dso": 60}
		other = self.other(50, "USD", **theirs)
		frappe.defaults.set_user_default("Company", COMPANY)
		with patch("erpnext.setup.utils.get_exchange_rate", return_value=0.5) as asked:
			scope = {"companies": [COMPANY, other]}
			figures = {one["name"]: one for one in cockpit.indicators(**scope)["figures"]}
			messages = cockpit.head(**scope)["messages"]
		self.assertEqual(asked.call_count, 1)
		self.assertEqual(figures["overdue"]["value"], 125)
		# (1000 + 1000) / (3000 + 1500) * 90 and (600 + 250) / 4500 * 90
		self.assertEqual((figures["dso"]["value"], figures["best_possible_dso"]["value"]), (40, 17))
		self.assertEqual(figures["add_days"]["value"], 23)
		# (900 + 500 + 4500 - 2000) / (5900 - 850)
		self.assertEqual(round(figures["cei"]["value"], 1), 77.2)
		self.assertIn("EUR", messages[0])

	def test_countback_of_two_currencies(self):
		"""Counted back over the sales of the companies together, at the rate of the day; of one company, that of its
		snapshot; without sales nothing."""
		yesterday = add_days(getdate(), -1)
		make_snapshot(1, outstanding=1000, sales=1, dso=30, countback_dso=12)
		other = self.other(50, "USD", outstanding=2000, sales=1, dso=60)
		frappe.defaults.set_user_default("Company", COMPANY)
		scope = {"companies": [COMPANY, other]}
		with patch("erpnext.setup.utils.get_exchange_rate", return_value=0.5):
			self.assertIsNone(self.figure("countback_dso", **scope)["value"])
			self.assertTrue(self.figure("countback_dso", **scope)["note"])
			last_month = add_days(yesterday.replace(day=1), -1)
			for company, amount, on in (
				(COMPANY, 600, yesterday),
				(other, 800, yesterday),
				(other, 4000, last_month),
			):
				invoice = self.invoice(self.customer(), amount, 0)
				values = {"company": company, "posting_date": on, "base_grand_total": amount}
				frappe.db.set_value("Sales Invoice", invoice.name, values)
				self.addCleanup(frappe.db.set_value, "Sales Invoice", invoice.name, "company", COMPANY)
			# 1000 + 1000 owed, less 600 + 400 sold this month; 1000 left of the 2000 of the month before
			expected = yesterday.day + 1000 / 2000 * last_month.day
			self.assertEqual(self.figure("countback_dso", **scope)["value"], round(expected, 2))
		self.assertEqual(self.figure("countback_dso")["value"], 12)

	def test_a_missing_rate_leaves_the_company_out(self):
		make_case(self.customer(), overdue=100)
		other = self.other(50, "USD")
		frappe.defaults.set_user_default("Company", COMPANY)
		with patch("erpnext.setup.utils.get_exchange_rate", return_value=0):
			figures = cockpit.indicators(companies=[COMPANY, other])["figures"]
			head = cockpit.head(companies=[COMPANY, other])
		self.assertEqual(figures[0]["value"], 100)
		self.assertIn(other, head["messages"][0])
		self.assertEqual(head["companies"], [COMPANY])

	def test_a_permitted_company_only(self):
		other = self.other(50, "EUR")
		make_case(self.customer(), overdue=100)
		user = make_user("Collector", "Accounts User")
		restrict(user, "Company", other)
		with signed_in(user):
			self.assertEqual([one["name"] for one in cockpit.opening()["companies"]], [other])
			self.assertEqual(cockpit.indicators()["figures"][0]["value"], 50)
			for panel in PANELS:
				self.assertRaises(frappe.PermissionError, getattr(cockpit, panel), **HERE)


class TestPermissions(CockpitTestCase):
	def world(self) -> tuple[str, str]:
		"""Two customers with a debt, a promise, a dispute each; mine in a group and territory of its own."""
		mine = self.customer(customer_group="Key Account", territory="Spain")
		other = self.customer()
		for customer, amount in ((mine, 100), (other, 900)):
			invoice = self.invoice(customer, amount, -20)
			make_dispute(invoice)
			case = frappe.db.get_value("Collection Case", {"customer": customer})
			make_promise(customer, 0, amount, case=case)
		self.yesterday()
		for customer in (mine, other):
			self.invoice(customer, 50, -1)
			pay(self.invoice(customer, 7, -1))
		frappe.db.commit()
		return mine, other

	def test_roles(self):
		"""The three roles see the figures; runs are the manager's; a stranger sees nothing."""
		self.world()
		for role in ROLES:
			with self.subTest(role), signed_in(make_user(role, "Accounts User")):
				self.assertEqual(self.figure("overdue")["value"], 1100)
				for panel in PANELS:
					self.assertTrue(getattr(cockpit, panel)(**HERE))
				self.assertEqual(cockpit.opening()["may_run"], role == "Credit Manager")
				self.assertEqual(cockpit.feeds(**HERE)["may_see"], role != "Collector")
				if role != "Credit Manager":
					self.assertRaises(frappe.PermissionError, cockpit.start_runs, **HERE)
		with signed_in(make_user()):
			for panel in PANELS:
				self.assertRaises(frappe.PermissionError, getattr(cockpit, panel), **HERE)

	def test_user_permissions(self):
		"""Restricted to one customer, its group or territory: each figure is of that customer alone, and what there is of
		whole companies only is not shown, with the reason."""
		mine, other = self.world()
		group, territory = ("Customer Group", "Key Account"), ("Territory", "Spain")
		for rule in (("Customer", mine), group, territory):
			user = make_user("Collector", "Accounts User")
			restrict(user, *rule)
			with self.subTest(rule[0]), signed_in(user):
				overdue = self.figure("overdue")
				self.assertEqual((overdue["value"], overdue["values"]), (150, []))
				self.assertTrue(overdue["note"])
				dso = self.figure("dso")
				self.assertEqual((dso["value"], dso["values"]), (None, []))
				self.assertIn("some", dso["note"])
				self.assertEqual(cockpit.cash(**HERE)["collected"], 7)
				self.assertEqual(sum(one["total"] for one in cockpit.ageing(**HERE)["bands"]), 150)
				self.assertEqual(sum(one["count"] for one in cockpit.promises(**HERE)["groups"]), 1)
				self.assertEqual(cockpit.disputes(**HERE)["amount"], 100)
				moved = cockpit.movers(**HERE)
				self.assertEqual([row["customer"] for row in moved["up"]], [mine])
				everything = frappe.as_json(cockpit.news(**HERE))
				self.assertNotIn(frappe.db.get_value("Customer", other, "customer_name"), everything)
				self.assertIn("150", everything)

	def test_one_case_of_many(self):
		"""Restricted by what a case has, not by its customer."""
		mine, _other = self.world()
		user = make_user("Collector", "Accounts User")
		frappe.db.set_value("Collection Case", {"customer": mine}, "collector", user)
		restrict(user, "User", user)
		with signed_in(user):
			self.assertEqual([row["customer"] for row in cockpit.movers(**HERE)["up"]], [mine])
			self.assertEqual(self.figure("overdue")["value"], 150)

	def test_a_team(self):
		"""Cases of the team's collectors; what nobody knows of a team is not shown."""
		mine, _other = self.world()
		user = make_user("Collector", "Accounts User")
		frappe.db.set_value("Collection Case", {"customer": mine}, "collector", user)
		self.settle()
		team = self.team(user)
		args = {**HERE, "team": team}
		overdue = self.figure("overdue", team=team)
		self.assertEqual((overdue["value"], overdue["values"][-1]), (150, 150))
		self.assertEqual(frappe.get_list("Collection Case", overdue["options"], pluck="customer"), [mine])
		self.assertIsNone(self.figure("dso", team=team)["value"])
		self.assertIn("team", self.figure("dso", team=team)["note"])
		self.assertEqual(cockpit.cash(**args)["collected"], 7)
		self.assertEqual(sum(one["count"] for one in cockpit.promises(**args)["groups"]), 1)
		self.assertEqual(cockpit.disputes(**args)["amount"], 100)
		self.assertEqual([row["customer"] for row in cockpit.movers(**args)["up"]], [mine])
		# a case that nobody collects is no team's, nor is it that of a team without members
		frappe.db.set_value("Collection Case", {"customer": ["!=", mine]}, "collector", None)
		nobodys = self.team(make_user("Collector"))
		frappe.db.delete("User Group Member", {"parent": nobodys})
		self.assertEqual(self.figure("overdue", team=team)["value"], 150)
		self.assertEqual(sum(one["total"] for one in cockpit.ageing(**args)["bands"]), 150)
		self.assertEqual(self.figure("overdue", team=nobodys)["value"], 0)
		self.assertEqual(cockpit.cash(**{**args, "team": nobodys})["collected"], 0)
		self.assertIn(team, cockpit.opening()["teams"])
		row = frappe.db.get_value(
			"Receivables Snapshot Group", {"collector": user}, ["overdue", "customers", "bucket_1"]
		)
		self.assertEqual(row, (150, 1, 150))

	def test_queries_do_not_grow(self):
		"""As many queries for many customers as for one; also of who may see some of them, and for a team."""
		counts, user = [], make_user("Credit Manager", "Accounts User")
		restrict(user, "Territory", "Germany")
		self.customer(territory="Spain")
		ways = (("Administrator", None), ("Administrator", self.team(user)), (user, None))
		for number in (1, 12):
			for _number in range(number):
				customer = self.customer()
				make_dispute(self.invoice(customer, 100, -20))
				make_promise(customer, 0)
			if not counts:
				self.yesterday()
			self.invoice(customer, 10, -2)
			self.settle()
			counts.append({(*way, panel): self.queries(panel, *way) for way in ways for panel in PANELS})
		self.assertEqual(*counts)

	def queries(self, panel: str, user: str, team: str | None) -> int:
		"""Of the second call: what is cached is no matter of customers."""
		with signed_in(user):
			getattr(cockpit, panel)(**HERE, team=team)
			with patch.object(frappe.db, "sql", wraps=frappe.db.sql) as asked:
				getattr(cockpit, panel)(**HERE, team=team)
			return asked.call_count


class TestEmpty(CockpitTestCase):
	def test_company_without_anything(self):
		"""No invoice, no run, no connection: each panel answers, with nothing."""
		for panel in PANELS:
			self.assertIsInstance(getattr(cockpit, panel)(**HERE), dict)
		self.assertEqual(self.figure("overdue")["value"], 0)
		dso = self.figure("dso")
		self.assertIsNone(dso["value"])
		self.assertTrue(dso["note"])

	def test_site_without_a_company(self):
		with (
			patch("collections_app.services.cockpit.scope.enabled_companies", return_value=[]),
			patch("collections_app.services.cockpit.scope.frappe.get_all", return_value=[]),
			patch("collections_app.services.cockpit.opening.company_for", return_value=None),
		):
			self.assertIn("company", cockpit.opening()["next"]["title"])
			for panel in PANELS:
				self.assertIsInstance(getattr(cockpit, panel)(), dict)
