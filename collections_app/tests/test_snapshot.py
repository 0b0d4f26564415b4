"""The snapshot of a day: figures against those worked out by hand."""

from datetime import timedelta

import frappe
from frappe.utils import add_days, add_months, get_last_day, getdate

from collections_app.engine.forecast import PERIODS
from collections_app.services import snapshot
from collections_app.services.cases import settling
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase, make_promise


class TestSnapshot(CycleTestCase):
	def take(self, day: int = 0):
		context = self.context(day)
		settling.settle(context)
		context.results.append(snapshot.take(context))
		return frappe.get_doc("Receivables Snapshot", {"company": COMPANY, "snapshot_date": context.run_date})

	def on_day(self, amount: float, posted: int, due: int, customer: str | None = None):
		"""An invoice posted and due so many days from today."""
		return self.invoice(
			customer or self.customer(), amount, due, posting_date=add_days(getdate(), posted)
		)

	def test_figures_of_the_day(self):
		"""Outstanding, buckets, DSO, best possible DSO, ADD and CEI of a small ledger."""
		self.on_day(400, -80, -45)
		self.on_day(200, -50, -20)
		half = self.on_day(300, -40, -10)
		pay(half, 100, on=add_days(getdate(), -3))
		self.on_day(600, -10, 20)
		done = self.on_day(500, -70, -40)
		pay(done, on=add_days(getdate(), -30))
		taken = self.take()
		# 400 + 200 + 200 + 600
		self.assertEqual((taken.outstanding, taken.overdue, taken.not_due), (1400, 800, 600))
		self.assertEqual([taken.get(f"bucket_{number}") for number in range(1, 6)], [200 + 200, 400, 0, 0, 0])
		# sales of 90 days: 400 + 200 + 300 + 600 + 500 = 2000
		self.assertEqual((taken.dso, taken.best_possible_dso, taken.add_days), (63, 27, 36))
		# nothing was open 90 days ago: (0 + 2000 - 1400) / (0 + 2000 - 600)
		self.assertEqual(round(taken.cei, 1), 42.9)
		self.assertEqual((taken.collected_7_days, taken.collected_today), (100, 0))

	def test_cei_with_an_opening_balance(self):
		"""What was open at the beginning of the period counts, as the ledger stood then."""
		old = self.on_day(1000, -120, -100)
		pay(old, on=add_days(getdate(), -20))
		self.on_day(500, -60, -30)
		taken = self.take()
		# opening 1000, sales 500, closing 500, nothing current: (1500 - 500) / (1500 - 0)
		self.assertEqual((round(taken.cei, 1), taken.dso), (66.7, 90))

	def test_countback(self):
		"""Count-back DSO takes off the latest sales first: here a part of the running month."""
		today = getdate()
		paid = self.invoice(self.customer(), 300, 30, posting_date=today)
		self.invoice(self.customer(), 100, 30, posting_date=today)
		pay(paid)
		self.assertEqual(self.take().countback_dso, round(today.day / 4, 1))

	def test_credit_notes(self):
		"""A credit note lowers outstanding and sales, but is nothing that is overdue."""
		customer = self.customer()
		self.on_day(1000, -40, -10, customer)
		self.invoice(
			customer, 100, -5, is_return=1, items=[{"item_code": "Consulting", "qty": -1, "rate": 100}]
		)
		taken = self.take()
		self.assertEqual((taken.outstanding, taken.overdue), (900, 1000))
		self.assertEqual(taken.dso, 90)

	def test_promises_risk_and_outbox(self):
		"""Promises kept of those decided, overdue at risk, payments of the week, actions sent and waiting."""
		risky, safe = self.customer(), self.customer()
		late, other = self.on_day(700, -60, -30, risky), self.on_day(50, -60, -30, safe)
		self.on_day(900, -5, 25, risky)
		for status, invoice in (("Kept", other), ("Broken", other), ("Partly Kept", other), ("Kept", late)):
			make_promise(invoice.customer, invoice, amount=10).db_set("status", status)
		make_promise(safe, other, amount=10)
		frappe.db.set_value("Customer", risky, "collections_risk_band", "D")
		pay(other, 20)
		taken = self.take()
		self.assertEqual((taken.overdue_at_risk, taken.customers_at_risk), (700, 1))
		self.assertEqual(taken.promise_kept_rate, 50)
		self.assertEqual((taken.collected_today, taken.collected_7_days), (20, 20))
		self.assertEqual((taken.actions_sent, taken.actions_waiting), (0, 0))

	def test_no_sales(self):
		"""Without an invoice the rates have no meaning, and the snapshot is taken all the same."""
		taken = self.take()
		self.assertEqual((taken.outstanding, taken.overdue), (0, 0))
		self.assertFalse(taken.dso or taken.countback_dso or taken.cei)

	def test_forecast(self):
		"""The forecast adds up to what is open, and says which part is overdue already."""
		self.on_day(300, -60, -30)
		self.on_day(500, -5, 25)
		taken = self.take()
		for period in PERIODS:
			rows = [row for row in taken.forecast if row.period == period]
			self.assertAlmostEqual(sum(row.expected for row in rows), 800, delta=1)
			self.assertAlmostEqual(sum(row.overdue_part for row in rows), 300, delta=1)
			self.assertTrue(all(row.low <= row.expected <= row.high for row in rows))
		weeks = [row.period_start for row in taken.forecast if row.period == "Week"]
		self.assertEqual(({day.weekday() for day in weeks[1:]}, weeks[0]), ({0}, getdate()))

	def test_repeated(self):
		"""Taken again the same day, the snapshot is brought up to date, not doubled."""
		invoice = self.on_day(300, -40, -10)
		first = self.take()
		pay(invoice, 100)
		second = self.take()
		self.assertEqual((second.name, second.outstanding), (first.name, 200))
		self.assertEqual(len(second.forecast), len(first.forecast))

	def rebuilt(self) -> list:
		return frappe.get_all(
			"Receivables Snapshot",
			{"company": COMPANY, "rebuilt": 1},
			["snapshot_date", "outstanding", "overdue", "modified"],
			order_by="snapshot_date",
		)

	def test_past_months_are_rebuilt_once(self):
		"""Month ends since the first invoice, as the ledger stood then; the next day they are left alone."""
		last = get_last_day(add_months(getdate(), -1))
		before = get_last_day(add_months(getdate(), -2))
		first = self.invoice(self.customer(), 250, posting_date=before, due_date=before)
		pay(first, on=last + timedelta(days=1))
		self.take()
		self.assertEqual(
			[(row.snapshot_date, row.outstanding, row.overdue) for row in self.rebuilt()],
			[(before, 250, 0), (last, 250, 250)],
		)
		stamps = [row.modified for row in self.rebuilt()]
		self.assertEqual(self.take(1).outstanding, 0)
		self.assertEqual([row.modified for row in self.rebuilt()], stamps)

	def test_a_real_snapshot_is_never_rebuilt(self):
		"""A company that began this month has nothing to rebuild; its own month end is not overwritten later."""
		self.invoice(self.customer(), 250, posting_date=getdate(), due_date=getdate())
		self.take()
		self.assertEqual(self.rebuilt(), [])
		month_end = (get_last_day(getdate()) - getdate()).days
		real = self.take(month_end)
		self.take(month_end + 1)
		self.assertEqual(real.reload().rebuilt, 0)
		self.assertEqual(self.rebuilt(), [])
		self.assertGreater(len(real.forecast), snapshot.FORECAST_DAYS)
