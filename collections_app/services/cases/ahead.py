"""What each customer is expected to pay this week, kept on its case: so the forecast of any selection of cases is a sum."""

from datetime import timedelta

import frappe
from frappe.query_builder import DocType

from collections_app.engine.forecast import expected_of_customers
from collections_app.services.cases.records import changed_values
from collections_app.services.frames import query_frame
from collections_app.services.prediction import predicted_items
from collections_app.services.run.context import RunContext

# expected from the run to Sunday, and what the customer owes of the items that may come by then
FIELDS = {"expected": "expected_this_week", "at_most": "at_most_this_week"}


def keep(context: RunContext) -> None:
	"""Writes the figures to the company's cases, when a snapshot is taken: they are as of its day."""
	case, day = DocType("Collection Case"), context.run_date
	current = query_frame(
		frappe.qb.from_(case)
		.select(case.name, case.customer, *(case[field] for field in FIELDS.values()))
		.where(case.company == context.company),
		numbers=FIELDS.values(),
	).set_index("customer")
	sunday = day + timedelta(days=6 - day.weekday())
	found = expected_of_customers(predicted_items(context), day, sunday).rename(columns=FIELDS)
	found = found.reindex(current.index).fillna(0.0).round(2)
	values = dict(zip(current["name"], found.to_dict("records"), strict=True))
	changed = changed_values(current.set_index("name"), values)
	frappe.db.bulk_update("Collection Case", changed, chunk_size=200, update_modified=False)
