"""What Collections Settings offers in its fields."""

import frappe

from collections_app.services.connectors.outgoing import connectors_for


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def connectors_that(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict
) -> list[list[str]]:
	"""Query of a link field: the connections of a company (`filters.company`) that do one of the actions (`filters.actions`)."""
	frappe.has_permission("Connector Config", "read", throw=True)
	found = dict.fromkeys(
		name
		for action in filters.get("actions") or []
		for name in connectors_for(str(filters.get("company") or ""), str(action))
	)
	names = [name for name in found if txt.lower() in name.lower()]
	return [[name] for name in names[int(start) : int(start) + int(page_len)]]
