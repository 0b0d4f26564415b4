"""Credit exposure: what each customer owes or has ordered, against its limit and its cover, today and some days ago."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from collections_app.services.access import company_for, permitted_customers
from collections_app.services.credit.covers import covers_on, insurance_on
from collections_app.services.credit_limits import limits_of
from collections_app.services.customers import master_data
from collections_app.services.receivables import open_items
from collections_app.services.scoring.commitments import commitments
from collections_app.services.scoring.store import latest_scores

AMOUNTS = (
	"outstanding",
	"not_invoiced",
	"exposure",
	"credit_limit",
	"cover",
	"insured",
	"uninsured",
	"over_limit",
)
COLUMNS = [
	*("customer", "customer_name", "parent", "customer_group", "country", "insurer", "risk_band"),
	*AMOUNTS,
	*("exposure_before", "change", "risk_band_before", "risk_score", "cover_until"),
]


def exposure_table(company: str, day: date, days_before: int = 7) -> pd.DataFrame:
	"""One row per customer the user may read that owes, has ordered, or is covered on `day`: COLUMNS, amounts in
	company currency.

	outstanding: open items, credits taken off; not_invoiced: orders and deliveries not yet invoiced; exposure: both, not
	below zero; insured: the insured share of as much of it as the cover goes; over_limit: beyond the credit limit (0 without one). parent:
	who gets the customer's messages, else itself. *_before: `days_before` earlier. PermissionError as in `access`.
	"""
	company = company_for(company)
	people = permitted_customers()
	before = day - timedelta(days=days_before)
	ordered = commitments(company)
	now = _exposed(company, day, ordered)
	then = _exposed(company, before, ordered)
	insurance = insurance_on(company, day)
	names = now.index.union(then.index).union(insurance.index).intersection(pd.Index(list(people)))
	if names.empty:
		return pd.DataFrame(columns=COLUMNS)
	table = now.reindex(names).fillna(0.0)
	table["exposure"] = (table["outstanding"] + table["not_invoiced"]).clip(lower=0)
	table["credit_limit"] = limits_of(company).reindex(names).fillna(0.0)
	table["cover"] = insurance["cover"].reindex(names).fillna(0.0)
	share = insurance["share"].reindex(names).fillna(0.0)
	table["insured"] = (table[["exposure", "cover"]].min(axis=1) * share).round(2)
	table["uninsured"] = table["exposure"] - table["insured"]
	limited = table["credit_limit"] > 0
	table["over_limit"] = (table["exposure"] - table["credit_limit"]).clip(lower=0).where(limited, 0.0)
	table["exposure_before"] = then.reindex(names).fillna(0.0).sum(axis=1).clip(lower=0)
	table["change"] = table["exposure"] - table["exposure_before"]
	table = table.round(2).join(_described(company, names, day, before))
	return table.rename_axis("customer").reset_index()[COLUMNS]


def _exposed(company: str, day: date, ordered: pd.DataFrame) -> pd.DataFrame:
	"""outstanding and not_invoiced of each customer as the books stood at the end of `day`."""
	items = open_items(company, as_of=day)
	known = ordered[pd.to_datetime(ordered["known_on"]) <= pd.Timestamp(day)]
	committed = known.groupby(["customer", "document"])["amount_base"].sum().clip(lower=0)
	return pd.DataFrame(
		{
			"outstanding": items.groupby("customer")["outstanding_base"].sum(),
			"not_invoiced": committed.groupby("customer").sum(),
		},
		dtype="float64",
	).fillna(0.0)


def _described(company: str, names: pd.Index, day: date, before: date) -> pd.DataFrame:
	people = master_data(names).set_index("customer").reindex(names)
	covers = covers_on(company, day)
	insurers = covers.groupby("customer")["insurer"].agg(
		lambda found: ", ".join(sorted({*found} - {None, ""}))
	)
	ends = covers.groupby("customer")["valid_until"].min()
	scores, earlier = latest_scores(company, day), latest_scores(company, before)["band"]
	receiver = people["receiver"].replace("", None)
	return pd.DataFrame(
		{
			"customer_name": people["customer_name"].fillna(pd.Series(names, index=names)),
			"parent": receiver.fillna(pd.Series(names, index=names)),
			"customer_group": people["customer_group"].fillna(""),
			"country": people["country"].fillna(""),
			"insurer": insurers.reindex(names).fillna(""),
			"cover_until": ends.reindex(names),
			"risk_band": scores["band"].reindex(names).fillna(""),
			"risk_score": scores["score"].reindex(names),
			"risk_band_before": earlier.reindex(names).fillna(""),
		},
		index=names,
	)
