"""Three months of daily runs over ten customers, on the real services and with the clock moved: what must hold of the
messages is checked in the database on every day."""

import random
from datetime import date, datetime, time, timedelta

from freezegun import freeze_time

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum
from frappe.utils import getdate

from collections_app.services.run.context import RunContext
from collections_app.services.run.cycle import run_steps
from collections_app.tests.books import credit_note
from collections_app.tests.utils import COMPANY, configure, make_customer, make_invoice, pay
from collections_app.tests.world import CycleTestCase, make_dispute, make_plan, make_promise

CUSTOMERS, DAYS, GAP, GRACE = 10, 90, 4, 3
RUN = ("Read Receivables", "Settle", "Plan", "Hold or Release", "Dispatch")
# a week without a run, and single days
MISSED = {*range(50, 57), 17, 35, 36, 79}
STEPS = ((2, "Email"), (9, "Email"), (16, "Call"), (30, "Email", {"requires_approval": 1}))


class TestSimulatedMonths(CycleTestCase):
	def test_three_months(self):
		"""Nobody is chased after payment, in promise, dispute or pause; levels rise one by one; limits are kept."""
		configure(contacts_per_day=1, contacts_per_week=2, send_on_weekends=0, promise_grace_days=GRACE)
		make_plan(*STEPS, gap=GAP)
		# a database gives a whole second without its fraction, which Frappe takes for another moment than the one kept
		start = datetime.combine(getdate() - timedelta(days=DAYS + 30), time(12, 0, 0, 1))
		with freeze_time(start) as clock:
			self.begin()
			for number in range(DAYS):
				today = start + timedelta(days=number)
				clock.move_to(today)
				self.day = today.date()
				self.live(number)
				if number not in MISSED:
					self.approve()
					context = run_steps(RunContext(COMPANY, self.day), RUN)
					failed = [result.step for result in context.results if result.status == "Failed"]
					self.assertEqual(failed, [], context.messages)
					self.check()
		self.assertGreater(len(self.told), 3 * CUSTOMERS)
		self.assertGreater(len(self.promised), 2)
		self.assertGreater(len(self.disputed), 2)
		self.assertGreater(len(self.paused), 2)
		self.assertEqual({level for steps in self.levels.values() for level, _day in steps}, {1, 2, 3, 4})

	def begin(self) -> None:
		self.chance = random.Random(4)
		self.customers = [make_customer() for _number in range(CUSTOMERS)]
		self.invoices: list = []
		# invoice -> what is still to come: the day and the amount of each payment
		self.payments: dict[str, list[tuple[date, float | None]]] = {}
		self.promised: dict[str, date] = {}
		self.disputes: dict[str, tuple] = {}
		self.disputed: set[str] = set()
		self.paused: dict[str, date] = {}
		self.told: list = []
		self.levels: dict[str, list[tuple[int, date]]] = {}

	def live(self, number: int) -> None:
		"""What the customers do on that day."""
		chance = self.chance
		for customer in chance.sample(self.customers, k=1 if number < DAYS - 20 and number % 2 == 0 else 0):
			invoice = make_invoice(customer, chance.randint(50, 900), due_in=chance.choice((0, 7, 14)))
			self.invoices.append(invoice)
			late = chance.choice((0, 5, 12, 25, 50, None))
			due = getdate(invoice.due_date)
			self.payments[invoice.name] = [(due + timedelta(days=late), None)] if late is not None else []
			if late and late > 12:
				self.payments[invoice.name].insert(0, (due + timedelta(days=3), 20.0))
		for invoice in self.invoices:
			self.pay_what_is_due(invoice)
		for name, (until, dispute) in list(self.disputes.items()):
			if until <= self.day:
				del self.disputes[name]
				dispute.reload()
				if dispute.status == "Open":
					dispute.update({"status": "Rejected"}).save()
		late = [one for one in self.invoices if self.is_late(one)]
		if late and number % 5 == 0:
			(self.promise, self.dispute, self.pause, self.credit)[number // 5 % 4](chance.choice(late))
		frappe.db.commit()

	def pay_what_is_due(self, invoice) -> None:
		coming = self.payments[invoice.name]
		while coming and coming[0][0] <= self.day:
			_day, amount = coming.pop(0)
			if self.open_amount(invoice.name) > (amount or 0):
				pay(frappe.get_doc("Sales Invoice", invoice.name), amount)

	def is_late(self, invoice) -> bool:
		return (
			getdate(invoice.due_date) < self.day
			and invoice.name not in self.disputes
			and self.promised.get(invoice.name, self.day) <= self.day
			and self.open_amount(invoice.name) > 30
		)

	def promise(self, invoice) -> None:
		amount = self.open_amount(invoice.name)
		make_promise(invoice.customer, invoice, due_in=6, amount=amount)
		kept = self.chance.random() < 0.5
		# until it is paid, or the grace has passed
		ends = self.day + timedelta(days=6 if kept else 6 + GRACE + 1)
		self.promised[invoice.name] = ends
		self.payments[invoice.name] = [(ends if kept else ends + timedelta(days=30), None)]

	def dispute(self, invoice) -> None:
		self.disputed.add(invoice.name)
		self.disputes[invoice.name] = (self.day + timedelta(days=11), make_dispute(invoice))

	def pause(self, invoice) -> None:
		until = self.day + timedelta(days=8)
		self.paused[invoice.customer] = until
		frappe.db.set_value("Customer", invoice.customer, "collections_paused_until", until)

	def credit(self, invoice) -> None:
		credit_note(frappe.get_doc("Sales Invoice", invoice.name), 20, on_invoice=True)

	def approve(self) -> None:
		for name in frappe.get_all(
			"Collection Action", {"company": COMPANY, "status": "Awaiting Approval"}, pluck="name"
		):
			values = {"approved_by": "Administrator", "approved_at": frappe.utils.now_datetime()}
			frappe.db.set_value("Collection Action", name, values)

	def open_amount(self, invoice: str) -> float:
		ple = DocType("Payment Ledger Entry")
		query = frappe.qb.from_(ple).select(Sum(ple.amount))
		total = query.where((ple.against_voucher_no == invoice) & (ple.delinked == 0)).run()[0][0]
		return round(float(total or 0), 2)

	def sent_today(self) -> list:
		"""What left today; the mail server takes every message at once."""
		rows = frappe.get_all(
			"Collection Action",
			{"company": COMPANY, "status": ["in", ["Sending", "Sent"]], "planned_on": ["<=", self.day]},
			["name", "customer", "channel", "total", "dunning_level"],
		)
		rows = [row for row in rows if row.name not in {one.name for one, _day in self.told}]
		for row in rows:
			values = {"status": "Sent", "sent_at": frappe.utils.now_datetime()}
			frappe.db.set_value("Collection Action", row.name, values)
		frappe.db.commit()
		return rows

	def check(self) -> None:
		rows = self.sent_today()
		kinds = [(row.customer, row.channel) for row in rows]
		self.assertEqual(len(kinds), len(set(kinds)), f"{self.day}: two messages of a kind")
		for row in rows:
			self.told.append((row, self.day))
			self.check_message(row)
			lines = frappe.get_all(
				"Collection Action Invoice",
				{"parent": row.name},
				["voucher_no", "outstanding", "dunning_level"],
			)
			self.assertEqual(round(sum(line.outstanding for line in lines), 2), row.total)
			for line in lines:
				with self.subTest(day=str(self.day), invoice=line.voucher_no, action=row.name):
					self.check_line(row, line)
		self.check_nothing_is_lost()

	def check_message(self, row) -> None:
		self.assertFalse(self.paused.get(row.customer, self.day - timedelta(days=1)) >= self.day, "paused")
		if row.channel == "Email":
			self.assertLess(self.day.weekday(), 5, "weekend")
			days = [day for one, day in self.told if one.customer == row.customer and one.channel == "Email"]
			self.assertLessEqual(days.count(self.day), 1, "contacts per day")
			week = [day for day in days if day > self.day - timedelta(days=7)]
			self.assertLessEqual(len(week), 2, "contacts per week")

	def check_line(self, row, line) -> None:
		open_amount = self.open_amount(line.voucher_no)
		self.assertGreater(open_amount, 0, "paid")
		self.assertEqual(line.outstanding, open_amount)
		self.assertLessEqual(self.promised.get(line.voucher_no, self.day), self.day, "promised")
		self.assertNotIn(line.voucher_no, self.disputes)
		before = self.levels.setdefault(line.voucher_no, [])
		self.assertEqual(line.dunning_level, len(before) + 1, before)
		if before:
			self.assertGreaterEqual((self.day - before[-1][1]).days, GAP)
		before.append((line.dunning_level, self.day))

	def check_nothing_is_lost(self) -> None:
		"""An invoice that is long overdue, and that nothing held up, has begun its plan."""
		for invoice in self.invoices:
			overdue = (self.day - getdate(invoice.due_date)).days
			held = invoice.name in self.disputes or invoice.name in self.promised
			if overdue < 25 or held or invoice.customer in self.paused:
				continue
			if self.open_amount(invoice.name) > 0:
				self.assertIn(invoice.name, self.levels, f"{self.day}: never chased, {overdue} days overdue")
