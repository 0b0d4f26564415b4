"""Open disputes by how long they have been open."""

from datetime import timedelta

from frappe import _
from frappe.utils import flt, getdate

from collections_app.services.cockpit.scope import Scope

# days open: from, to (None: without end)
AGES = ((0, 7), (8, 30), (31, 60), (61, None))


def disputes(scope: Scope) -> dict:
	"""`groups`: one for each of AGES: label, count, amount, late (answers past due), the list behind it; and of all, count,
	amount and `late` with its list."""
	rows = scope.rows_of(
		"Invoice Dispute",
		["opened_on", "answer_due_on", "disputed_amount", "currency"],
		order_by="opened_on, name",
		status="Open",
	)
	groups = [[] for _age in AGES]
	for row in rows:
		row.amount = scope.from_currency(row.disputed_amount, row.currency)
		row.is_late = bool(row.answer_due_on) and getdate(row.answer_due_on) < scope.today
		days = max((scope.today - getdate(row.opened_on)).days, 0) if row.opened_on else 0
		groups[next(at for at, (_from, to) in enumerate(AGES) if to is None or days <= to)].append(row)
	late = {"answer_due_on": ["<", str(scope.today)]}
	return {
		"currency": scope.currency,
		"groups": [_group(scope, age, found) for age, found in zip(AGES, groups, strict=True)],
		"count": len(rows),
		"amount": flt(sum(row.amount for row in rows), 2),
		"late": sum(row.is_late for row in rows),
		"route": ["List", "Invoice Dispute"],
		"options": _options(scope),
		"late_options": {**_options(scope), **late},
	}


def _options(scope: Scope) -> dict:
	return {"company": ["in", list(scope.companies)], "status": "Open"}


def _group(scope: Scope, age: tuple, rows: list) -> dict:
	first, last = age
	newest = str(scope.today - timedelta(days=first))
	opened = ["<=", newest]
	label = _("Over {0} days").format(first - 1)
	if last is not None:
		opened = ["between", [str(scope.today - timedelta(days=last)), newest]]
		label = _("{0} to {1} days").format(first, last) if first else _("Up to {0} days").format(last)
	return {
		"label": label,
		"count": len(rows),
		"amount": flt(sum(row.amount for row in rows), 2),
		"late": sum(row.is_late for row in rows),
		"route": ["List", "Invoice Dispute"],
		"options": {**_options(scope), "opened_on": opened},
	}
