"""Payment predictions of a run: from the customers' averages, or from a model that proved better."""

from datetime import timedelta
from unittest.mock import patch

import numpy as np
import pandas as pd

import frappe
from frappe.utils import add_days, getdate

from collections_app.services.prediction import learning, models
from collections_app.services.prediction.frames import known_invoices
from collections_app.services.prediction.predict import predict, predict_open_items
from collections_app.services.run.context import RunContext
from collections_app.services.worklist.facts import expected_payments
from collections_app.tests.books import standalone_credit_note
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase


def made_up(customers: int = 30, each: int = 20, seed: int = 7) -> pd.DataFrame:
	"""A history, as `services.history` reads one, of customers with habits of their own; paper costs six days."""
	random = np.random.default_rng(seed)
	count = customers * each
	today = pd.Timestamp(getdate())
	posted = today - pd.to_timedelta(random.integers(60, 700, count), unit="D")
	due = posted + pd.Timedelta(days=30)
	habit = random.normal(8, 10, customers).repeat(each)
	paid = due + pd.to_timedelta(np.round(habit + random.normal(0, 4, count)), unit="D")
	return pd.DataFrame(
		{
			"voucher_no": [f"OLD-{number:05}" for number in range(count)],
			"customer": np.array([f"Old {number}" for number in range(customers)]).repeat(each),
			"posting_date": posted,
			"due_date": due,
			"currency": "EUR",
			"amount_base": random.uniform(10, 900, count).round(2),
			"outstanding": 0.0,
			"paid_on": paid.where(paid < today),
			"payment_count": 1,
		}
	)


class PredictionTestCase(CycleTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.delete("Payment Model", {"company": COMPANY})
		frappe.db.delete("Payment Prediction", {"company": COMPANY})

	def learned(self, history: pd.DataFrame | None = None) -> "frappe.model.document.Document":
		"""The Payment Model of a made-up history."""
		with patch(
			"collections_app.services.history.payment_history",
			return_value=made_up() if history is None else history,
		):
			return frappe.get_doc("Payment Model", learning.watch_and_learn(COMPANY))

	def predictions(self) -> list:
		return frappe.get_all("Payment Prediction", {"company": COMPANY}, ["*"], order_by="due_date")


class TestBaseline(PredictionTestCase):
	def test_written_by_the_run(self):
		"""One row per open item, in company currency; written anew by the next run, and by no model."""
		late = self.invoice(self.customer(), 300, -10)
		ahead = self.invoice(self.customer(), 500, 20)
		for _run in range(2):
			counts = predict(self.context())
		first, second = self.predictions()
		self.assertEqual((first.voucher_no, second.voucher_no), (late.name, ahead.name))
		self.assertEqual((first.late_chance, first.outstanding, first.model), (100, 300, None))
		self.assertGreater(getdate(first.expected_on), getdate())
		self.assertLessEqual(getdate(second.earliest_on), getdate(second.expected_on))
		self.assertEqual((counts["predicted"], counts["model"]), (2, ""))

	def test_credits_have_none(self):
		customer = self.customer()
		invoice = self.invoice(customer, 300, -10)
		pay(invoice, 300)
		predict(self.context())
		self.assertEqual(self.predictions(), [])

	def test_the_worklist_knows(self):
		"""Per customer, of what is overdue: the share expected within two weeks, and the first day."""
		customer = self.customer()
		self.invoice(customer, 300, -10)
		self.invoice(customer, 700, 40)
		predict(self.context())
		row = self.predictions()[0]
		found = expected_payments(COMPANY, getdate())
		self.assertAlmostEqual(found["paid_soon"][customer], row.paid_soon_chance / 100, places=3)
		self.assertEqual(found["expected_on"][customer], row.expected_on)
		self.assertIsNone(found["paid_soon"]["nobody"])

	def test_worked_out_once_a_run(self):
		context = self.context()
		self.assertIs(predict_open_items(context), predict_open_items(context))
		before = predict_open_items(context)
		context.forget()
		self.assertIsNot(predict_open_items(context), before)


class TestLearning(PredictionTestCase):
	def test_a_better_model_is_used(self):
		"""Proved on later invoices it is in use, its file is private, and it predicts in its own name."""
		model = self.learned()
		self.assertEqual(model.status, "In Use", model.message)
		self.assertLess(model.brier, model.baseline_brier)
		self.assertGreaterEqual(model.outcomes, 50)
		self.assertTrue(model.model_file.startswith("/private/"))
		self.invoice(self.customer(), 300, -10)
		counts = predict(self.context())
		self.assertEqual((counts["model"], self.predictions()[0].model), (model.name, model.name))
		self.assertGreater(getdate(self.predictions()[0].expected_on), getdate())

	def test_the_averages_are_not_asked_too(self):
		"""requirement: one prediction per item; credits have none"""
		self.learned()
		customer = self.customer()
		self.invoice(customer, 300, -10)
		standalone_credit_note(customer, 50)
		with patch(
			"collections_app.services.prediction.predict.predict_payment_dates", side_effect=AssertionError
		):
			predicted, model = predict_open_items(self.context())
		self.assertTrue(model)
		dated = predicted.set_index("is_credit")["expected_on"].notna()
		self.assertEqual(dated.to_dict(), {False: True, True: False})

	def test_a_later_one_takes_its_place(self):
		first, second = self.learned(), self.learned()
		self.assertEqual(frappe.db.get_value("Payment Model", first.name, "status"), "Replaced")
		self.assertEqual(models.model_in_use(COMPANY), second.name)

	def test_no_better_than_the_averages(self):
		"""Where all pay by chance alone there is nothing to learn: the averages stay in use."""
		history = made_up()
		random = np.random.default_rng(3)
		paid = history["due_date"] + pd.to_timedelta(random.integers(-30, 30, len(history)), unit="D")
		history["paid_on"] = paid.where(paid < pd.Timestamp(getdate()))
		with patch("collections_app.engine.prediction.drift.Watch.better", new=False):
			model = self.learned(history)
		self.assertEqual(model.status, "Not Better")
		self.assertIsNone(models.model_in_use(COMPANY))

	def test_too_few_invoices(self):
		"""Told, and what is in use stays in use."""
		good = self.learned()
		few = self.learned(made_up(customers=2, each=5))
		self.assertEqual(few.status, "Too Few Invoices")
		self.assertIn("at least", few.message)
		self.assertEqual(models.model_in_use(COMPANY), good.name)

	def test_drift(self):
		"""A model that does worse than the averages on what came since is not used any more."""
		history = made_up()
		cut = getdate() - timedelta(days=150)
		with patch("collections_app.services.history.payment_history", return_value=history):
			invoices = known_invoices(RunContext(COMPANY, cut))
			name = learning.learn(COMPANY, invoices, cut)
			frappe.db.set_value("Payment Model", name, "status", "In Use")
			later = invoices["invoice_date"] > pd.Timestamp(cut)
			swapped = invoices.copy()
			# who paid late pays early since, and the other way round; the day is known at once to both
			delay = (swapped["paid_on"] - swapped["due_date"]).dt.days
			swapped.loc[later, "paid_on"] = swapped["due_date"] + pd.to_timedelta(16 - delay, unit="D")
			with patch("collections_app.engine.prediction.drift.Watch.better", new=False):
				learning.watch_model(COMPANY, swapped, getdate())
		doc = frappe.get_doc("Payment Model", name)
		self.assertEqual((doc.status, doc.watched_on), ("Drifted", getdate()))
		self.assertGreaterEqual(doc.watched_outcomes, 50)
		self.assertIsNone(models.model_in_use(COMPANY))

	def test_a_broken_file_is_told(self):
		"""The run goes on with the averages, and says why."""
		model = self.learned()
		file = frappe.get_doc("File", {"attached_to_name": model.name})
		with open(file.get_full_path(), "wb") as stream:
			stream.write(b"no model")
		self.invoice(self.customer(), 300, -10)
		context = self.context()
		self.assertEqual(predict(context)["model"], "")
		self.assertTold(context, "cannot be used")
		self.assertEqual(len(self.predictions()), 1)

	def test_switched_off(self):
		self.learned()
		frappe.db.set_single_value("Collections Settings", "learn_payments", 0)
		self.addCleanup(frappe.db.set_single_value, "Collections Settings", "learn_payments", 1)
		self.assertIsNone(models.model_in_use(COMPANY))

	def test_disputes_are_known(self):
		customer = self.customer()
		invoice = self.invoice(customer, 300, -10)
		frappe.get_doc(
			{
				"doctype": "Invoice Dispute",
				"sales_invoice": invoice.name,
				"customer": customer,
				"company": COMPANY,
				"reason": frappe.get_all("Dispute Reason", pluck="name")[0],
				"disputed_amount": 100,
				"opened_on": add_days(getdate(), -1),
			}
		).insert()
		found = known_invoices(self.context()).set_index("invoice")
		self.assertEqual(found.at[invoice.name, "disputed"], 1)
