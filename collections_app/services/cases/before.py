"""What was overdue and how risky it was some days ago, kept on each case: so what moved can be asked of any selection of
cases, by whoever may see just these."""

from datetime import timedelta

import pandas as pd

import frappe
from frappe.query_builder import DocType

from collections_app.engine.ageing import add_ageing
from collections_app.engine.frames import effective_due_date
from collections_app.services.cases.records import changed_values
from collections_app.services.frames import query_frame
from collections_app.services.receivables import open_items
from collections_app.services.run.context import RunContext
from collections_app.services.scoring.store import latest_scores

# days back -> the fields of what was overdue and of the score then; 1: at the snapshot before
FIELDS = {
	1: ("overdue_day_before", "score_day_before"),
	7: ("overdue_week_before", "score_week_before"),
	30: ("overdue_month_before", "score_month_before"),
}
BY_LEDGER = (7, 30)
AT_SNAPSHOT = ("overdue_at_snapshot", "score_at_snapshot")


def keep(context: RunContext) -> None:
	"""Writes the figures to the company's cases; called when the run has written the balances and scores of its day."""
	_shift(context)
	_look_back(context)


def _shift(context: RunContext) -> None:
	"""What stood at the last snapshot stood there at the one before, now; a run repeated on its day leaves that as it is.
	With the very first snapshot nothing has moved yet."""
	case = DocType("Collection Case")
	ours = case.company == context.company
	is_first = not frappe.db.exists(
		"Collection Case", {"company": context.company, "snapshot_on": ["is", "set"]}
	)
	overdue, score = FIELDS[1]
	(
		frappe.qb.update(case)
		.set(case[overdue], case.overdue if is_first else case[AT_SNAPSHOT[0]])
		.set(case[score], case.risk_score if is_first else case[AT_SNAPSHOT[1]])
		.where(ours if is_first else ours & (case.snapshot_on < context.run_date))
	).run()
	(
		frappe.qb.update(case)
		.set(case[AT_SNAPSHOT[0]], case.overdue)
		.set(case[AT_SNAPSHOT[1]], case.risk_score)
		.set(case.snapshot_on, context.run_date)
		.where(ours)
	).run()


def _look_back(context: RunContext) -> None:
	"""As the ledger and the scores stood at the end of those days."""
	case = DocType("Collection Case")
	fields = [field for days in BY_LEDGER for field in FIELDS[days]]
	current = query_frame(
		frappe.qb.from_(case)
		.select(case.name, case.customer, *(case[field] for field in fields))
		.where(case.company == context.company),
		numbers=fields,
	).set_index("customer")
	was = pd.DataFrame(index=current.index)
	for days in BY_LEDGER:
		day = context.run_date - timedelta(days=days)
		overdue, score = FIELDS[days]
		was[overdue] = _overdue(context, day).reindex(was.index).fillna(0.0)
		was[score] = latest_scores(context.company, day)["score"].reindex(was.index).fillna(0.0)
	values = {name: row for name, row in zip(current["name"], was.round(2).to_dict("records"), strict=True)}
	changed = changed_values(current.set_index("name"), values)
	frappe.db.bulk_update("Collection Case", changed, chunk_size=200, update_modified=False)


def _overdue(context: RunContext, day) -> pd.Series:
	items = open_items(context.company, day)
	aged = add_ageing(items.assign(due_date=effective_due_date(items)), day)
	late = aged[(aged["outstanding"] > 0) & (aged["days_overdue"] > 0)]
	return late.groupby("customer")["outstanding_base"].sum()
