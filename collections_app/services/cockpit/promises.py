"""Open promises by when they are due."""

from datetime import timedelta

from frappe import _
from frappe.utils import flt, getdate

from collections_app.services.cases.promises import awaited_instalments
from collections_app.services.cockpit.scope import Scope

# of a list with more than so many, the days are asked for instead of the names
MOST_NAMES = 200


def promises(scope: Scope) -> dict:
	"""`groups`: late, today, this week, later: each count, amount (what is still awaited of the next instalment) and the
	list behind it; `next`: the promises most worth a look, late ones and the largest first."""
	rows = scope.rows_of(
		"Promise to Pay",
		["company", "customer_name", "due_on", "amount", "paid_amount", "currency"],
		order_by="due_on, name",
		status="Open",
	)
	awaited = awaited_instalments([row.name for row in rows])
	week_end = scope.today + timedelta(days=6 - scope.today.weekday())
	groups: dict[str, list] = {name: [] for name in GROUPS}
	for row in rows:
		part = awaited.get(row.name, row)
		row.next_due_on = getdate(part.due_on)
		left = flt(part.amount) - flt(part.paid_amount)
		row.next_amount = flt(scope.from_currency(left, row.currency), 2)
		groups[_group_of(row.next_due_on, scope.today, week_end)].append(row)
	urgent = sorted(groups["late"] + groups["today"], key=lambda row: -row.next_amount)
	return {
		"currency": scope.currency,
		"groups": [_group(scope, name, groups[name]) for name in GROUPS],
		"next": [
			{
				"name": row.name,
				"customer": row.customer,
				"customer_name": row.customer_name or row.customer,
				"due_on": row.next_due_on,
				"amount": row.next_amount,
			}
			for row in urgent[:5]
		],
	}


def _group_of(due_on, today, week_end) -> str:
	if due_on < today:
		return "late"
	if due_on == today:
		return "today"
	return "week" if due_on <= week_end else "later"


def _group(scope: Scope, name: str, rows: list) -> dict:
	names = [row.name for row in rows]
	options = {"company": ["in", list(scope.companies)], "status": "Open"}
	if len(names) <= MOST_NAMES:
		options["name"] = ["in", names]
	return {
		"name": name,
		"label": GROUPS[name](),
		"count": len(rows),
		"amount": flt(sum(row.next_amount for row in rows), 2),
		"route": ["List", "Promise to Pay"],
		"options": options,
	}


GROUPS = {
	"late": lambda: _("Past Due"),
	"today": lambda: _("Today"),
	"week": lambda: _("Later This Week"),
	"later": lambda: _("Later"),
}
