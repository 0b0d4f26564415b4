"""Risk scores: reasons, append-only history, and bands on case and customer."""

import json

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import scoring as api
from collections_app.engine.reasons import Reason
from collections_app.patches import ceased_rule, scorecard_rules
from collections_app.services import scoring
from collections_app.services.cases import settling
from collections_app.services.customer_view import customer_summary
from collections_app.services.reasons import sentence
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase, make_dispute, make_promise


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

	def factors(self, score: str) -> dict:
		document = frappe.get_doc("Risk Score", score)
		return {row.factor: row for row in document.factors}

	def report(self, customer: str, score: float, value: str, days_ago: int, **values) -> None:
		frappe.get_doc(
			{
				"doctype": "Credit Report",
				"customer": customer,
				"company": COMPANY,
				"provider": "Creditsafe",
				"reported_on": add_days(getdate(), -days_ago),
				"has_score": 1,
				"score_0_100": score,
				"provider_score": value,
				**values,
			}
		).insert(ignore_permissions=True)

	def test_a_bureau_that_is_silent_moves_nothing(self):
		"""What it said last counts on; once past its validity it is marked as stale, and only the confidence falls."""
		customer = self.payer(0)
		self.report(customer, 85, "A", 60)
		self.report(customer, 60, "B", 30)
		self.score()
		(first,) = self.scores(customer)
		row = self.factors(first.name)["bureau_score"]
		self.assertEqual(row.reason, "Creditsafe fell from A to B (60/100)")
		self.assertEqual((first.stale, row.stale), ("", 0))
		frappe.db.set_value("Credit Report", {"customer": customer}, "valid_until", add_days(getdate(), -29))
		self.score()
		first, second = self.scores(customer)
		self.assertEqual((second.stale, second.score, second.band), ("Creditsafe", first.score, first.band))
		row = self.factors(second.name)["bureau_score"]
		self.assertEqual(row.stale, 1)
		self.assertIn("stale: 30 days old", row.reason)
		self.assertLessEqual(second.confidence, first.confidence)

	def test_insolvency_in_a_report(self):
		"""A hard rule of the scorecard holds an insolvent customer in E, and what would change it says so."""
		customer = self.payer(0)
		self.report(customer, 85, "A", 1, details=json.dumps({"insolvent": True}))
		self.score()
		(found,) = self.scores(customer)
		self.assertEqual(found.band, "E")
		self.assertEqual(self.factors(found.name)["insolvent"].reason, "No better than E: Insolvency known")
		(change,) = json.loads(found.changes)
		self.assertEqual((change["kind"], change["band"]), ("rule_lifted", "A"))

	def test_ceased_in_a_report(self):
		"""requirement: who is struck off its register is held in E, also where nobody calls it insolvent"""
		customer = self.payer(0)
		self.report(customer, 85, "A", 1, details=json.dumps({"ceased": True}))
		self.score()
		(found,) = self.scores(customer)
		reason = self.factors(found.name)["ceased"].reason
		self.assertEqual((found.band, reason), ("E", "No better than E: Ceased to exist, by its register"))

	def test_scorecards_made_before(self):
		"""requirement: a scorecard made before the rule gets it as it has that for insolvency, once"""
		card = frappe.get_last_doc("Risk Scorecard")
		for enabled, band in ((1, "D"), (0, "E")):
			card.hard_rules = [row for row in card.hard_rules if row.rule != "ceased"]
			for row in card.hard_rules:
				if row.rule == "insolvent":
					row.update({"enabled": enabled, "band": band})
			card.save()
			ceased_rule.execute()
			ceased_rule.execute()
			card.reload()
			rules = [(row.enabled, row.band) for row in card.hard_rules if row.rule == "ceased"]
			self.assertEqual(rules, [(enabled, band)])

	def test_what_would_change_it(self):
		"""Who owes is told what paying gives, and paying gives it."""
		customer = self.payer(20)
		self.invoice(customer, 500, -70)
		self.invoice(customer, 300, -2)
		self.score()
		(before,) = self.scores(customer)
		change = json.loads(before.changes)[0]
		self.assertEqual(change["kind"], "pay_overdue")
		self.assertGreater(change["score"], before.score)
		self.assertEqual(customer_summary(customer, COMPANY)["score"]["changes"][0], change)

	def test_incidents_from_the_ledger_and_disputes(self):
		"""A payment taken back and a dispute that was rejected lower the score and are named."""
		customer = self.payer(0)
		invoice = self.invoice(customer, 80, -3)
		self.score()
		dispute = make_dispute(invoice)
		dispute.db_set({"status": "Rejected", "closed_on": getdate()})
		entry = pay(invoice)
		ledger = frappe.get_doc(
			"Payment Ledger Entry",
			frappe.db.get_value(
				"Payment Ledger Entry", {"voucher_no": entry.name, "against_voucher_no": invoice.name}
			),
		)
		back = frappe.copy_doc(ledger)
		back.update({"amount": 80, "amount_in_account_currency": 80, "voucher_no": "RETURN-1"})
		back.set_new_name()
		back.db_insert()
		self.score()
		first, second = self.scores(customer)
		factors = self.factors(second.name)
		self.assertEqual(factors["returned_debits"].reason, "One returned debit")
		self.assertEqual(factors["disputes_lost"].reason, "One dispute without cause")
		self.assertLess(second.score, first.score)

	def test_orders_not_invoiced(self):
		"""What is ordered counts until it is invoiced."""
		customer = self.payer(0)
		order = frappe.get_doc(
			{
				"doctype": "Sales Order",
				"customer": customer,
				"company": COMPANY,
				"transaction_date": getdate(),
				"delivery_date": add_days(getdate(), 10),
				"currency": "EUR",
				"items": [{"item_code": self.open.items[0].item_code, "qty": 1, "rate": 5000}],
			}
		)
		order.flags.ignore_permissions = True
		order.insert()
		order.submit()
		facts = scoring.customer_facts(self.context())
		self.assertEqual(facts.at[customer, "committed_base"], order.base_grand_total)
		order.cancel()
		self.assertEqual(scoring.customer_facts(self.context()).at[customer, "committed_base"], 0)

	def card(self):
		return frappe.get_doc(
			"Risk Scorecard", frappe.db.get_single_value("Collections Settings", "scorecard")
		)

	def test_preview_before_saving(self):
		"""Bands of today's customers by the edited card beside the saved one; nothing is written."""
		good, bad = self.payer(0), self.payer(45)
		edited = self.card().as_dict()
		edited.band_a_from = 100
		found = api.preview(json.loads(frappe.as_json(edited)), COMPANY)
		self.assertEqual((found["customers"], found["error"]), (2, None))
		self.assertEqual(found["moved_up"], 0)
		self.assertEqual([one["customer"] for one in found["moved"]], [good])
		self.assertEqual(sum(one["saved"] for one in found["bands"]), 2)
		self.assertEqual(sum(one["edited"] for one in found["histogram"]), 2)
		self.assertFalse(self.scores(bad))
		self.assertEqual(self.card().band_a_from, 80)

	def test_preview_tells_what_is_wrong(self):
		edited = self.card().as_dict()
		edited.factors[0]["curve"] = "5: 100, 3: 0"
		self.payer(0)
		found = api.preview(json.loads(frappe.as_json(edited)), COMPANY)
		self.assertIn("Factor 1", found["error"])
		self.assertIn("3 comes after 5", found["error"])

	def test_a_card_that_makes_no_sense_is_not_saved(self):
		for field, value, told in (
			("half_life", 5, "Half-Life"),
			("band_b_from", 90, "Bands"),
		):
			card = self.card()
			card.set(field, value)
			with self.subTest(field), self.assertRaisesRegex(frappe.ValidationError, told):
				card.save()
		card = self.card()
		card.append("hard_rules", {"rule": "insolvent", "enabled": 1, "band": "D"})
		with self.assertRaisesRegex(frappe.ValidationError, "Insolvency known is there twice"):
			card.save()

	def test_an_edited_curve_counts(self):
		customer = self.payer(10)
		self.score()
		card = self.card()
		self.addCleanup(card.db_update_all)
		row = next(row for row in card.factors if row.factor == "days_late")
		frappe.db.set_value("Risk Scorecard Factor", row.name, "curve", "0: 100, 5: 0")
		frappe.clear_document_cache("Risk Scorecard", card.name)
		self.addCleanup(frappe.clear_document_cache, "Risk Scorecard", card.name)
		self.score()
		first, second = self.scores(customer)
		self.assertLess(second.score, first.score - 10)
		self.assertEqual(self.factors(second.name)["days_late"].points, 0)

	def test_the_patch_gives_old_cards_the_rules_that_were_fixed(self):
		card = frappe.copy_doc(self.card())
		card.update({"scorecard_name": "Old Card", "hard_rules": [], "half_life": 180})
		card.insert()
		self.addCleanup(frappe.delete_doc, "Risk Scorecard", card.name)
		weights = [(row.factor, row.weight) for row in card.factors]
		scorecard_rules.execute()
		card.reload()
		on = {row.rule: (row.threshold, row.band) for row in card.hard_rules if row.enabled}
		self.assertEqual(on, {"overdue_too_long": (90, "D"), "promises_broken": (3, "D")})
		self.assertEqual([(row.factor, row.weight) for row in card.factors], weights)
		count = len(card.hard_rules)
		scorecard_rules.execute()
		self.assertEqual(len(card.reload().hard_rules), count)

	def test_history_of_a_customer(self):
		customer = self.payer(5)
		self.score()
		self.invoice(customer, 500, -10)
		self.score()
		rows = api.history(customer, COMPANY)
		self.assertEqual([row["score"] for row in rows], [self.scores(customer)[-1].score])
		self.invoice(customer, 900, -40)
		self.score(20)
		rows = api.history(customer, COMPANY)
		self.assertEqual([row["as_of"] for row in rows], [getdate(), add_days(getdate(), 20)])
		self.assertIsNone(rows[0]["learned_score"])

	def test_one_and_none_in_words(self):
		"""requirement: reasons are plain words, for one and none as for many"""
		for code, params, words in (
			("volume", {"count": 1}, "One invoice in the last year"),
			("days_late_trend", {"days": 14.2}, "Pays 14 days later than half a year ago"),
			("days_late_trend", {"days": 1.2}, "Pays one day later than half a year ago"),
			("days_late", {"days": -0.4}, "Pays on time on average"),
			("late_ratio", {"share": 0}, "No invoice paid late"),
			("outstanding", {"months": 0.01}, "Owes next to nothing"),
			("open_orders", {"months": 0}, "No orders or deliveries to speak of wait for their invoice"),
			("limit_use", {"share": 1.12}, "Over the credit limit by 12 %"),
		):
			with self.subTest(code, **params):
				self.assertEqual(sentence(Reason(code, params)), words)
		told = {"factor": "late_ratio", "segment": "Retail", "paid_count": 1, "minimum_history": 3}
		self.assertIn("only one of its own invoices is paid", sentence(Reason("segment_mean", told)))
