"""The cockpit's figures against those worked out by hand, its runs, and the groups of a snapshot."""

from datetime import timedelta
from unittest.mock import patch

import frappe
from frappe.utils import add_days, flt, fmt_money, getdate

from collections_app.api import cockpit
from collections_app.engine.forecast import cash_forecast
from collections_app.services.cases import ahead
from collections_app.services.cockpit.overdue import overdue
from collections_app.services.cockpit.scope import make_scope
from collections_app.services.prediction import predicted_items
from collections_app.tests.cockpit import HERE, CockpitTestCase
from collections_app.tests.desk import make_case, make_promise, make_snapshot, make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import make_dispute, make_plan


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
