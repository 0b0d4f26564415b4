"""The items of actions: which are in which state."""

import frappe
from frappe.query_builder import DocType


def items_of_actions(condition) -> set[str]:
	"""Keys of the items of the actions that fulfil a condition on `DocType("Collection Action")`."""
	action, line = DocType("Collection Action"), DocType("Collection Action Invoice")
	query = frappe.qb.from_(line).inner_join(action).on(action.name == line.parent).select(line.item_key)
	return set(query.where(condition).run(pluck=True))
