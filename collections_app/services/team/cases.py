"""The cases of one collector, to choose from when work is given to others."""

from frappe import get_list

from collections_app.services.team.scope import Scope

FIELDS = (
	*("name", "customer", "customer_name", "company", "stage", "risk_band", "overdue", "outstanding"),
	*("oldest_due_date", "next_action", "next_action_on", "currency"),
)


def cases_of(scope: Scope, collector: str, start: int, page_length: int) -> dict:
	"""A page of a collector's open cases, the most overdue first; `more`: there are others. "" is nobody. `overdue_shown`: in
	the scope's currency."""
	filters = [
		["status", "=", "Open"],
		["collector", "=", collector] if collector else ["collector", "is", "not set"],
	]
	if scope.customers is not None:
		filters.append(["customer", "in", [*scope.customers, ""]])
	end, rows = start + page_length, []
	# the database orders what is in one currency
	for rate in set(scope.rates.values()):
		companies = [name for name in scope.companies if scope.rates[name] == rate]
		rows += get_list(
			"Collection Case",
			filters=[["company", "in", companies], *filters],
			fields=list(FIELDS),
			order_by="overdue desc, name",
			limit=end + 1,
		)
	for row in rows:
		row.overdue_shown = scope.into(row.overdue, row.company)
	rows.sort(key=lambda row: (-row.overdue_shown, row.name))
	return {"rows": rows[start:end], "more": len(rows) > end}
