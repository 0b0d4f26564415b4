"""Learned risk models and backtests on a company's own ledger."""

import json

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import scoring as api
from collections_app.engine.risk_learning import RiskModel
from collections_app.engine.risk_outcomes import BAD_DAYS
from collections_app.services import scoring
from collections_app.services.cases import settling
from collections_app.services.scoring import backtest, learning, models
from collections_app.services.scoring.sources import Records, sources_on
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase

COUNT = 10


class TestRiskLearning(CycleTestCase):
	def history(self, customers: int = 1, months: int = 2) -> list[str]:
		"""Customers with an invoice a month; the second half of them pays 75 days late, every other quarter."""
		names = [self.customer() for _number in range(customers)]
		for number, customer in enumerate(names):
			for month in range(months):
				due = -30 * (month + 1)
				late_by = 75 if number >= customers / 2 and month // 3 % 2 == 0 else 0
				invoice = self.invoice(customer, 100, due)
				if due + late_by <= 0:
					pay(invoice, on=add_days(getdate(), due + late_by))
		return names

	def model(self, status: str = models.IN_USE, day: int = 0, **values) -> str:
		"""A model that knows one thing: who pays late goes bad."""
		curves = {"days_late": [[0, 1], [60, 0]]}
		model = RiskModel(
			as_of=str(add_days(getdate(), day)),
			bad_days=BAD_DAYS,
			horizon_days=183,
			rows=100,
			bad=20,
			penalty=1.0,
			intercept=0.0,
			curves=curves,
			means={"days_late": 0.5, "scorecard": 0.5},
			scales={"days_late": 0.5, "scorecard": 0.1},
			effects={"days_late": -2.0, "scorecard": 0.0},
			level=50.0,
			width=20.0,
			bins=[0.0],
			shares=[0.5, 0.5],
			customers=values.pop("customers", 1),
		)
		doc = frappe.get_doc(
			{
				"doctype": "Risk Model",
				"company": COMPANY,
				"status": status,
				"learned_on": getdate(),
				"model": json.dumps(model.to_dict()),
				**values,
			}
		)
		return doc.insert(ignore_permissions=True).name

	def score(self):
		context = self.context()
		settling.settle(context)
		context.results.append(scoring.score(context))
		return context

	def decide_by(self, source: str) -> None:
		card = frappe.get_doc(
			"Risk Scorecard", frappe.db.get_single_value("Collections Settings", "scorecard")
		)
		before = card.band_source
		card.db_set("band_source", source)
		frappe.clear_document_cache("Risk Scorecard", card.name)
		self.addCleanup(frappe.clear_document_cache, "Risk Scorecard", card.name)
		self.addCleanup(card.db_set, "band_source", before)

	def latest(self, customer: str):
		return frappe.get_last_doc("Risk Score", {"customer": customer})

	def test_side_by_side(self):
		"""The learned score stands beside the scorecard's, with the points of its factors; the scorecard decides."""
		good, bad = self.history(2, 6)
		name = self.model()
		self.score()
		one, other = self.latest(good), self.latest(bad)
		self.assertEqual((one.learned_model, one.decided_by, one.score), (name, "Scorecard", one.card_score))
		self.assertGreater(one.learned_score, other.learned_score + 20)
		self.assertLess(one.probability, other.probability)
		best, worst = (
			next(row.learned_points for row in found.factors if row.factor == "days_late")
			for found in (one, other)
		)
		self.assertGreater(best, worst + 10)

	def test_the_learned_model_decides_when_it_is_chosen_and_proved(self):
		(customer,) = self.history(1, 6)
		self.decide_by("Learned Model")
		self.model()
		self.score()
		found = self.latest(customer)
		self.assertEqual((found.decided_by, found.score), ("Learned Model", found.learned_score))
		self.assertEqual(frappe.db.get_value("Customer", customer, "collections_risk_band"), found.band)

	def test_the_lower_of_both(self):
		good, bad = self.history(2, 6)
		self.decide_by("Lower of Both")
		self.model()
		self.score()
		for customer in (good, bad):
			found = self.latest(customer)
			self.assertEqual(found.score, min(found.card_score, found.learned_score))

	def test_a_model_that_is_not_better_decides_nothing(self):
		(customer,) = self.history(1, 6)
		self.decide_by("Learned Model")
		self.model(models.NOT_BETTER)
		self.score()
		found = self.latest(customer)
		self.assertEqual((found.decided_by, found.score), ("Scorecard", found.card_score))
		self.assertTrue(found.has_learned)

	def test_other_customers_than_learned_from_take_the_decision_away(self):
		(customer,) = self.history(1, 6)
		self.decide_by("Learned Model")
		name = self.model(shares=None, customers=100_000)
		model = json.loads(frappe.db.get_value("Risk Model", name, "model"))
		frappe.db.set_value(
			"Risk Model", name, "model", json.dumps({**model, "bins": [-50.0], "shares": [1.0, 0.0]})
		)
		limit = learning.models.RiskModel.shift
		self.addCleanup(setattr, RiskModel, "shift", limit)
		RiskModel.shift = lambda model, odds: type(limit(model, odds))(0.9, 0.25)
		context = self.score()
		self.assertEqual(frappe.db.get_value("Risk Model", name, "status"), "Drifted")
		self.assertEqual(self.latest(customer).decided_by, "Scorecard")
		self.assertTold(context, "0.9", "Warning")

	def test_a_short_history_is_told_and_keeps_what_there_was(self):
		self.history(1, 2)
		old = self.model()
		name = learning.watch_and_learn(COMPANY)
		self.assertEqual(frappe.db.get_value("Risk Model", name, "status"), "Too Little History")
		self.assertIn("days are needed", frappe.db.get_value("Risk Model", name, "message"))
		self.assertEqual(models.newest(COMPANY).name, old)

	def test_too_few_that_went_bad_are_told(self):
		self.history(2, 30)
		name = learning.watch_and_learn(COMPANY)
		status, message = frappe.db.get_value("Risk Model", name, ["status", "message"])
		self.assertEqual(status, "Too Little History")
		self.assertIn("too few to tell", message)

	def test_learned_from_the_ledger(self):
		"""Enough customers and months: a model with its proof, replacing the one before."""
		self.history(COUNT, 30)
		old = self.model(models.NOT_BETTER)
		name = learning.watch_and_learn(COMPANY)
		doc = frappe.get_doc("Risk Model", name)
		self.assertIn(doc.status, ("In Use", "Not Better"), doc.message)
		self.assertGreater(doc.cases, 100)
		self.assertGreater(doc.scorecard_auc, 0.8)
		self.assertEqual(frappe.db.get_value("Risk Model", old, "status"), "Replaced")
		card = frappe.db.get_single_value("Collections Settings", "scorecard")
		test = frappe.get_doc({"doctype": "Risk Backtest", "company": COMPANY, "scorecard": card}).insert()
		backtest.execute(test.name)
		test.reload()
		self.assertEqual((test.status, test.progress), ("Done", 100), test.message)
		found = json.loads(test.result)
		self.assertEqual(found["scorecard"]["auc"], doc.scorecard_auc)
		self.assertEqual(sum(one["bad"] for one in found["scorecard"]["lift"]), test.bad)

	def test_backtest_of_a_short_history(self):
		self.history(1, 2)
		card = frappe.db.get_single_value("Collections Settings", "scorecard")
		test = frappe.get_doc({"doctype": "Risk Backtest", "company": COMPANY, "scorecard": card}).insert()
		api.start_backtest(test.name)
		with self.assertRaises(frappe.ValidationError):
			api.start_backtest(test.name)
		backtest.execute(test.name)
		test.reload()
		self.assertEqual(test.status, "Too Little History")
		self.assertIn("days are needed", test.message)

	def test_a_past_day_as_it_was(self):
		"""A payment and an invoice that came later are not known on a day before them."""
		customer = self.customer()
		invoice = self.invoice(customer, 100, -40)
		pay(invoice, on=add_days(getdate(), -5))
		self.invoice(customer, 50, 30)
		segments = self.context().customers["customer_group"]

		def on(days: int):
			return sources_on(COMPANY, add_days(getdate(), days), segments, Records.read(COMPANY))

		before, after = on(-10), on(0)
		self.assertTrue(before.history.set_index("voucher_no")["paid_on"].isna()[invoice.name])
		self.assertEqual(before.items["outstanding_base"].tolist(), [100])
		self.assertEqual(
			after.history.set_index("voucher_no").at[invoice.name, "paid_on"].date(),
			getdate(add_days(getdate(), -5)),
		)
