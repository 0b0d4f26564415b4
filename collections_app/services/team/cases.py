"""The cases of one collector, to choose from when work is given to others."""

from frappe import get_list

from collections_app.services.team.scope import Scope

FIELDS = (
	*("name", "customer", "customer_name", "company", "stage", "risk_band", "overdue", "outstanding"),
	*("oldest_due_date", "next_action", "next_action_on", "currency"),
)


def cases_of(scope: Scope, collector: str, start: int, page_length: int) -> dict:
	"""A page of a collector's open cases, the most overdue first; `more`: there are others. "" is nobody."""
	filters = [
		["company", "in", [*scope.companies, ""]],
		["status", "=", "Open"],
		["collector", "=", collector] if collector else ["collector", "is", "not set"],
	]
	if scope.customers is not None:
		filters.append(["customer", "in", [*scope.customers, ""]])
	rows = get_list(
		"Collection Case",
		filters=filters,
		fields=list(FIELDS),
		order_by="overdue desc, name",
		limit_start=start,
		limit=page_length + 1,
	)
	return {"rows": rows[:page_length], "more": len(rows) > page_length}
