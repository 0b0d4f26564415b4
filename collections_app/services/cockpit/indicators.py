"""Overdue, DSO and its kin: today's figure, its line over the period, and how it moved since its beginning."""

import pandas as pd

import frappe
from frappe import _
from frappe.utils import cint, flt

from collections_app.compat import aggregate
from collections_app.services.cockpit import snapshots
from collections_app.services.cockpit.overdue import overdue
from collections_app.services.cockpit.scope import Scope

# name -> whether a rise is good news
INDICATORS = {
	"dso": False,
	"countback_dso": False,
	"best_possible_dso": False,
	"add_days": False,
	"cei": True,
}


def indicators(scope: Scope) -> dict:
	"""`figures`: one each of overdue and INDICATORS: name, label, help, value (None when it has no meaning), unit ("money",
	"days", "percent"), change since the beginning of the period, good_when ("up" or "down"), days and values of its line,
	note, route and options of the list behind it; `as_of`: day of the snapshots."""
	frame = snapshots.read(scope)
	table = snapshots.combined(scope, frame)
	return {
		"currency": scope.currency,
		"as_of": snapshots.newest(frame),
		"figures": [_overdue(scope, frame, table), *(_of_company(scope, table, name) for name in INDICATORS)],
	}


def _late(scope: Scope) -> int:
	"""How many cases have something overdue."""
	rows = frappe.get_list(
		"Collection Case",
		filters=scope.case_filters(status="Open", overdue=[">", 0]),
		fields=["company", aggregate("COUNT", "name", "cases")],
		group_by="company",
		order_by="company",
		limit=0,
	)
	return sum(cint(row.cases) for row in rows)


def _overdue(scope: Scope, frame: pd.DataFrame, table: pd.DataFrame) -> dict:
	found = overdue(scope)
	value, outstanding = found.now, found.outstanding
	column, note = pd.Series(dtype=float), ""
	if scope.customers is not None:
		note = _("The days before are known for all customers together; you see some of them.")
	elif scope.collectors is not None:
		column = snapshots.overdue_of_team(scope, frame)
	else:
		column = table["overdue"]
	if len(column):
		# the line ends where the figure stands
		column = pd.concat([column[column.index < scope.today], pd.Series({scope.today: value})])
	days, values, first = snapshots.series_of(column, scope.since)
	share = flt(value / outstanding * 100, 1) if outstanding > 0 else None
	return {
		"name": "overdue",
		"label": _("Overdue"),
		"help": _("What is past its due date, as of now"),
		"value": value,
		"unit": "money",
		"customers": _late(scope),
		"share": share,
		"change": None if first is None else flt(value - first, 2),
		"good_when": "down",
		"days": days,
		"values": values,
		"note": note,
		"route": ["List", "Collection Case"],
		"options": scope.list_filters(status="Open", overdue=[">", 0]),
	}


def _of_company(scope: Scope, table: pd.DataFrame, name: str) -> dict:
	label, text, unit = WORDS[name]()
	days, values, first = (
		([], [], None) if not scope.is_whole else snapshots.series_of(table[name], scope.since)
	)
	value = values[-1] if values else None
	return {
		"name": name,
		"label": label,
		"help": text,
		"value": value,
		"unit": unit,
		"change": None if first is None or value is None else flt(value - first, 1),
		"good_when": "up" if INDICATORS[name] else "down",
		"days": days,
		"values": values,
		"note": _why_none(scope) if value is None else "",
		"route": ["List", "Receivables Snapshot"] if scope.customers is None else None,
		"options": {"company": ["in", list(scope.companies)], "snapshot_date": [">=", str(scope.since)]},
	}


def _why_none(scope: Scope) -> str:
	return scope.why_not_whole or _("Nothing was sold in these 90 days, or no run has been yet.")


WORDS = {
	"dso": lambda: (
		_("DSO"),
		_("Days sales outstanding: receivables over the sales of 90 days"),
		"days",
	),
	"countback_dso": lambda: (
		_("Countback DSO"),
		_("How many days of the latest sales the receivables amount to"),
		"days",
	),
	"best_possible_dso": lambda: (
		_("Best Possible DSO"),
		_("The DSO if nobody paid late"),
		"days",
	),
	"add_days": lambda: (
		_("ADD"),
		_("Average days delinquent: DSO less best possible DSO"),
		"days",
	),
	"cei": lambda: (
		_("CEI"),
		_("Collection effectiveness index: how much of what was due in 90 days was collected"),
		"percent",
	),
}
