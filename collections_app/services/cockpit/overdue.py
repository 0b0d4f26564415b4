"""What is overdue now, and what was: sums over the cases, in one query."""

from collections import defaultdict
from dataclasses import dataclass

import frappe
from frappe.utils import flt, getdate

from collections_app.compat import aggregate
from collections_app.services.cases.before import AT_SNAPSHOT, FIELDS
from collections_app.services.cockpit.scope import Scope

AT_LAST_SNAPSHOT = AT_SNAPSHOT[0]
BEFORE = {days: fields[0] for days, fields in FIELDS.items()}


@dataclass(frozen=True)
class Overdue:
	"""In the scope's currency: `now` and `outstanding` of the open cases; `before`: days back -> what was overdue then."""

	now: float
	outstanding: float
	before: dict[int, float]


def overdue(scope: Scope) -> Overdue:
	fields = ("overdue", "outstanding", AT_LAST_SNAPSHOT, *BEFORE.values())
	rows = frappe.get_list(
		"Collection Case",
		filters=scope.case_filters(),
		fields=[
			*("company", "status", "snapshot_on"),
			*(aggregate("SUM", field, f"sum_{field}") for field in fields),
		],
		group_by="company, status, snapshot_on",
		order_by="company",
		limit=0,
	)
	now, outstanding, before = 0.0, 0.0, defaultdict(float)
	for row in rows:
		if row.status == "Open":
			now += scope.into(row.sum_overdue, row.company)
			outstanding += scope.into(row.sum_outstanding, row.company)
		for days in BEFORE:
			before[days] += scope.into(row[f"sum_{_field(scope, row.snapshot_on, days)}"], row.company)
	return Overdue(flt(now, 2), flt(outstanding, 2), {days: flt(before[days], 2) for days in BEFORE})


def _field(scope: Scope, snapshot_on, days: int) -> str:
	"""Where no run has been today, yesterday's figures are those of the last snapshot."""
	if days == 1 and snapshot_on and getdate(snapshot_on) < scope.today:
		return AT_LAST_SNAPSHOT
	return BEFORE[days]
