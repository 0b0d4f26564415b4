"""While a collector is away others work its cases; afterwards they come back."""

import frappe
from frappe.utils import add_days, get_fullname, getdate

from collections_app import tasks
from collections_app.api import cases as case_api
from collections_app.api import team as api
from collections_app.services.team.hand_over import work
from collections_app.tests.desk import make_case, make_user, restrict, signed_in
from collections_app.tests.test_team import TeamTestCase, make_team
from collections_app.tests.utils import COMPANY, pay


class TestAbsence(TeamTestCase):
	def absence(self, day: int = 0, days: int = 5, **values):
		doc = frappe.get_doc(
			{
				"doctype": "Collector Absence",
				"collector": self.ann,
				"from_date": add_days(getdate(), day),
				"to_date": add_days(getdate(), day + days),
				"given_to": "Deputy",
				"deputy": self.bob,
				**values,
			}
		)
		# its jobs are run by the tests themselves, on the days they ask for
		doc.flags.by_job = True
		return doc.insert()

	def on(self, absence, day: int, **values) -> None:
		work(absence.name, day=add_days(getdate(), day), **values)
		absence.reload()

	def holders(self, *cases) -> list[str]:
		return [frappe.db.get_value("Collection Case", case.name, "collector") for case in cases]

	def told(self, case) -> list[str]:
		return frappe.get_all(
			"Comment",
			{"reference_name": case.name, "subject": "collections:team"},
			pluck="content",
			order_by="creation",
		)

	def test_there_and_back(self):
		"""The deputy gets the cases on the first day and gives them back the day after the last; both are said on each."""
		case, closed = self.case(self.ann), self.case(self.ann, 0, status="Closed")
		absence = self.absence(day=2, days=3)
		self.on(absence, 1)
		self.assertEqual((absence.status, self.holders(case)), ("Planned", [self.ann]))
		self.on(absence, 2)
		self.assertEqual((absence.status, self.holders(case, closed)), ("Running", [self.bob, self.bob]))
		self.on(absence, 5)
		self.assertEqual(absence.status, "Running")
		self.on(absence, 6)
		self.assertEqual((absence.status, self.holders(case, closed)), ("Over", [self.ann, self.ann]))
		away, back = self.told(case)
		self.assertIn("is away until", away)
		self.assertIn("is back", back)
		self.assertEqual([row.outcome for row in absence.cases], ["Given Back", "Given Back"])

	def test_what_was_reassigned_meanwhile_stays(self):
		carl = make_user("Collector", "Accounts User")
		moved, other = self.case(self.ann), self.case(self.ann)
		absence = self.absence()
		self.on(absence, 0)
		case_api.reassign([moved.name], carl)
		self.on(absence, 6)
		self.assertEqual(self.holders(moved, other), [carl, self.ann])
		outcomes = {row.case: row.outcome for row in absence.cases}
		self.assertEqual(outcomes, {moved.name: "Not Given Back", other.name: "Given Back"})

	def test_what_comes_in_meanwhile_is_handed_over_too(self):
		"""New cases of who is away follow; one that a person gave back to them stays."""
		case = self.case(self.ann)
		absence = self.absence()
		self.on(absence, 0)
		case_api.reassign([case.name], self.ann)
		new = self.case(self.ann)
		self.on(absence, 1)
		self.assertEqual(self.holders(case, new), [self.ann, self.bob])
		self.on(absence, 1)
		self.assertEqual(len(absence.cases), 2)

	def test_spread_evenly(self):
		"""Over the members of the team who are there, by what is overdue."""
		carl, away = (make_user("Collector", "Accounts User") for _number in range(2))
		stranger = make_user()
		team = make_team("Spread", self.ann, self.bob, carl, away, stranger)
		self.absence(collector=away, deputy=carl)
		cases = [self.case(self.ann, amount) for amount in (400, 300, 200, 100)]
		absence = self.absence(given_to="Team", deputy=None, team=team)
		self.on(absence, 0)
		sums = dict.fromkeys((self.bob, carl), 0)
		for case, holder in zip(cases, self.holders(*cases), strict=True):
			sums[holder] += case.overdue
		self.assertEqual(sums, {self.bob: 500, carl: 500})

	def test_who_may_not_see_a_customer_does_not_get_it(self):
		seen, hidden = self.case(self.ann), self.case(self.ann)
		restrict(self.bob, "Customer", seen.customer)
		absence = self.absence()
		self.on(absence, 0)
		self.assertEqual(self.holders(seen, hidden), [self.bob, self.ann])
		self.assertIn(hidden.customer_name, absence.not_given)

	def test_the_deputy_goes_away_as_well(self):
		"""A case handed on by the deputy comes back to whom it belongs, and is not given away again when the deputy is back."""
		carl = make_user("Collector", "Accounts User")
		case, own = self.case(self.ann), self.case(self.bob)
		first = self.absence(days=5)
		self.on(first, 0)
		second = self.absence(day=6, days=3, collector=self.bob, deputy=carl)
		frappe.db.set_value("Collector Absence", second.name, "from_date", add_days(getdate(), 2))
		self.on(second.reload(), 2)
		self.assertEqual(self.holders(case, own), [carl, carl])
		self.on(first, 6)
		self.assertEqual(self.holders(case, own), [self.ann, carl])
		self.on(second, 10)
		self.assertEqual(self.holders(case, own), [self.ann, self.bob])

	def test_cash_stays_with_whom_the_case_belongs_to(self):
		"""What a customer paid does not move to the deputy, also where the deputy handed the case on."""
		carl = make_user("Collector", "Accounts User")
		case = self.case(self.ann)
		pay(self.invoice(case.customer, 300, -40), 120)
		self.on(self.absence(), 0)
		second = self.absence(day=6, collector=self.bob, deputy=carl)
		frappe.db.set_value("Collector Absence", second.name, "from_date", getdate())
		self.on(second.reload(), 0)
		self.assertEqual(self.holders(case), [carl])
		rows = api.cash(COMPANY, from_date=str(getdate()), to_date=str(getdate()))["rows"]
		self.assertIn((self.ann, 120), [(row["collector"], row["amount"]) for row in rows])
		self.assertFalse({self.bob, carl} & {row["collector"] for row in rows})

	def test_back_early(self):
		case = self.case(self.ann)
		absence = self.absence()
		self.on(absence, 0)
		self.on(absence, 2, end=True)
		self.assertEqual((absence.status, self.holders(case)), ("Over", [self.ann]))
		self.assertEqual(absence.to_date, add_days(getdate(), 2))
		self.assertRaises(frappe.ValidationError, api.end_absence, absence.name)

	def test_one_company_only(self):
		here = self.case(self.ann)
		there = make_case(self.customer(), collector=self.ann)
		there.db_set("company", "Elsewhere")
		absence = self.absence(only_company=COMPANY)
		self.on(absence, 0)
		self.assertEqual(self.holders(here, there), [self.bob, self.ann])

	def test_checked(self):
		"""Refused: an end before the beginning, oneself as deputy, a stranger, two at once, a deputy who is away."""
		self.absence()
		stranger, carl = make_user(), make_user("Collector")
		for values, message in (
			({"to_date": add_days(getdate(), -1), "collector": carl}, "must not end"),
			({"collector": carl, "deputy": carl}, "somebody else"),
			({"collector": carl, "deputy": stranger}, "may not work on cases"),
			({}, "away in this time already"),
			({"collector": carl, "deputy": self.ann}, "is away in this time, too"),
			({"collector": carl, "given_to": "Team", "team": make_team("Alone", carl)}, "Nobody else"),
		):
			with self.subTest(message), self.assertRaisesRegex(frappe.ValidationError, message):
				self.absence(**values)

	def test_daily_job_finds_what_is_due(self):
		"""Those that begin, go on or are over; not those to come or done."""
		due = self.absence()
		self.absence(day=10)
		queued = []
		self.addCleanup(setattr, frappe, "enqueue", frappe.enqueue)
		frappe.enqueue = lambda method, **kwargs: queued.append((method, kwargs["absence"]))
		tasks.stand_in_for_absent()
		self.assertEqual(queued, [("collections_app.services.team.hand_over.work", due.name)])

	def test_who_is_away_is_shown(self):
		absence = self.absence()
		self.on(absence, 0)
		row = self.rows()[self.ann]
		self.assertEqual((row["away"]["to"], row["away"]["until"]), (get_fullname(self.bob), absence.to_date))
		shown = [row.name for row in api.absences(COMPANY) if row.collector == self.ann]
		self.assertEqual(shown, [absence.name])
		with signed_in(self.bob):
			self.assertEqual(api.absences(COMPANY), [])
			self.assertRaises(frappe.PermissionError, api.end_absence, absence.name)
