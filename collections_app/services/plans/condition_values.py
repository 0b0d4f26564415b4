"""Values of plan conditions that name a record: whether it exists."""

from collections.abc import Container

import frappe
from frappe import _

from collections_app.engine.conditions import LISTS, Condition, ConditionError

# fact -> the doctypes whose names it holds; a customer without an address has its territory for a country
RECORDS = {
	"customer": ("Customer",),
	"customer_group": ("Customer Group",),
	"territory": ("Territory",),
	"country": ("Country", "Territory"),
	"currency": ("Currency",),
	"language": ("Language",),
}


def check_records(conditions: tuple[Condition, ...], known: Container[Condition] = ()) -> None:
	"""ConditionError for the first value that names no record: a typing error would make the plan fit nobody.

	`known`: conditions that stood before and pass, since their records may have been deleted since.
	"""
	for row, condition in enumerate(conditions, 1):
		doctypes = RECORDS.get(condition.fact)
		if not doctypes or condition.value is None or condition in known:
			continue
		for name in condition.value if condition.operator in LISTS else [condition.value]:
			if not any(frappe.db.exists(doctype, name) for doctype in doctypes):
				raise ConditionError(row, "value", _("{0} {1} does not exist").format(_(doctypes[0]), name))
