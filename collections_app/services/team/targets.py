"""Targets and how far they are reached: cash collected and actions done by a collector or a team in the target's own period."""

from datetime import date

import pandas as pd

import frappe
from frappe.utils import flt, getdate

from collections_app.services.team.activity import BY_HAND, collected, done
from collections_app.services.team.members import full_names
from collections_app.services.team.scope import Scope

FIELDS = (
	*("name", "target_for", "collector", "team", "company", "from_date", "to_date"),
	*("cash_to_collect", "actions_to_do", "currency"),
)


def targets(scope: Scope, today: date | None = None) -> list[dict]:
	"""The targets whose period touches the scope's, each with label, collected, actions, cash_reached and actions_reached
	(percent; None without such a target), time_gone (percent of the period) and behind: less reached than time is gone.

	A team's target is shown to who sees all its members; it adds up what they did. Read as a whole, so that the number of
	queries does not grow with the targets.
	"""
	today = getdate(today)
	rows = frappe.get_all(
		"Collection Target",
		{
			"company": ["in", [*scope.companies, ""]],
			"from_date": ["<=", scope.until],
			"to_date": [">=", scope.since],
		},
		FIELDS,
		order_by="to_date, target_for, team, collector, name",
	)
	members = _members({row.team for row in rows if row.team})
	rows = [row for row in rows if all(map(scope.covers, _people(row, members)))]
	if not rows:
		return []
	people = {person for row in rows for person in _people(row, members)}
	whole = scope.of(people).between(min(row.from_date for row in rows), max(row.to_date for row in rows))
	money, acts = collected(whole), done(whole)
	acts = acts[acts["kind"].isin(BY_HAND)]
	named = full_names([row.collector for row in rows if row.collector])
	for row in rows:
		wanted = _people(row, members)
		row.label = row.team or named[row.collector]
		row.collected = flt(_part(money, row, wanted)["amount"].sum(), 2)
		row.actions = int(_part(acts, row, wanted)["count"].sum())
		row.cash_reached = _percent(row.collected, row.cash_to_collect)
		row.actions_reached = _percent(row.actions, row.actions_to_do)
		length = (row.to_date - row.from_date).days + 1
		row.time_gone = round(100 * min(max((today - row.from_date).days + 1, 0), length) / length)
		reached = [one for one in (row.cash_reached, row.actions_reached) if one is not None]
		row.behind = bool(reached) and min(reached) < row.time_gone and row.from_date <= today
	return rows


def _members(teams: set[str]) -> dict[str, list[str]]:
	found: dict[str, list[str]] = {team: [] for team in teams}
	for team, user in frappe.get_all(
		"User Group Member",
		{"parent": ["in", [*teams, ""]], "parenttype": "User Group"},
		["parent", "user"],
		as_list=True,
	):
		found[team].append(user)
	return found


def _people(row, members: dict[str, list[str]]) -> list[str]:
	return members[row.team] if row.team else [row.collector]


def _part(frame: pd.DataFrame, row, people: list[str]) -> pd.DataFrame:
	days = frame["day"].between(pd.Timestamp(row.from_date), pd.Timestamp(row.to_date))
	return frame[days & frame["collector"].isin(people) & (frame["company"] == row.company)]


def _percent(reached: float, wanted: float) -> int | None:
	return round(100 * reached / wanted) if wanted else None
