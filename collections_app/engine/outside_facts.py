"""What bureaus, insurers and lists say of customers, held as last known.

A provider that is down never moves a score: what it said last counts on, with the same figure, until it says
something else. Age shows in two other ways. A report past its validity is stale and told as such; and it loses its
part in the confidence, half of it with every further validity period.
"""

from __future__ import annotations

import pandas as pd

from collections_app.engine.frames import days, require_columns
from collections_app.engine.provider_scales import is_insurer

# a report that does not say how long it is valid
VALIDITY_DAYS = 365
LEAST_VALIDITY_DAYS = 30
REPORT_COLUMNS = ("customer", "provider", "score", "value", "reported_on", "known_on", "valid_until")
COVER_COLUMNS = ("customer", "known_on", "valid_from", "valid_until", "ended_on", "amount_base")
OPINIONS = ("bureau_score", "insurer_grade")
FLAGS = ("insolvent", "ceased", "sanctioned")


def opinions(reports: pd.DataFrame, day: pd.Timestamp, everybody: pd.Index) -> pd.DataFrame:
	"""bureau_score and insurer_grade (0..100, NaN where nobody gave one), and FLAGS.

	`reports`: REPORT_COLUMNS; score 0..100 (NaN: none given), value: as the provider writes it; optional `insolvent`,
	`ceased` (struck off, dissolved, closed) and `sanctioned` (True, False, or missing where the report says nothing of
	it). Known from `known_on` on.
	Several providers of a kind: the mean of what each said last, so that none takes the place of another that is
	silent. Flags: the last word of each provider that spoke of it; one provider's yes is enough.
	Besides the figure: `_provider`, `_value`, `_previous`, `_on`, `_age_days`, `_stale` of the report that says most
	(the one that changed most against the one before; else the lowest), and `_fresh` (0..1, see above).
	"""
	require_columns(reports, REPORT_COLUMNS, "reports")
	dated = reports.assign(
		**{name: days(reports[name]) for name in ("reported_on", "known_on", "valid_until")}
	)
	known = dated[(dated["known_on"] <= day) & (dated["reported_on"] <= day)]
	known = known.sort_values(["reported_on", "known_on"], kind="stable")
	insurer = (
		known["provider"].map({name: is_insurer(name) for name in known["provider"].unique()}).astype(bool)
	)
	scored = known["score"].notna()
	found = pd.DataFrame(index=everybody)
	for name, own in zip(OPINIONS, (~insurer, insurer), strict=True):
		found = found.join(_opinion(name, known[own & scored], day).reindex(everybody))
	for flag in FLAGS:
		found[flag] = _flag(known, flag).reindex(everybody)
	return found


def _opinion(name: str, known: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
	by_provider = known.groupby(["customer", "provider"], sort=False)
	known = known.assign(previous=by_provider["value"].shift(), previous_score=by_provider["score"].shift())
	last = known.drop_duplicates(["customer", "provider"], keep="last")
	age = (day - last["reported_on"]).dt.days
	validity = (last["valid_until"] - last["reported_on"]).dt.days.fillna(VALIDITY_DAYS)
	past = (age - validity).clip(lower=0)
	last = last.assign(
		score=last["score"].astype("float64"),
		age_days=age,
		stale=past > 0,
		# of one valid for a few days, the confidence does not vanish within the week
		fresh=0.5 ** (past / validity.clip(lower=LEAST_VALIDITY_DAYS)),
		moved=(last["score"].astype("float64") - last["previous_score"].astype("float64")).abs().fillna(0.0),
	)
	by_customer = last.groupby("customer")
	told = last.sort_values(["moved", "score"], ascending=[False, True], kind="stable")
	told = told.drop_duplicates("customer").set_index("customer")
	# a provider that says the same again tells no change
	changed = told["previous"].notna() & (told["previous"].astype(str) != told["value"].astype(str))
	found = pd.DataFrame(
		{
			name: by_customer["score"].mean(),
			f"{name}_fresh": by_customer["fresh"].mean(),
			f"{name}_provider": told["provider"],
			f"{name}_value": told["value"],
			f"{name}_previous": told["previous"].astype(object).where(changed, None),
			f"{name}_on": told["reported_on"],
			f"{name}_age_days": told["age_days"],
			f"{name}_stale": told["stale"],
		}
	)
	return found


def _flag(known: pd.DataFrame, flag: str) -> pd.Series:
	if flag not in known:
		return pd.Series(dtype=object)
	said = known[known[flag].notna()]
	last = said.drop_duplicates(["customer", "provider"], keep="last")
	return last[flag].astype(bool).groupby(last["customer"]).any()


def cover_facts(covers: pd.DataFrame, day: pd.Timestamp, everybody: pd.Index) -> pd.DataFrame:
	"""covered_base: what approved covers bear on the day (NaN for who never had one); cover_lost_days: days since one
	was refused or withdrawn (NaN: never).

	`covers`: COVER_COLUMNS and `lost` (whether the insurer ended or refused it). A cover ends on a day agreed before:
	that it ends is known, and no silence of the provider.
	"""
	require_columns(covers, (*COVER_COLUMNS, "lost"), "covers")
	dated = covers.assign(
		**{name: days(covers[name]) for name in ("known_on", "valid_from", "valid_until", "ended_on")}
	)
	known = dated[dated["known_on"] <= day]
	ended = known["ended_on"] <= day
	begun = ~(known["valid_from"] > day)
	over = known["valid_until"] < day
	amount = known["amount_base"].astype("float64").where(begun & ~over & ~ended, 0.0)
	lost = ended & known["lost"].astype(bool)
	since = (day - known.loc[lost, "ended_on"]).dt.days
	return pd.DataFrame(
		{
			"covered_base": amount.groupby(known["customer"]).sum().reindex(everybody),
			"cover_lost_days": since.groupby(known.loc[lost, "customer"]).min().reindex(everybody),
		},
		index=everybody,
	).astype("float64")
