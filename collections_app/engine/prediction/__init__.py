"""When invoices will be paid: a baseline from means, and a model learned from the company's own history."""

from collections_app.engine.prediction.baseline import customer_measures, predict_payment_dates

__all__ = ["customer_measures", "predict_payment_dates"]
