"""A rehearsal as the desk shows it: rows for the table, figures for the calendar and the weeks."""

from typing import Any

import pandas as pd

import frappe

from collections_app.engine.rehearsal import Rehearsal
from collections_app.engine.rehearsal_totals import by_day, by_week, totals
from collections_app.services.plans.rehearsal import Rehearser, Side, Wanted
from collections_app.services.reasons import sentences

# what a browser lists without trouble; the calendar always counts everything
MAX_ROWS = 10_000


def answer(wanted: Wanted) -> dict[str, Any]:
	"""company, currency, start, end, without_plan and sides: of each plan, customers, totals, days, weeks, rows and
	how many rows there are in all (`row_count`)."""
	rehearser = Rehearser(wanted)
	sides = rehearser.sides()
	names = rehearser.context.customers["customer_name"]
	end = frappe.utils.add_days(rehearser.start, wanted.days - 1)
	return {
		"company": wanted.company,
		"currency": rehearser.context.currency,
		"start": str(rehearser.start),
		"end": str(end),
		"without_plan": rehearser.without_plan,
		"sides": [side_view(side, rehearser, names, wanted.days) for side in sides],
	}


def side_view(side: Side, rehearser: Rehearser, names: pd.Series, days: int) -> dict[str, Any]:
	start = rehearser.start
	return {
		"plan": side.plan,
		"customers": side.customers,
		"totals": totals(side.rehearsal),
		"days": records(by_day(side.rehearsal, start, days), "day"),
		"weeks": records(by_week(side.rehearsal, start, days), "week_start"),
		"rows": rows(side.rehearsal, rehearser.items, names),
		"row_count": len(side.rehearsal.messages),
	}


def records(frame: pd.DataFrame, day: str) -> list[dict]:
	return frame.assign(**{day: frame[day].dt.strftime("%Y-%m-%d")}).to_dict("records")


def rows(rehearsal: Rehearsal, items: pd.DataFrame, names: pd.Series) -> list[dict]:
	"""The messages, the first MAX_ROWS of them; `invoices`: pairs of document type and number."""
	shown = rehearsal.messages.head(MAX_ROWS)
	vouchers = dict(
		zip(items["item"], zip(items["voucher_type"], items["voucher_no"], strict=True), strict=True)
	)
	steps = step_names(shown["step"].unique())
	return [
		{
			**{
				key: row[key]
				for key in ("customer", "plan", "level", "channel", "letter", "currency", "total")
			},
			"day": row["day"].strftime("%Y-%m-%d"),
			"customer_name": names.get(row["customer"]) or row["customer"],
			"step": steps.get(row["step"], ""),
			"language": row["language"],
			"invoices": list(dict.fromkeys(vouchers[item] for item in row["items"])),
			"total_base": row["total_base"],
			"requires_approval": bool(row["requires_approval"]),
			"held": sentences(row["held"]),
		}
		for row in shown.to_dict("records")
	]


def step_names(steps) -> dict[str, str]:
	return dict(
		frappe.get_all(
			"Dunning Plan Step",
			{"name": ["in", [*steps, ""]]},
			["name", "step_name"],
			order_by="name",
			as_list=True,
		)
	)
