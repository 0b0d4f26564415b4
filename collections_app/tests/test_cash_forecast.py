"""The forecast against what came in: of what was open when it was made, and in all."""

import frappe
from frappe.utils import add_days, getdate, now_datetime

from collections_app.collections.report.cash_forecast.cash_forecast import execute
from collections_app.services import snapshot
from collections_app.services.cases import settling
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase, other_company


class TestCashForecast(CycleTestCase):
	def take(self):
		context = self.context()
		settling.settle(context)
		snapshot.take(context)
		name = frappe.db.get_value("Receivables Snapshot", {"company": COMPANY, "snapshot_date": getdate()})
		# what is booked from now on is later than the forecast, also where all happens within a second
		frappe.db.set_value(
			"Receivables Snapshot", name, "modified", add_days(now_datetime(), -1), update_modified=False
		)
		for doctype in ("Sales Invoice", "Payment Ledger Entry"):
			frappe.db.set_value(
				doctype, {"company": COMPANY}, "creation", add_days(now_datetime(), -2), update_modified=False
			)

	def rows(self, **filters) -> list:
		return execute({"company": COMPANY, "period": "Week", **filters})[1]

	def test_came_in(self):
		"""A payment of what was open counts; one of an invoice made later counts in all only; one booked before the
		forecast not at all."""
		open_then = self.invoice(self.customer(), 1000, 3)
		pay(self.invoice(self.customer(), 70, 3), 70)
		self.take()
		pay(open_then, 400)
		pay(self.invoice(self.customer(), 90, 3), 90)
		first = self.rows()[0]
		self.assertEqual((first.came_in, first.came_in_all), (400, 560))
		self.assertIsNone(self.rows()[-1].came_in)

	def test_periods(self):
		"""By day, week and month it adds up to the same; the chart and the sums say so too."""
		self.invoice(self.customer(), 1000, -3)
		self.take()
		for period, count in (("Day", snapshot.FORECAST_DAYS), ("Week", 14), ("Month", 4)):
			_columns, rows, message, chart, summary = execute({"company": COMPANY, "period": period})
			self.assertIn(len(rows), (count, count - 1))
			self.assertAlmostEqual(sum(row.expected for row in rows), 1000, delta=1)
			self.assertAlmostEqual(summary[1]["value"], 1000, delta=1)
			self.assertEqual(len(chart["data"]["labels"]), min(len(rows), 31))
			self.assertIn("Forecast of", message)

	def test_within_the_range(self):
		"""A period gone by says whether what came in lies in its range."""
		invoice = self.invoice(self.customer(), 1000, -3)
		self.take()
		name = frappe.db.get_value("Receivables Snapshot", {"company": COMPANY, "snapshot_date": getdate()})
		frappe.db.set_value("Receivables Snapshot", name, "snapshot_date", add_days(getdate(), -5))
		for row in frappe.get_all(
			"Receivables Snapshot Forecast", {"parent": name, "period": "Day"}, ["name", "period_start"]
		):
			day = add_days(row.period_start, -5)
			frappe.db.set_value(
				"Receivables Snapshot Forecast",
				row.name,
				{"period_start": day, "period_end": day, "low": 100, "high": 500},
			)
		pay(invoice, 400, on=add_days(getdate(), -4))
		rows = self.rows(period="Day")
		self.assertEqual([row.within for row in rows[:6]], ["No", "Yes", "No", "No", "No", None])

	def test_nothing_yet(self):
		"""Before the first run the report says what to do."""
		_columns, rows, message = execute({"company": COMPANY})
		self.assertEqual(rows, [])
		self.assertIn("first Collection Run", message)

	def test_only_permitted_companies(self):
		self.invoice(self.customer(), 1000, -3)
		self.take()
		user = make_user("Credit Manager")
		restrict(user, "Company", other_company())
		with signed_in(user), self.assertRaises(frappe.PermissionError):
			self.rows()
