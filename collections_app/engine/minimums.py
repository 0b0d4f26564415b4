"""Steps that wait: until a customer owes enough, or long enough."""

from __future__ import annotations

import pandas as pd

from collections_app.engine.money import amount_series, minor_series
from collections_app.engine.reasons import Reason
from collections_app.engine.skipped import skipped_rows


def below_amount(work: pd.DataFrame, due: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
	"""Which rows of `due` wait because their customer owes less than the step's minimum, and why."""
	counted = work["overdue"] | work["credit"] | work.index.isin(due.index)
	owed = work["minor"].where(counted, 0)
	total = owed.groupby([work["customer"], work["currency"]], dropna=False).transform("sum")[due.index]
	minimum = pd.Series([float(step.minimum_amount or 0) for step in due["step"]], index=due.index)
	minimum = minor_series(minimum, due["currency"])
	below = (total < minimum) | (total <= 0)
	cut = due[below]
	amounts = (amount_series(one[below], cut["currency"]) for one in (total, minimum))
	reasons = [
		Reason("below_minimum", {"total": owed, "minimum": least, "currency": currency})
		for owed, least, currency in zip(*amounts, cut["currency"], strict=True)
	]
	return below, skipped_rows(cut["item"], cut["step"], reasons)


def below_age(work: pd.DataFrame, due: pd.DataFrame, day: pd.Timestamp) -> tuple[pd.Series, pd.DataFrame]:
	"""Which rows of `due` wait because their customer's oldest item is not overdue long enough, and why."""
	minimum = pd.Series([int(step.minimum_age or 0) for step in due["step"]], index=due.index, dtype="int64")
	late = work["due_date"].where(work["overdue"] & ~work["credit"] & (work["minor"] > 0))
	oldest = late.groupby([work["customer"], work["currency"]], dropna=False).transform("min")[due.index]
	age = (day - oldest).dt.days.fillna(0).astype("int64")
	young = age < minimum
	reasons = [
		Reason("below_minimum_age", {"days": owed, "minimum": least})
		for owed, least in zip(age[young], minimum[young], strict=True)
	]
	return young, skipped_rows(due.loc[young, "item"], due.loc[young, "step"], reasons)
