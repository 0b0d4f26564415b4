"""Predicts when the open items will be paid, and keeps it for the lists, the worklist and the forecast."""

from typing import Any

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.utils import now

from collections_app.engine.behaviour import payment_behaviour
from collections_app.engine.calendar import add_business_days
from collections_app.engine.forecast import chance_paid_within
from collections_app.engine.prediction import predict_payment_dates
from collections_app.engine.prediction.learned import PaymentModel
from collections_app.services.prediction.frames import with_open_items
from collections_app.services.prediction.models import load_in_use
from collections_app.services.run.context import RunContext

SOON_DAYS = 14
FIELDS = (
	*("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx"),
	*("company", "customer", "voucher_type", "voucher_no", "payment_term", "item_key", "due_date"),
	*("outstanding", "currency", "expected_on", "earliest_on", "latest_on", "late_chance"),
	*("paid_soon_chance", "predicted_on", "model"),
)


def predict(context: RunContext) -> dict[str, Any]:
	"""The step of a run: predicts, and writes the Payment Predictions of the company anew."""
	predicted, model = predict_open_items(context)
	dated = predicted[predicted["expected_on"].notna()]
	_write(context, dated, model)
	return {
		"predicted": len(dated),
		"model": model or "",
		"late": int((dated["p_late"] >= 0.5).sum()),
		"paid_soon": round(float((dated["outstanding_base"] * dated["paid_soon"]).sum()), 2),
	}


def predicted_items(context: RunContext) -> pd.DataFrame:
	"""The open items with expected_on, earliest_on, latest_on, p_late (see `predict_payment_dates`) and paid_soon."""
	return predict_open_items(context)[0]


def predict_open_items(context: RunContext) -> tuple[pd.DataFrame, str | None]:
	"""The items, and the Payment Model that predicted them (None: the baseline did). Worked out once a run."""
	if context.predicted is None:
		context.predicted = _predict(context)
	return context.predicted


def _predict(context: RunContext) -> tuple[pd.DataFrame, str | None]:
	items = context.items
	name, model = load_in_use(context)
	owed = ~items["is_credit"].eq(True)
	if model and owed.any():
		# credits are not paid: they keep no date
		predicted = items.join(_by_model(context, items[owed], model))
	else:
		predicted = _by_baseline(context, items)
	return predicted.assign(paid_soon=chance_paid_within(predicted, context.run_date, SOON_DAYS)), name


def _by_baseline(context: RunContext, items: pd.DataFrame) -> pd.DataFrame:
	behaviour = payment_behaviour(context.history, context.run_date)
	segments = context.customers["customer_group"].fillna("")
	return predict_payment_dates(items, behaviour, segments, context.run_date)


def _by_model(context: RunContext, items: pd.DataFrame, model: PaymentModel) -> pd.DataFrame:
	"""What the model says of these items, by their index. What was to be expected before today, is for the next
	business day."""
	found = (
		model.predict(with_open_items(context, items), context.run_date)
		.tail(len(items))
		.set_axis(items.index)
	)
	today = pd.Timestamp(context.run_date)
	tomorrow = pd.Timestamp(add_business_days(context.run_date, 1))

	def on(days: pd.Series) -> pd.Series:
		return items["due_date"] + pd.to_timedelta(days.round(), unit="D")

	expected = on(found["days_late"])
	expected = expected.where(expected > today, tomorrow)
	return pd.DataFrame(
		{
			"expected_on": expected,
			"earliest_on": on(found["low_days_late"])
			.clip(lower=today)
			.where(lambda low: low <= expected, expected),
			"latest_on": on(found["high_days_late"]).where(lambda high: high >= expected, expected),
			"p_late": found["p_late"],
		}
	)


def _write(context: RunContext, dated: pd.DataFrame, model: str | None) -> None:
	"""All or nothing: readers never see a company without its predictions."""
	prediction = DocType("Payment Prediction")
	frappe.qb.from_(prediction).delete().where(prediction.company == context.company).run()
	stamp, user = now(), frappe.session.user
	rows = [
		(
			*(frappe.generate_hash(length=12), stamp, stamp, user, user, 0, 0),
			*(context.company, row["customer"], row["voucher_type"], row["voucher_no"]),
			*(row["payment_term"] or None, row["item"], row["due_date"].date()),
			*(row["outstanding_base"], context.currency, row["expected_on"].date()),
			*(row["earliest_on"].date(), row["latest_on"].date(), round(100 * row["p_late"], 1)),
			*(round(100 * row["paid_soon"], 1), context.run_date, model),
		)
		for row in dated.to_dict("records")
	]
	frappe.db.bulk_insert("Payment Prediction", FIELDS, rows)
	context.checkpoint()
