"""Risk scores: reasons, append-only history, and bands on case and customer."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.services import scoring
from collections_app.services.cases import settling
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase, make_promise


class TestScoring(CycleTestCase):
	def score(self, day: int = 0):
		context = self.context(day)
		settling.settle(context)
		context.results.append(scoring.score(context))
		return context

	def scores(self, customer: str) -> list:
		return frappe.get_all("Risk Score", {"customer": customer}, ["*"], order_by="creation")

	def payer(self, late_by: int, open_amount: float = 100, due_in: int = -5) -> str:
		"""A customer with six invoices paid so many days after their due date, and one open."""
		customer = self.customer()
		for number in range(6):
			due_in_past = -60 - 20 * number
			invoice = self.invoice(customer, 100, due_in_past)
			pay(invoice, on=add_days(getdate(), due_in_past + late_by))
		self.open = self.invoice(customer, open_amount, due_in)
		return customer

	def test_late_payer_scores_lower_and_reasons_say_why(self):
		"""Who pays late scores lower than who pays on time; each factor gives its reason, and the points add up."""
		good, bad = self.payer(0), self.payer(45)
		self.score()
		(one,), (other,) = self.scores(good), self.scores(bad)
		self.assertGreater(one.score, other.score + 10)
		self.assertLess(one.band, other.band)
		self.assertEqual((one.basis, one.as_of, one.previous_band), ("Own History", getdate(), ""))
		document = frappe.get_doc("Risk Score", other.name)
		reasons = {row.factor: row.reason for row in document.factors if row.factor}
		self.assertEqual(reasons["days_late"], "Pays 45 days late on average")
		self.assertTrue(all(row.reason for row in document.factors))
		self.assertEqual([row.idx for row in document.factors], list(range(1, len(document.factors) + 1)))
		self.assertAlmostEqual(sum(row.contribution for row in document.factors), document.score, delta=0.2)

	def test_band_on_case_and_customer(self):
		"""The band stands on the case and on the customer, where lists can filter by it."""
		customer = self.payer(45)
		self.score()
		(score,) = self.scores(customer)
		self.assertEqual(frappe.db.get_value("Customer", customer, "collections_risk_band"), score.band)
		case = frappe.get_doc("Collection Case", {"customer": customer})
		self.assertEqual((case.risk_band, round(case.risk_score, 1)), (score.band, round(score.score, 1)))
		self.assertEqual(score.case, case.name)

	def test_history_only_on_change(self):
		"""Scoring again without a change writes no new score."""
		customer = self.payer(10)
		self.score()
		context = self.score()
		self.assertEqual(context.results[-1]["changed"], 0)
		self.assertEqual(len(self.scores(customer)), 1)

	def test_down_and_up_again(self):
		"""More overdue lowers the score, payment raises it; each is a new row that knows the one before."""
		customer = self.payer(5)
		self.score()
		big = self.invoice(customer, 5000, -100)
		self.score(1)
		pay(big)
		pay(self.open)
		self.invoice(customer, 100, 20)
		self.score(2)
		first, second, third = self.scores(customer)
		self.assertLess(second.score, first.score)
		self.assertGreater(third.score, second.score)
		self.assertGreater(second.band, first.band)
		self.assertEqual((second.previous_score, second.previous_band), (first.score, first.band))
		self.assertEqual((third.previous_score, third.previous_band), (second.score, second.band))
		self.assertEqual(frappe.db.get_value("Customer", customer, "collections_risk_band"), third.band)

	def test_change_within_one_day(self):
		"""Repeated on the same day after a change, the newest row is the one compared with."""
		customer = self.payer(5)
		self.score()
		self.invoice(customer, 5000, -100)
		self.score()
		self.assertEqual(self.score().results[-1]["changed"], 0)
		self.assertEqual(len(self.scores(customer)), 2)

	def test_broken_promises_count(self):
		"""Broken promises of the last year lower the score and are named."""
		customer = self.payer(0)
		self.score()
		for days_ago in (10, 20, 400):
			promise = make_promise(customer, self.open)
			promise.db_set({"status": "Broken", "due_on": add_days(getdate(), -days_ago)})
		self.score()
		first, second = self.scores(customer)
		self.assertLess(second.score, first.score)
		reason = frappe.db.get_value(
			"Risk Score Factor", {"parent": second.name, "factor": "broken_promises"}, "reason"
		)
		self.assertEqual(reason, "2 broken promises")

	def test_new_customer(self):
		"""Without a history of its own a customer is judged by others, and says so."""
		self.payer(0)
		customer = self.customer()
		self.invoice(customer, 100)
		self.score()
		self.assertIn(self.scores(customer)[0].basis, ("Segment", "No History"))

	def test_no_scorecard(self):
		"""Without a scorecard the step says what to choose."""
		settings = frappe.get_single("Collections Settings")
		before = settings.scorecard
		frappe.db.set_single_value("Collections Settings", "scorecard", None)
		self.addCleanup(frappe.db.set_single_value, "Collections Settings", "scorecard", before)
		frappe.clear_document_cache("Collections Settings", "Collections Settings")
		self.addCleanup(frappe.clear_document_cache, "Collections Settings", "Collections Settings")
		self.invoice(self.customer(), 100)
		with self.assertRaisesRegex(frappe.ValidationError, "Risk Scorecard"):
			self.score()

	def test_other_companies_history_is_not_used(self):
		"""The last score of another company is not taken for this one's."""
		customer = self.payer(5)
		self.score()
		self.assertEqual(list(scoring.latest_scores(COMPANY).index), [customer])
		self.assertTrue(scoring.latest_scores("No Such Company").empty)
