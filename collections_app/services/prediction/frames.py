"""The company's invoices as a payment model takes them (see `engine.prediction.invoices.prepare`)."""

import pandas as pd

import frappe

from collections_app.services.run.context import RunContext

FEATURES = ["customer_group", "currency"]
# rarer groups say nothing of their own
LEAST_IN_GROUP = 30
OTHERS = "Others"


def known_invoices(context: RunContext) -> pd.DataFrame:
	"""One row per invoice of the history: customer, invoice, invoice_date, due_date, amount, paid_on, disputed, FEATURES."""
	history = context.history[context.history["amount_base"] > 0]
	return _with_features(
		context,
		pd.DataFrame(
			{
				"customer": history["customer"],
				"invoice": history["voucher_no"],
				"voucher_no": history["voucher_no"],
				"invoice_date": history["posting_date"],
				"due_date": history["due_date"].fillna(history["posting_date"]),
				"amount": history["amount_base"],
				"paid_on": history["paid_on"],
				"currency": history["currency"],
			}
		),
	)


def with_open_items(context: RunContext, items: pd.DataFrame) -> pd.DataFrame:
	"""The paid invoices of the history, and below them `items`: each open term is an invoice of its own."""
	known = known_invoices(context)
	paid = known[known["paid_on"].notna()]
	waiting = _with_features(
		context,
		pd.DataFrame(
			{
				"customer": items["customer"],
				"invoice": items["item"],
				"voucher_no": items["voucher_no"],
				"invoice_date": items["posting_date"],
				"due_date": items["due_date"],
				"amount": items["outstanding_base"],
				"paid_on": pd.NaT,
				"currency": items["currency"],
			}
		),
	)
	return pd.concat([paid, waiting], ignore_index=True)


def _with_features(context: RunContext, invoices: pd.DataFrame) -> pd.DataFrame:
	groups = context.customers["customer_group"].reindex(invoices["customer"]).set_axis(invoices.index)
	counted = context.history["customer"].map(context.customers["customer_group"]).value_counts()
	disputed = frappe.get_all("Invoice Dispute", {"company": context.company}, pluck="sales_invoice")
	return invoices.assign(
		customer_group=_common(groups.fillna(""), counted),
		currency=_common(invoices["currency"], context.history["currency"].value_counts()),
		disputed=invoices["voucher_no"].isin(disputed).astype("float64"),
	)


def _common(values: pd.Series, counts: pd.Series) -> pd.Series:
	"""The values; those of few invoices all the same."""
	return values.where(values.map(counts).fillna(0) >= LEAST_IN_GROUP, OTHERS)
