"""The rehearsal: what the coming days would bring, with nothing written, and only what the user may see."""

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import add_days, getdate

from collections_app.api.rehearsal import rehearse
from collections_app.services.run.context import RunContext
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import (
	CycleTestCase,
	make_dispute,
	make_plan,
	make_promise,
	mark_sent,
	other_company,
)

STEPS = ((-3, "Email"), (1, "Email"), (5, "Call"), (9, "Email"))


def table_counts() -> dict[str, int]:
	"""Table -> how many rows it has, of every table of the site."""
	tables = frappe.db.get_tables(cached=False)
	return {name: frappe.qb.from_(frappe.qb.Table(name)).select(Count("*")).run()[0][0] for name in tables}


def rehearsed(side: int = 0, **values) -> list[tuple]:
	"""(days from today, customer, level, channel, total) of what would go out, held ones left out."""
	rows = rehearse(company=COMPANY, **values)["sides"][side]["rows"]
	return [
		(
			(getdate(row["day"]) - getdate()).days,
			row["customer"],
			row["level"],
			row["channel"],
			row["total"],
		)
		for row in rows
		if not row["held"]
	]


class TestRehearsal(CycleTestCase):
	def days(self, **values) -> list[tuple[int, int]]:
		"""(days from today, level) of the only customer's messages."""
		return [(day, level) for day, _customer, level, _channel, _total in rehearsed(**values)]

	def test_nothing_is_written(self):
		"""Not a row more or less in any table, not one write, not one message in a rehearsal of every kind."""
		plan, other = make_plan(*STEPS).name, make_plan(name="Other", priority=60).name
		invoices = [self.invoice(self.customer(), 100, due) for due in (-30, -5, 2)]
		make_promise(invoices[1].customer, invoices[1])
		self.plan()
		frappe.db.commit()
		counts, writes = table_counts(), frappe.db.transaction_writes
		for values in (
			{},
			{"plan": plan},
			{"customer": invoices[0].customer},
			{"compare_with": other, "expected_payments": True},
		):
			self.assertTrue(rehearse(company=COMPANY, **values)["sides"][0]["rows"], values)
		self.assertEqual(frappe.db.transaction_writes, writes)
		self.assertEqual(table_counts(), counts)

	def test_paused_promised_and_disputed(self):
		"""A paused invoice comes back after its pause, a promised one when the promise is broken, a disputed one never."""
		make_plan((1, "Email"))
		paused, promised, disputed = (self.invoice(self.customer(), 100) for _one in range(3))
		frappe.db.set_value("Sales Invoice", paused.name, "collections_paused_until", add_days(getdate(), 4))
		make_promise(promised.customer, promised, due_in=6)
		make_dispute(disputed)
		# three days of grace
		self.assertEqual(
			[(day, customer) for day, customer, *_rest in rehearsed()],
			[(5, paused.customer), (10, promised.customer)],
		)

	def test_paused_customer(self):
		"""A paused customer hears nothing until the day after the pause."""
		make_plan((1, "Email"))
		customer = self.customer(collections_paused_until=add_days(getdate(), 7))
		self.invoice(customer, 100)
		self.assertEqual(self.days(), [(8, 1)])

	def test_expected_payments(self):
		"""A promise is taken as kept, and an invoice as paid by the late end of what its customer usually takes."""
		make_plan((1, "Email"), (10, "Email"), (60, "Email"), gap=1)
		customer = self.customer()
		for ago in (100, 130, 160):
			# always paid four days late
			invoice = self.invoice(customer, 10, -ago)
			pay(invoice, on=add_days(getdate(), 4 - ago))
		self.invoice(customer, 100, 2)
		self.assertEqual(self.days(), [(3, 1), (12, 2)])
		self.assertEqual(self.days(expected_payments=True), [(3, 1)])
		promised = self.invoice(customer, 70, -3)
		make_promise(customer, promised, due_in=5)
		self.assertEqual({total for *_rest, total in rehearsed(expected_payments=True)}, {100})
		self.assertIn(70, {total for *_rest, total in rehearsed()})

	def test_an_invoice_later_than_usual_is_not_expected_tomorrow(self):
		"""One already overdue for longer than its customer takes on average is paid at the late end of what is usual."""
		make_plan((1, "Email"), (25, "Email"), (60, "Email"), gap=1)
		customer = self.customer()
		for ago, late in ((200, 2), (170, 2), (140, 2), (110, 30)):
			pay(self.invoice(customer, 10, -ago), on=add_days(getdate(), late - ago))
		self.invoice(customer, 100, -20)
		self.assertEqual(self.days(days=60), [(0, 1), (5, 2), (40, 3)])
		# thirty days late is the tenth day from now
		self.assertEqual(self.days(days=60, expected_payments=True), [(0, 1), (5, 2)])

	def test_steps_done_and_messages_in_hand(self):
		"""What went out is done, what is queued is as good as done today, what failed waits for a person."""
		make_plan((1, "Email"), (2, "Email"), gap=3)
		customers = [self.customer() for _one in range(3)]
		for customer in customers:
			self.invoice(customer, 100)
		self.plan()
		actions = {row.customer: row.name for row in self.actions()}
		mark_sent(actions[customers[0]], 2)
		for customer, status in ((customers[1], "Queued"), (customers[2], "Failed")):
			frappe.db.set_value("Collection Action", actions[customer], "status", status)
		self.assertEqual(
			[(day, customer, level) for day, customer, level, *_rest in rehearsed()],
			[(1, customers[0], 2), (3, customers[1], 2)],
		)

	def test_held_for_a_person(self):
		"""A customer without an address is shown once, with the reason, and counts as held."""
		make_plan((1, "Email"), (5, "Email"), gap=1)
		self.invoice(self.customer(email=None), 100)
		side = rehearse(company=COMPANY)["sides"][0]
		self.assertEqual([row["held"] for row in side["rows"]], [["The customer has no e-mail address"]])
		self.assertEqual((side["totals"]["held"], side["totals"]["messages"]), (1, 0))

	def test_plan_and_customer(self):
		"""A plan shows the customers it catches; with a customer besides, this one as if it had the plan."""
		key = make_plan(
			(1, "Call"), name="Key", priority=1, conditions=[("Customer Group", "=", "Key Account")]
		)
		rest = make_plan((1, "Email"), name="Rest", priority=2)
		important, other = self.customer(customer_group="Key Account"), self.customer()
		for customer in (important, other):
			self.invoice(customer, 100)
		self.assertEqual({row[1] for row in rehearsed()}, {important, other})
		self.assertEqual([row[1] for row in rehearsed(plan=key.name)], [important])
		self.assertEqual([row[1] for row in rehearsed(customer=other)], [other])
		self.assertEqual([row[1:4] for row in rehearsed(plan=key.name, customer=other)], [(other, 1, "Call")])
		self.assertEqual([row[1] for row in rehearsed(plan=rest.name)], [other])

	def test_plan_not_enabled_yet(self):
		"""A plan can be tried before it is switched on: it catches what it would catch."""
		make_plan((1, "Email"), name="Rest", priority=50)
		draft = make_plan((1, "Call"), name="Draft", priority=1, enabled=0)
		customer = self.customer()
		self.invoice(customer, 100)
		self.assertEqual(rehearsed()[0][3], "Email")
		self.assertEqual(rehearsed(plan=draft.name)[0][3], "Call")
		# compared with, it takes over the customers of the plans in use
		compared = rehearse(company=COMPANY, compare_with=draft.name)
		self.assertEqual([side["customers"] for side in compared["sides"]], [1, 1])
		self.assertEqual([side["rows"][0]["channel"] for side in compared["sides"]], ["Email", "Call"])

	def test_figures(self):
		"""Each day and week is there with its counts; the table names step, plan, invoices and approval."""
		plan = make_plan((1, "Email", {"requires_approval": 1}), (3, "Call"), gap=1)
		customer = self.customer()
		invoice = self.invoice(customer, 100, -1)
		answer = rehearse(company=COMPANY, days=10)
		side = answer["sides"][0]
		self.assertEqual((answer["start"], answer["currency"]), (str(getdate()), "EUR"))
		self.assertEqual(answer["end"], str(add_days(getdate(), 9)))
		self.assertEqual([day["messages"] for day in side["days"]], [1] + [0] * 9)
		self.assertEqual([day["calls"] for day in side["days"]], [0, 0, 1] + [0] * 7)
		self.assertEqual(sum(week["messages"] + week["calls"] for week in side["weeks"]), 2)
		self.assertEqual(
			side["totals"],
			{"messages": 1, "calls": 1, "handed_over": 0, "held": 0, "customers": 1, "amount": 100.0},
		)
		row = side["rows"][0]
		self.assertEqual((row["step"], row["plan"], row["requires_approval"]), ("Step 1", plan.name, True))
		self.assertEqual(row["invoices"], [("Sales Invoice", invoice.name)])

	def test_caught_by_no_plan(self):
		"""Overdue customers without a plan are counted, those not due yet are not."""
		make_plan(conditions=[("Customer Group", "=", "Key Account")])
		self.invoice(self.customer(), 100)
		self.invoice(self.customer(), 100, 10)
		self.assertEqual(rehearse(company=COMPANY)["without_plan"], 1)

	def test_bad_questions(self):
		"""Too many days, a plan of another company and a plan with a broken condition are refused in plain words."""
		foreign = make_plan(name="Foreign", for_company=other_company())
		broken = make_plan(name="Broken", enabled=0, conditions=[("Overdue", ">", "5")])
		frappe.db.set_value("Dunning Plan Condition", {"parent": broken.name}, "value", "much")
		for values, words in (
			({"days": 0}, "Days must be"),
			({"days": 121}, "Days must be"),
			({"plan": foreign.name}, "is for company"),
			({"compare_with": foreign.name}, "is for company"),
			({"plan": broken.name}, "cannot be rehearsed. Condition 1"),
		):
			with self.subTest(values), self.assertRaisesRegex(frappe.ValidationError, words):
				rehearse(company=COMPANY, **values)


class TestWhoSeesWhat(CycleTestCase):
	def setUp(self):
		super().setUp()
		self.plan_name = make_plan((1, "Email")).name
		self.seen, self.hidden = self.customer(), self.customer()
		for customer in (self.seen, self.hidden):
			self.invoice(customer, 100)

	def test_restricted_to_a_customer(self):
		"""Other customers are neither listed nor counted, and cannot be asked for."""
		user = make_user("Collector", "Accounts User")
		restrict(user, "Customer", self.seen)
		with signed_in(user):
			side = rehearse(company=COMPANY)["sides"][0]
			self.assertEqual({row["customer"] for row in side["rows"]}, {self.seen})
			self.assertEqual((side["customers"], side["totals"]["amount"]), (1, 100.0))
			with self.assertRaises(frappe.PermissionError):
				rehearse(company=COMPANY, customer=self.hidden)

	def test_restricted_to_a_company(self):
		"""Another company cannot be asked for."""
		user = make_user("Credit Manager", "Accounts Manager")
		restrict(user, "Company", other_company())
		with signed_in(user), self.assertRaises(frappe.PermissionError):
			rehearse(company=COMPANY)

	def test_roles(self):
		"""Manager, collector and auditor may rehearse; somebody else may not."""
		for role in ("Credit Manager", "Collector", "Collections Auditor"):
			with signed_in(make_user(role, "Accounts User")), self.subTest(role):
				self.assertEqual(rehearse(company=COMPANY)["sides"][0]["customers"], 2)
		with signed_in(make_user("Accounts User")), self.assertRaises(frappe.PermissionError):
			rehearse(company=COMPANY)

	def test_page(self):
		"""The page is for the app's roles and the System Manager, and stands in workspace and sidebar."""
		roles = frappe.get_all("Has Role", {"parent": "plan-rehearsal", "parenttype": "Page"}, pluck="role")
		self.assertEqual(set(roles), {"Credit Manager", "Collector", "Collections Auditor", "System Manager"})
		links = frappe.get_all("Workspace Link", {"parent": "Collections"}, ["link_to", "link_type"])
		self.assertIn(("plan-rehearsal", "Page"), [(row.link_to, row.link_type) for row in links])

	def test_reads_do_not_depend_on_the_user(self):
		"""A user who may see one customer gets for it what the manager gets."""
		user = make_user("Collector", "Accounts User")
		restrict(user, "Customer", self.seen)
		whole = [row for row in rehearsed() if row[1] == self.seen]
		with signed_in(user):
			self.assertEqual(rehearsed(), whole)
		self.assertTrue(RunContext(COMPANY, getdate(), dry_run=True).items["customer"].eq(self.hidden).any())
