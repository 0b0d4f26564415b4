"""Customers whose overdue or score moved most."""

from collections.abc import Iterable

import frappe
from frappe.query_builder import Case, DocType, Order
from frappe.utils import flt

from collections_app.services.cases.before import AT_SNAPSHOT, FIELDS
from collections_app.services.cockpit.narrow import narrow_cases, seen_cases
from collections_app.services.cockpit.scope import Scope

DAYS = tuple(FIELDS)
SHOWN = 5
# read for each direction, so that those whose cases the user may not see leave enough
CANDIDATES = 50
OVERDUE, SCORE = "overdue", "risk_score"
DIRECTIONS = {
	"up": (OVERDUE, Order.desc),
	"down": (OVERDUE, Order.asc),
	"safer": (SCORE, Order.desc),
	"riskier": (SCORE, Order.asc),
}


def movers(scope: Scope, days: int, directions: Iterable[str] = tuple(DIRECTIONS)) -> dict:
	"""`up`, `down`: customers whose overdue rose or fell most since `days` ago (1: since yesterday's snapshot); `safer`,
	`riskier`: whose score rose or fell most; of these, the directions asked for. Each: case, customer, customer_name, company,
	before, now, change; amounts in the scope's currency."""
	days = days if days in DAYS else DAYS[0]
	found = {name: moved(scope, days, *DIRECTIONS[name]) for name in directions}
	seen = seen_cases([row["case"] for rows in found.values() for row in rows])
	return {
		"currency": scope.currency,
		"days": days,
		**{name: [row for row in rows if row["case"] in seen][:SHOWN] for name, rows in found.items()},
	}


def moved(scope: Scope, days: int, field: str, order: Order) -> list[dict]:
	"""The cases that moved most in one direction; whether the user may see each case is still to be asked."""
	case = DocType("Collection Case")
	then = column_before(scope, case, field, days)
	change = case[field] - then
	query = (
		frappe.qb.from_(case)
		.select(case.name, case.customer, case.customer_name, case.company, case[field], then.as_("then"))
		.where(change > 0 if order == Order.desc else change < 0)
		.orderby(change, order=order)
		.orderby(case.name)
		.limit(CANDIDATES)
	)
	if field == SCORE:
		# a score that was not there before did not move
		query = query.where((then > 0) & (case[field] > 0))
	return [_row(scope, row, field == OVERDUE) for row in narrow_cases(scope, query, case).run(as_dict=True)]


def _row(scope: Scope, row, is_money: bool) -> dict:
	now, then = flt(row.get(OVERDUE) if is_money else row.get(SCORE)), flt(row.then)
	if is_money:
		now, then = scope.into(now, row.company), scope.into(then, row.company)
	return {
		"case": row.name,
		"customer": row.customer,
		"customer_name": row.customer_name or row.customer,
		"company": row.company,
		"before": flt(then, 2),
		"now": flt(now, 2),
		"change": flt(now - then, 2),
	}


def column_before(scope: Scope, case, field: str, days: int):
	"""What stood `days` ago. Where no run has been today, yesterday's figures are those of the last snapshot."""
	at = 0 if field == OVERDUE else 1
	column = case[FIELDS[days][at]]
	if days != 1:
		return column
	return Case().when(case.snapshot_on < scope.today, case[AT_SNAPSHOT[at]]).else_(column)
