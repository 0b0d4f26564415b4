"""Figures of the reports, in worlds small enough to add up by hand."""

import frappe
from frappe.utils import add_days, add_months, get_first_day, getdate, now_datetime

from collections_app.services.reporting import month_of
from collections_app.tests.desk import make_action, make_case, make_promise, make_snapshot, make_user
from collections_app.tests.reports import REPORTS, day
from collections_app.tests.utils import COMPANY, CollectionsTestCase, make_invoice, pay

EMPTIED = (
	*("Collection Case", "Collection Action", "Promise to Pay", "Invoice Dispute", "Cash Match"),
	*("Credit Cover", "Receivables Snapshot"),
)


class ReportTestCase(CollectionsTestCase):
	"""Each test starts with an empty company; what the ledger has is of other tests' customers."""

	report = ""

	def setUp(self):
		super().setUp()
		frappe.db.savepoint("report")
		for doctype in EMPTIED:
			frappe.db.delete(doctype, {"company": COMPANY})

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="report")
		super().tearDown()

	def run_report(self, **filters) -> tuple:
		answer = REPORTS[self.report].execute({"company": COMPANY, **filters})
		return (*answer, *[None] * (6 - len(answer)))

	def rows(self, **filters) -> list[dict]:
		return self.run_report(**filters)[1]

	def figures(self, **filters) -> dict:
		return {one["label"]: one["value"] for one in self.run_report(**filters)[4] or []}

	def pick(self, row: dict, *fields: str) -> tuple:
		return tuple(row[field] for field in fields)


class TestPromises(ReportTestCase):
	report = "Promises"

	def promises(self) -> tuple[str, str]:
		ann = make_user("Collector")
		first, second = (make_case(self.customer(), collector=user) for user in (ann, None))
		make_promise(first.customer, -3, 100, "Kept", paid_amount=100)
		make_promise(first.customer, -2, 60, "Partly Kept", paid_amount=20)
		make_promise(first.customer, 5, 30)
		make_promise(first.customer, -1, 999, "Cancelled")
		make_promise(second.customer, -2, 40, "Broken")
		make_promise(second.customer, -200, 7, "Kept", paid_amount=7)
		return ann, second.customer

	def test_by_collector(self):
		"""Kept (%) is of what is decided; an open promise is none, and a cancelled one is left out."""
		ann, _customer = self.promises()
		rows = {row["collector"]: row for row in self.rows(from_date=day(-30), to_date=day(30))}
		counts = ("promises", "kept", "partly_kept", "broken", "open", "kept_rate")
		self.assertEqual(self.pick(rows[ann], *counts), (3, 1, 1, 0, 1, 50))
		self.assertEqual(self.pick(rows[ann], "amount", "paid", "paid_rate"), (190, 120, 75))
		self.assertEqual(self.pick(rows[""], *counts), (1, 0, 0, 1, 0, 0))
		figures = self.figures(from_date=day(-30), to_date=day(30))
		self.assertEqual((figures["Promised"], figures["Paid"], figures["Broken"]), (230, 120, 80))

	def test_by_customer_and_filters(self):
		ann, customer = self.promises()
		period = {"from_date": day(-30), "to_date": day(30), "group_by": "Customer"}
		self.assertEqual(len(self.rows(**period)), 2)
		self.assertEqual([row["customer"] for row in self.rows(**period, customer=customer)], [customer])
		self.assertEqual(self.rows(**period, collector=ann)[0]["promises"], 3)

	def test_by_month(self):
		"""In order of time, by the month in which they were due."""
		customer = self.customer()
		this = get_first_day(getdate())
		for months, status in ((0, "Kept"), (-1, "Broken"), (-1, "Kept")):
			due = add_months(this, months)
			make_promise(customer, 0, 10, status, due_on=due)
		rows = self.rows(from_date=add_months(this, -2), to_date=day(31), group_by="Month")
		self.assertEqual([row["month"] for row in rows], [month_of(add_months(this, -1)), month_of(this)])
		self.assertEqual([row["kept_rate"] for row in rows], [50, 100])
		chart = self.run_report(from_date=add_months(this, -2), to_date=day(31), group_by="Month")[3]
		self.assertEqual([one["values"] for one in chart["data"]["datasets"]][:3], [[1, 1], [0, 0], [1, 0]])

	def test_other_currencies_at_the_rate_of_their_invoices(self):
		customer = self.customer()
		invoice = make_invoice(customer, 100)
		frappe.db.set_value("Sales Invoice", invoice.name, "conversion_rate", 0.5)
		promise = make_promise(customer, -2, 100, "Kept", paid_amount=100, currency="USD")
		line = frappe.get_doc(
			{
				"doctype": "Promise to Pay Invoice",
				"parent": promise.name,
				"parenttype": "Promise to Pay",
				"parentfield": "invoices",
				"sales_invoice": invoice.name,
			}
		)
		line.db_insert()
		self.assertEqual(self.rows(from_date=day(-9), to_date=day(9))[0]["paid"], 50)


class TestCashApplication(ReportTestCase):
	report = "Cash Application Rate"

	def match(self, status: str, rule: str = "", amount: float = 100, **values):
		match = frappe.get_doc(
			{
				"doctype": "Cash Match",
				"company": COMPANY,
				"status": status,
				"rule": rule,
				"amount": amount,
				"currency": "EUR",
				"date": getdate(),
				"bank_transaction": frappe.generate_hash(length=8),
				**values,
			}
		)
		match.set_new_name()
		match.db_insert()
		return match

	def test_rate(self):
		"""Of the payments of customers; what was ignored, is no customer's or was taken back does not count."""
		self.match("Applied", "reference", 300)
		self.match("Applied", "reference", 200)
		self.match("Applied", "person", 50)
		self.match("To Review", "amount", 25)
		self.match("Ignored", "reference")
		self.match("No Customer")
		self.match("To Review", is_return=1)
		self.match("Applied", "reference", date=day(-400))
		[row] = self.rows(from_date=get_first_day(getdate()), to_date=getdate())
		self.assertEqual(
			self.pick(row, "payments", "alone", "by_person", "waiting", "rate"), (4, 2, 1, 1, 50)
		)
		self.assertEqual(self.pick(row, "amount", "amount_alone"), (575, 500))
		self.assertEqual(self.figures()["Straight-Through"], "50%")

	def test_by_rule_and_person(self):
		invoice = self.invoice(self.customer(), 50)
		entry = pay(invoice)
		waited = self.match("Applied", "person", 50, payment_entry=entry.name)
		made = frappe.utils.get_datetime(entry.creation)
		frappe.db.set_value(
			"Cash Match", waited.name, "creation", made - frappe.utils.datetime.timedelta(hours=3)
		)
		self.match("Applied", "reference")
		rows = {row["key"]: row for row in self.rows(group_by="Rule")}
		self.assertEqual((rows["reference"]["payments"], rows["person"]["hours"]), (1, 3))
		rows = {row["key"]: row for row in self.rows(group_by="Person")}
		self.assertEqual((rows["Administrator"]["by_person"], rows[""]["alone"]), (1, 1))
		for group_by in ("Week", "Bank Account"):
			self.assertEqual(sum(row["payments"] for row in self.rows(group_by=group_by)), 2)


class TestDunning(ReportTestCase):
	report = "Dunning Effectiveness"

	def message(self, case, invoice, days_ago: int, level: int = 1, status: str = "Sent", **values):
		action = make_action(
			case,
			status,
			sent_at=add_days(now_datetime(), -days_ago),
			dunning_plan=None,
			dunning_level=level,
			step_name=f"Step {level}",
			currency="EUR",
			**values,
		)
		line = frappe.get_doc(
			{
				"doctype": "Collection Action Invoice",
				"parent": action.name,
				"parenttype": "Collection Action",
				"parentfield": "items",
				"voucher_type": "Sales Invoice",
				"voucher_no": invoice.name,
				"outstanding": invoice.outstanding_amount,
			}
		)
		line.db_insert()
		return action

	def steps(self, **filters) -> dict[str, dict]:
		rows = self.rows(from_date=day(-60), to_date=getdate(), **filters)
		return {row["label"]: row for row in rows if row["indent"]}

	def test_what_came_in_after(self):
		"""A payment counts for the last message about its invoice, within the days; earlier and later ones do not."""
		case = make_case(self.customer())
		both, late, before = (self.invoice(case.customer, amount, -90) for amount in (100, 50, 30))
		pay(before, on=day(-41))
		for invoice in (both, late, before):
			self.message(case, invoice, 40)
		self.message(case, both, 10, level=2, delivered_at=now_datetime(), replied_at=now_datetime())
		pay(both, 60, on=day(-8))
		pay(late, on=day(-20))
		steps = self.steps(paid_within=14)
		self.assertEqual(self.pick(steps["1. Step 1"], "sent", "paid", "collected"), (3, 0, 0))
		second = steps["2. Step 2"]
		self.assertEqual(self.pick(second, "sent", "paid", "collected", "amount"), (1, 1, 60, 100))
		self.assertEqual(
			self.pick(second, "paid_rate", "days_to_pay", "delivered", "answered"), (100, 2, 1, 1)
		)
		self.assertEqual(self.steps(paid_within=20)["1. Step 1"]["collected"], 50)
		total = self.rows(from_date=day(-60), to_date=getdate(), paid_within=20)[-1]
		self.assertEqual(self.pick(total, "key", "sent", "collected"), ("total", 4, 110))

	def test_cost_and_failures(self):
		case = make_case(self.customer())
		invoice = self.invoice(case.customer, 100, -90)
		self.message(case, invoice, 5, channel="Letter", cost=1.2, cost_currency="EUR")
		self.message(case, invoice, 4, channel="Letter", status="Failed")
		self.message(case, invoice, 3, channel="Call")
		[row] = self.steps().values()
		self.assertEqual(self.pick(row, "sent", "failed", "cost", "channel"), (2, 1, 1.2, "Letter"))

	def test_arms_of_an_ab_test(self):
		"""Steps are split by test and arm: A is the plan whose test it is, B the plan tried against it."""
		case = make_case(self.customer())
		invoice = self.invoice(case.customer, 100, -90)
		for name, values in (("Plan B", {}), ("Plan A", {"split_plan": "Plan B"})):
			plan = frappe.get_doc({"doctype": "Dunning Plan", "plan_name": name, **values})
			plan.name = name
			plan.db_insert()
		for name in ("Plan A", "Plan B"):
			action = self.message(case, invoice, 5)
			action.db_set({"dunning_plan": name, "split_of": "Plan A"})
		rows = self.rows(from_date=day(-60), to_date=getdate())
		self.assertEqual([row["arm"] for row in rows if row["indent"]], ["A", "B"])


class TestCollectorPerformance(ReportTestCase):
	report = "Collector Performance"

	def test_figures(self):
		ann = make_user("Collector")
		case = make_case(self.customer(), collector=ann, overdue=300)
		pay(self.invoice(case.customer, 300, -40), 100)
		make_case(case.customer, collector=ann, overdue=300)
		make_promise(case.customer, 0, 50, "Kept", owner=ann)
		make_promise(case.customer, 0, 50, "Broken", owner=ann)
		make_action(case, "Sent", sent_at=now_datetime())
		[row] = self.rows(from_date=getdate(), to_date=getdate(), collector=ann)
		self.assertEqual(self.pick(row, "cases", "overdue", "collected", "rate"), (1, 300, 100, 25))
		self.assertEqual(self.pick(row, "messages", "kept_rate", "promised"), (1, 50, 100))


class TestCoverGap(ReportTestCase):
	report = "Cover and Exposure Gap"

	def cover(self, customer: str, amount: float, **values) -> None:
		cover = frappe.get_doc(
			{
				"doctype": "Credit Cover",
				"customer": customer,
				"company": COMPANY,
				"insurer": "Insurer",
				"status": "Approved",
				"currency": "EUR",
				"amount": amount,
				**values,
			}
		)
		cover.insert()

	def test_gaps(self):
		"""Above the cover, above the limit, a cover that ends, an overdue to declare; who has neither cover nor limit is not
		listed."""
		above, limited, ending, fine, bare = (self.customer() for _number in range(5))
		for customer in (above, limited, ending, fine, bare):
			self.invoice(customer, 100, 10)
		self.invoice(above, 30, -70)
		limit = {"parent": limited, "parenttype": "Customer", "parentfield": "credit_limits"}
		limit.update({"doctype": "Customer Credit Limit", "company": COMPANY, "credit_limit": 40})
		frappe.get_doc(limit).db_insert()
		self.cover(above, 90, notify_after_days=60)
		self.cover(ending, 500, valid_until=day(10))
		self.cover(fine, 500, valid_until=day(100))
		rows = {row["customer"]: row for row in self.rows()}
		self.assertEqual(set(rows) & {above, limited, ending, fine, bare}, {above, limited, ending})
		self.assertEqual(self.pick(rows[above], "exposure", "above_cover", "to_declare"), (130, 40, 30))
		self.assertEqual(rows[above]["gaps"], "Above Cover, To Declare")
		self.assertEqual(self.pick(rows[limited], "over_limit", "gaps"), (60, "Above Limit"))
		self.assertEqual(self.pick(rows[ending], "days_left", "gaps"), (10, "Cover Ends"))
		self.assertNotIn(ending, {row["customer"] for row in self.rows(ends_in=9)})
		self.assertEqual(
			{row["customer"] for row in self.rows(gap="To Declare")} & {above, limited, ending}, {above}
		)


class TestTrend(ReportTestCase):
	report = "DSO and CEI Trend"

	def test_the_last_of_each_month(self):
		first = get_first_day(getdate())
		for months, days, dso in ((-1, 3, 50), (-1, 20, 44), (0, 0, 40)):
			on = add_days(add_months(first, months), days)
			make_snapshot(0, snapshot_date=on, dso=dso, cei=80, overdue=25, not_due=75)
		rows = self.rows()
		self.assertEqual([row.dso for row in rows], [44, 40])
		self.assertEqual(self.pick(rows[0], "cei", "overdue_rate"), (80, 25))
		self.assertEqual(len(self.rows(period="Day")), 3)
		self.assertEqual(self.figures()["DSO"], "40")

	def test_no_meaning_is_no_zero(self):
		make_snapshot(0, dso=0, cei=0)
		[row] = self.rows()
		self.assertEqual(self.pick(row, "dso", "cei"), (None, None))
		self.assertIsNone(self.run_report()[3])


class TestForecastAgainstActual(ReportTestCase):
	report = "Cash Forecast Against Actual"

	def forecast(self, on, start, expected: float) -> None:
		snapshot = make_snapshot(0, snapshot_date=on)
		snapshot.db_set("modified", add_days(now_datetime(), -100), update_modified=False)
		frappe.get_doc(
			{
				"doctype": "Receivables Snapshot Forecast",
				"parent": snapshot.name,
				"parenttype": "Receivables Snapshot",
				"parentfield": "forecast",
				"period": "Week",
				"period_start": start,
				"period_end": add_days(start, 6),
				"low": expected / 2,
				"expected": expected,
				"high": expected * 2,
			}
		).db_insert()

	def test_last_week(self):
		"""The newest forecast up to the period's beginning, or some weeks before; a period that runs on is left out."""
		monday = add_days(getdate(), -getdate().weekday())
		start = add_days(monday, -7)
		self.forecast(add_days(start, -1), start, 1000)
		self.forecast(add_days(start, -8), start, 400)
		self.forecast(monday, monday, 5)
		[row] = self.rows(from_date=add_days(start, -21), to_date=getdate())
		self.assertEqual(
			self.pick(row, "period_start", "expected", "made_on"), (start, 1000, add_days(start, -1))
		)
		[row] = self.rows(from_date=add_days(start, -21), to_date=getdate(), weeks_ahead="1")
		self.assertEqual(row["expected"], 400)

	def test_what_came_in(self):
		"""On invoices that were there when it was made; in all, whatever it was for."""
		monday = add_days(getdate(), -getdate().weekday())
		start = add_days(monday, -7)
		before = self.rows_of(start)
		invoice = self.invoice(self.customer(), 300, -40)
		frappe.db.set_value("Sales Invoice", invoice.name, "creation", add_days(now_datetime(), -200))
		pay(invoice, 120, on=add_days(start, 2))
		pay(self.invoice(self.customer(), 300, -40), 80, on=add_days(start, 2))
		row = self.rows_of(start)
		self.assertEqual(row["came_in"] - before["came_in"], 120)
		self.assertEqual(row["came_in_all"] - before["came_in_all"], 200)
		self.assertEqual(row["difference"], row["came_in"] - 200)
		self.assertEqual(row["within"], "Yes" if 100 <= row["came_in"] <= 400 else "No")

	def rows_of(self, start) -> dict:
		frappe.db.delete("Receivables Snapshot", {"company": COMPANY})
		self.forecast(start, start, 200)
		return self.rows(from_date=start, to_date=getdate())[0]
