"""Figures of the last full week against the week before, within what the signed-in user may see."""

from datetime import date, timedelta

from pypika.functions import Date

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count
from frappe.utils import cint, flt, fmt_money, formatdate, getdate

from collections_app.engine.outbox import GONE_OUT
from collections_app.services.cockpit import ageing, feeds, movers, promises, snapshots
from collections_app.services.cockpit.cash import collected
from collections_app.services.cockpit.narrow import narrow
from collections_app.services.cockpit.overdue import overdue
from collections_app.services.cockpit.scope import Scope
from collections_app.services.numbers import number

LINE_WEEKS = 13
UP, DOWN = "up", "down"


def week_before(day: date) -> tuple[date, date]:
	"""Monday and Sunday of the last week that is over."""
	monday = day - timedelta(days=day.weekday() + 7)
	return monday, monday + timedelta(days=6)


def figures(scope: Scope) -> dict:
	"""What the digest tells: since and until (the week), rows (label, now, before, change, tone), overdue by week (`line`),
	payments by day of both weeks (`days`), ageing, whose overdue moved most in 7 days, promises, feeds in trouble, notes."""
	since, until = week_before(scope.today)
	earlier = since - timedelta(days=7)
	cash = collected(scope, earlier, until)
	by_day = {moment.date(): amount for moment, amount in cash.groupby("date")["amount"].sum().items()}
	days = [since + timedelta(days=number) for number in range(7)]
	now = [flt(by_day.get(day), 2) for day in days]
	before = [flt(by_day.get(day - timedelta(days=7)), 2) for day in days]
	table = snapshots.combined(scope, snapshots.read(scope)) if scope.is_whole else None
	return {
		"since": since,
		"until": until,
		"currency": scope.currency,
		"companies": list(scope.companies),
		"notes": [*scope.messages, *([scope.why_not_whole] if scope.why_not_whole else [])],
		"rows": [
			_overdue(scope),
			_row(_("Collected"), sum(now), sum(before), UP, scope.currency),
			*_rates(table, since, until),
			*_counts(scope, since, until, earlier),
		],
		"line": _line(scope, table),
		"days": {"labels": days, "now": now, "before": before},
		"ageing": ageing.ageing(scope),
		"movers": movers.movers(scope, 7, ("up", "down")),
		"promises": promises.promises(scope),
		"troubles": [one for one in feeds.feeds(scope)["troubles"] if one["state"] == feeds.FAILING],
	}


def _overdue(scope: Scope) -> dict:
	"""As of now, against what the ledger says it was 7 days before the last run."""
	found = overdue(scope)
	return _row(_("Overdue"), found.now, found.before[7], DOWN, scope.currency)


def _rates(table, since: date, until: date) -> list[dict]:
	"""DSO and CEI at the end of the week and of the week before; nothing where they are not known."""
	if table is None or table.empty:
		return []
	rows = []
	for field, label, good, unit in (
		("dso", _("DSO"), DOWN, _("{0} days")),
		("cei", _("CEI"), UP, _("{0} %")),
	):
		known = table[field].dropna()
		end = known[known.index <= until + timedelta(days=1)]
		start = known[known.index <= since]
		if len(end):
			then = float(start.iloc[-1]) if len(start) else None
			rows.append(_row(label, float(end.iloc[-1]), then, good, unit=unit))
	return rows


def _counts(scope: Scope, since: date, until: date, earlier: date) -> list[dict]:
	weeks, both = ((since, until), (earlier, since - timedelta(days=1))), ["between", [earlier, until]]

	def by_week(days: list) -> list[int]:
		return [sum(start <= getdate(day) <= end for day in days) for start, end in weeks]

	settled = scope.rows_of("Promise to Pay", ["settled_on", "status"], settled_on=both)
	opened = scope.rows_of("Invoice Dispute", ["opened_on"], opened_on=both)
	closed = scope.rows_of("Invoice Dispute", ["closed_on"], closed_on=both, status=["!=", "Open"])
	kept, broken = (
		by_week([row.settled_on for row in settled if row.status == status]) for status in ("Kept", "Broken")
	)
	sent = _sent(scope, earlier, until)
	return [
		_row(_("Promises Kept"), *kept, UP),
		_row(_("Promises Broken"), *broken, DOWN),
		_row(_("Disputes Opened"), *by_week([row.opened_on for row in opened]), DOWN),
		_row(_("Disputes Closed"), *by_week([row.closed_on for row in closed]), UP),
		_row(
			_("Messages Sent"),
			*(sum(sent[day] for day in sent if start <= day <= end) for start, end in weeks),
			None,
		),
	]


def _sent(scope: Scope, since: date, until: date) -> dict[date, int]:
	"""Messages that went out, by day."""
	action = DocType("Collection Action")
	query = (
		frappe.qb.from_(action)
		.select(Date(action.sent_at), Count(action.name))
		.where(
			action.company.isin([*scope.companies, ""])
			& action.status.isin(GONE_OUT)
			& (action.sent_at >= since)
			& (action.sent_at < until + timedelta(days=1))
		)
		.groupby(Date(action.sent_at))
	)
	rows = narrow(scope, query, action.company, action.customer).run()
	return {getdate(day): cint(count) for day, count in rows}


def _line(scope: Scope, table) -> list[dict]:
	"""Overdue at the end of each of the last weeks: day and amount; nothing where it is not known for all that is seen."""
	if table is None or table.empty:
		return []
	column = table["overdue"].dropna()
	points = []
	for back in range(LINE_WEEKS - 1, -1, -1):
		known = column[column.index <= scope.today - timedelta(days=7 * back)]
		if len(known):
			points.append({"day": known.index[-1], "amount": flt(known.iloc[-1], 2)})
	return points


def _row(
	label: str,
	now: float,
	before: float | None,
	good: str | None,
	currency: str | None = None,
	unit: str = "",
) -> dict:
	def said(value) -> str:
		if value is None:
			return "–"
		if currency:
			return fmt_money(value, precision=0, currency=currency)
		if unit:
			return unit.format(number(value, 1))
		return str(cint(value))

	change = None if before is None else flt(now - before, 2)
	tone = ""
	if change and good:
		tone = "good" if (change > 0) == (good == UP) else "bad"
	text = ""
	if change:
		text = ("+" if change > 0 else "−") + said(abs(change))
	return {
		"label": label,
		"now": said(now),
		"before": said(before),
		"change": text or ("–" if change is None else "±0"),
		"tone": tone,
	}


def title(found: dict) -> str:
	return _("Collections, week of {0} to {1}").format(formatdate(found["since"]), formatdate(found["until"]))
