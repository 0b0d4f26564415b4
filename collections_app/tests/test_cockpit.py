"""The cockpit's figures: against those worked out by hand, for each role, and within what each user may see."""

from datetime import timedelta
from unittest.mock import patch

import frappe
from frappe.utils import add_days, flt, fmt_money, getdate

from collections_app.api import cockpit
from collections_app.engine.forecast import cash_forecast
from collections_app.services import snapshot
from collections_app.services.cases import ahead, settling
from collections_app.services.cockpit import money
from collections_app.services.cockpit.overdue import overdue
from collections_app.services.cockpit.scope import make_scope
from collections_app.services.prediction import predicted_items
from collections_app.tests.desk import make_case, make_promise, make_snapshot, make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase, make_dispute, make_plan

PANELS = ("head", "cash", "indicators", "ageing", "promises", "disputes", "movers", "news", "feeds")
HERE = {"companies": [COMPANY]}
ROLES = ("Credit Manager", "Collector", "Collections Auditor")


class CockpitTestCase(CycleTestCase):
	def setUp(self):
		super().setUp()
		money.forget_rates()

	def settle(self, day: int = 0):
		"""The books as a run of that day leaves them."""
		context = self.context(day)
		settling.settle(context)
		snapshot.take(context)
		frappe.db.commit()

	def yesterday(self):
		"""The settled books become those of yesterday."""
		self.settle()
		day = add_days(getdate(), -1)
		name = frappe.db.get_value("Receivables Snapshot", {"company": COMPANY, "snapshot_date": getdate()})
		values = {"snapshot_date": day, "snapshot_key": f"{COMPANY}|{day}"}
		frappe.db.set_value("Receivables Snapshot", name, values)
		frappe.db.set_value("Collection Case", {"company": COMPANY}, "snapshot_on", day)
		frappe.db.commit()

	def figure(self, name: str, **values) -> dict:
		figures = cockpit.indicators(**{**HERE, **values})["figures"]
		return next(one for one in figures if one["name"] == name)

	def team(self, *users: str) -> str:
		name = f"Team {frappe.generate_hash(length=6)}"
		group = frappe.get_doc(
			{"doctype": "User Group", "user_group_members": [{"user": one} for one in users]}
		)
		group.insert(set_name=name)
		return name


class TestFigures(CockpitTestCase):
	def test_overdue_is_that_of_now(self):
		"""Overdue of the open cases, in the list it leads to, and moved by a payment without a run."""
		first = self.invoice(self.customer(), 500, -10)
		self.invoice(self.customer(), 300, -40)
		self.invoice(self.customer(), 200, 20)
		self.settle()
		overdue = self.figure("overdue")
		self.assertEqual((overdue["value"], overdue["customers"], overdue["share"]), (800, 2, 80))
		listed = frappe.get_list(overdue["route"][1], overdue["options"], pluck="overdue")
		self.assertEqual(sum(listed), 800)
		pay(first, 150)
		self.assertEqual(self.figure("overdue")["value"], 650)

	def test_lines_and_changes(self):
		"""The line has the days of the period; the change is that since its beginning."""
		make_snapshot(40, overdue=900, dso=60, cei=70)
		make_snapshot(20, overdue=700, dso=50, cei=75)
		make_snapshot(3, overdue=500, dso=45, cei=90)
		dso = self.figure("dso", period=30)
		self.assertEqual((dso["values"], dso["value"], dso["change"]), ([60, 50, 45], 45, -15))
		self.assertEqual((dso["good_when"], self.figure("cei", period=30)["good_when"]), ("down", "up"))
		self.assertEqual(self.figure("dso", period=7)["change"], -5)
		overdue = self.figure("overdue", period=30)
		self.assertEqual((overdue["values"][:3], overdue["change"]), ([900, 700, 500], -900))
		self.assertEqual(
			len(frappe.get_list("Receivables Snapshot", self.figure("dso", period=30)["options"])), 2
		)

	def test_cash_of_the_week(self):
		"""Collected since Monday, by day; the goal is the week's first forecast and what had come in before it."""
		monday = getdate() - timedelta(days=getdate().weekday())
		first = self.invoice(self.customer(), 400, -10)
		pay(first, 100, on=monday)
		pay(self.invoice(self.customer(), 70, -20), on=add_days(monday, -1))
		pay(self.invoice(self.customer(), 80, -20), on=getdate())
		came = 180
		answer = cockpit.cash(**HERE)
		self.assertEqual((answer["collected"], answer["goal"]), (came, None))
		self.assertEqual(sum(one["amount"] for one in answer["days"]), came)
		self.assertEqual(len(answer["days"]), 7)
		self.settle()
		row = {"period": "Week", "period_start": getdate(), "low": 200, "expected": 300, "high": 350}
		taken = frappe.get_doc("Receivables Snapshot", {"company": COMPANY, "snapshot_date": getdate()})
		taken.set("forecast", [row])
		taken.save()
		answer = cockpit.cash(**HERE)
		before = sum(one["amount"] for one in answer["days"] if one["day"] < getdate())
		goal = {name: answer["goal"][name] for name in ("low", "expected", "high")}
		self.assertEqual(goal, {"low": 200 + before, "expected": 300 + before, "high": 350 + before})
		self.assertEqual(answer["rest"]["expected"], 300)
		listed = frappe.get_list("Payment Entry", answer["collected_options"], pluck="paid_amount")
		self.assertEqual(sum(listed), came)

	def test_cash_of_some_customers(self):
		"""Of a part of the customers, what is expected is that of their items, as the run of this week kept it."""
		mine, other = self.customer(), self.customer()
		for customer, amount in ((mine, 1000), (other, 5000)):
			self.invoice(customer, amount, -5)
			self.invoice(customer, amount / 2, 40)
		self.settle()
		context = self.context()
		predicted = predicted_items(context)
		user = make_user("Collector", "Accounts User")
		restrict(user, "Customer", mine)
		colleague = make_user("Collector")
		frappe.db.set_value("Collection Case", {"customer": other}, "collector", colleague)
		team = self.team(colleague)
		sunday = getdate() + timedelta(days=6 - getdate().weekday())
		for customer, who, args in ((mine, user, {}), (other, "Administrator", {"team": team})):
			week = cash_forecast(
				predicted[predicted["customer"] == customer], getdate(), sunday, "Week", "EUR"
			)
			with self.subTest(customer), signed_in(who):
				answer = cockpit.cash(**HERE, **args)
				self.assertTrue(answer["note"])
				self.assertGreater(answer["rest"]["expected"], 0)
				for name in ("low", "expected", "high"):
					self.assertAlmostEqual(answer["rest"][name], week.iloc[0][name], delta=0.02)
				self.assertEqual(answer["rest"]["made_on"], getdate())
		frappe.db.set_value("Collection Case", {"customer": mine}, "snapshot_on", add_days(getdate(), -7))
		with signed_in(user):
			self.assertIsNone(cockpit.cash(**HERE)["rest"])

	def test_expected_of_the_week_is_kept(self):
		"""On each case, from the run's day to Sunday."""
		customer = self.customer()
		self.invoice(customer, 1000, -5)
		self.settle()
		context = self.context(-getdate().weekday())
		ahead.keep(context)
		monday, predicted = context.run_date, predicted_items(context)
		case = frappe.get_doc("Collection Case", {"customer": customer})
		day, week = (
			cash_forecast(predicted, monday, until, "Week").iloc[0]["expected"]
			for until in (monday, monday + timedelta(days=6))
		)
		self.assertGreater(week, day)
		self.assertEqual((case.expected_this_week, case.at_most_this_week), (round(week, 2), 1000))

	def test_overdue_before(self):
		"""Where no run has been today, yesterday's figures are those of the last snapshot; what is closed by now was there."""
		yesterday = add_days(getdate(), -1)
		before = {"overdue_day_before": 70, "overdue_week_before": 30, "overdue_month_before": 20}
		make_case(self.customer(), overdue=100, snapshot_on=yesterday, overdue_at_snapshot=40, **before)
		make_case(self.customer(), overdue=10, snapshot_on=getdate(), overdue_at_snapshot=10, **before)
		make_case(self.customer(), overdue=1, **before)
		make_case(self.customer(), status="Closed", snapshot_on=yesterday, overdue_at_snapshot=5)
		found = overdue(make_scope([COMPANY]))
		self.assertEqual((found.now, found.outstanding), (111, 111))
		self.assertEqual(found.before, {1: 40 + 70 + 70 + 5, 7: 90, 30: 60})

	def test_ageing_by_risk(self):
		risky, safe = self.customer(), self.customer()
		self.invoice(risky, 100, -10)
		self.invoice(risky, 40, -100)
		self.invoice(safe, 60, 5)
		self.settle()
		frappe.db.set_value("Collection Case", {"customer": risky}, "risk_band", "E")
		bands = {band["band"]: band for band in cockpit.ageing(**HERE)["bands"]}
		self.assertEqual(list(bands), ["E", ""])
		row = bands["E"]
		self.assertEqual((row["bucket_1"], row["bucket_4"], row["not_due"], row["total"]), (100, 40, 0, 140))
		self.assertEqual((bands[""]["not_due"], bands[""]["customers"]), (60, 1))
		for band, customer in (("E", risky), ("", safe)):
			listed = frappe.get_list("Collection Case", bands[band]["options"], pluck="customer")
			self.assertEqual(listed, [customer])

	def test_promises_by_day(self):
		"""Late, today, later; of one in instalments the next counts, not the last."""
		customer = self.customer()
		case = make_case(customer, overdue=10).name
		late = make_promise(customer, -2, 100, case=case, paid_amount=30)
		make_promise(customer, 0, 50, case=case)
		make_promise(customer, 60, 70, case=case)
		parts = make_promise(customer, 40, 90, case=case)
		for number, due_in in enumerate((0, 40), 1):
			row = frappe.get_doc(
				{
					"doctype": "Promise to Pay Instalment",
					"parent": parts.name,
					"parenttype": "Promise to Pay",
					"parentfield": "instalments",
					"idx": number,
					"due_on": add_days(getdate(), due_in),
					"amount": 45,
					"status": "Open",
				}
			)
			row.db_insert()
		make_promise(customer, -9, 500, status="Broken", case=case)
		answer = cockpit.promises(**HERE)
		found = {one["name"]: (one["count"], one["amount"]) for one in answer["groups"]}
		self.assertEqual((found["late"], found["today"]), ((1, 70), (2, 95)))
		self.assertEqual(found["later"], (1, 70))
		self.assertEqual(answer["next"][0]["name"], late.name)
		group = next(one for one in answer["groups"] if one["name"] == "today")
		self.assertEqual(len(frappe.get_list("Promise to Pay", group["options"])), 2)

	def test_disputes_by_age(self):
		invoices = [self.invoice(self.customer(), 100, -80) for _number in range(3)]
		for invoice, days in zip(invoices, (2, 20, 70), strict=True):
			dispute = make_dispute(invoice)
			opened = add_days(getdate(), -days)
			frappe.db.set_value(
				"Invoice Dispute", dispute.name, {"opened_on": opened, "answer_due_on": add_days(opened, 10)}
			)
		answer = cockpit.disputes(**HERE)
		self.assertEqual([group["count"] for group in answer["groups"]], [1, 1, 0, 1])
		self.assertEqual((answer["count"], answer["amount"], answer["late"]), (3, 300, 2))
		for group in answer["groups"]:
			self.assertEqual(len(frappe.get_list("Invoice Dispute", group["options"])), group["count"])
		self.assertEqual(len(frappe.get_list("Invoice Dispute", answer["late_options"])), 2)

	def test_movers(self):
		"""Since the snapshot of an earlier day, before and after today's run; by the ledger for 7 and 30 days."""
		up, down, same = self.customer(), self.customer(), self.customer()
		self.invoice(same, 500, -60)
		paid = self.invoice(down, 400, -60)
		self.invoice(up, 50, -60)
		self.yesterday()
		self.invoice(up, 250, -3)
		pay(paid, 400)
		answer = cockpit.movers(**HERE)
		moves = [(row["customer"], row["before"], row["now"]) for row in answer["up"] + answer["down"]]
		self.assertEqual(moves, [(up, 50, 300), (down, 400, 0)])
		self.settle()
		again = cockpit.movers(**HERE)
		self.assertEqual(again["up"], answer["up"])
		self.assertEqual(again["down"], answer["down"])
		week = cockpit.movers(**HERE, days=7)
		self.assertEqual([row["change"] for row in week["up"]], [250])

	def test_scores_that_moved(self):
		customer = self.customer()
		make_case(customer, risk_score=40, score_week_before=70)
		make_case(self.customer(), risk_score=80, score_week_before=0)
		answer = cockpit.movers(**HERE, days=7)
		self.assertEqual([(row["customer"], row["change"]) for row in answer["riskier"]], [(customer, -30)])
		self.assertEqual(answer["safer"], [])

	def test_what_changed(self):
		"""Sentences about overdue, payments, promises and disputes, each with the list behind it."""
		self.assertEqual(cockpit.news(**HERE), {"since": None, "items": []})
		acme, other = self.customer(), self.customer()
		self.invoice(acme, 100, -30)
		paid = self.invoice(other, 50, -30)
		self.yesterday()
		answer = cockpit.news(**HERE)
		self.assertEqual(answer["since"], add_days(getdate(), -1))
		self.assertEqual(len(answer["items"]), 1)
		self.invoice(acme, 900, -3)
		pay(paid, 50)
		for status in ("Broken", "Broken", "Kept"):
			make_promise(acme, -5, status=status, settled_on=getdate())
		make_dispute(self.invoice(acme, 20, 10))
		texts = {item["text"]: item for item in cockpit.news(**HERE)["items"]}
		name = frappe.db.get_value("Customer", acme, "customer_name")
		[overdue] = [text for text in texts if "rose" in text]
		self.assertIn("850", overdue)
		self.assertIn(fmt_money(1000, precision=0, currency="EUR"), overdue)
		self.assertIn(f"mostly {name}", overdue)
		[came] = [text for text in texts if "came in" in text]
		self.assertIn("€ 50", came)
		self.assertIn("one customer", came)
		self.assertEqual(len(frappe.get_list("Payment Entry", texts[came]["options"])), 1)
		settled = texts["2 promises were broken and 1 promise was kept."]
		self.assertEqual(len(frappe.get_list("Promise to Pay", settled["options"])), 3)
		self.assertEqual(settled["tone"], "bad")
		self.assertIn("1 dispute was opened.", texts)


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


class TestSync(CockpitTestCase):
	def test_runs_start_and_are_followed(self):
		"""One run per company; a company at work is refused without stopping the others."""
		make_plan()
		with patch("collections_app.services.run.queue.frappe.enqueue") as queued:
			answer = cockpit.start_runs(**HERE)
		self.assertEqual(queued.call_count, 1)
		self.assertEqual([run["company"] for run in answer["runs"]], [COMPANY])
		self.assertEqual(cockpit.head(**HERE)["runs"][0]["run"], answer["runs"][0]["run"])
		frappe.db.set_value(
			"Collection Run",
			answer["runs"][0]["run"],
			{"status": "Running", "heartbeat": frappe.utils.now_datetime()},
		)
		again = cockpit.start_runs(**HERE)
		self.assertEqual((again["runs"], again["refused"][0]["company"]), ([], COMPANY))


class TestSnapshotGroups(CockpitTestCase):
	def test_sums_by_risk_and_collector(self):
		"""The groups add up to the snapshot; what was collected counts once, in the first snapshot that saw all of it."""
		customer = self.customer()
		invoice = self.invoice(customer, 1000, -20)
		self.invoice(self.customer(), 400, 10)
		pay(invoice, 300, on=add_days(getdate(), -2))
		pay(invoice, 50)
		self.settle()
		taken = frappe.get_doc("Receivables Snapshot", {"company": COMPANY, "snapshot_date": getdate()})
		for field in ("outstanding", "overdue", "not_due", "bucket_1", "credits"):
			self.assertEqual(flt(sum(row.get(field) for row in taken.groups), 2), taken.get(field), field)
		self.assertEqual(sum(row.collected for row in taken.groups), 300)
		self.assertEqual(sum(row.customers for row in taken.groups), 2)
