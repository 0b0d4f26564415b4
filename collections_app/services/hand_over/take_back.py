"""A person takes a case back from the agency or lawyer."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from collections_app.engine.channels import HAND_OVER
from collections_app.exceptions import ActionStateError
from collections_app.services.cases.state import refresh_case
from collections_app.services.hand_over.standing import STANDING


def take_back(case, reason: str) -> int:
	"""The case is the house's own again: its plan goes on. Returns how many hand-overs were taken back."""
	if not (reason or "").strip():
		frappe.throw(_("Say why the case is taken back."), ActionStateError)
	standing = frappe.get_all(
		"Collection Action",
		{
			"case": case.name,
			"channel": HAND_OVER,
			"status": ["in", STANDING],
			"taken_back_on": ["is", "not set"],
		},
		["name", "status"],
	)
	if not standing:
		frappe.throw(_("This case is not handed over."), ActionStateError)
	if any(row.status == "Sending" for row in standing):
		frappe.throw(_("The hand-over is just going out. Try again in some minutes."), ActionStateError)
	for row in standing:
		frappe.db.set_value("Collection Action", row.name, "taken_back_on", now_datetime())
	case.add_comment("Info", _("taken back: {0}").format(frappe.utils.escape_html(reason)))
	refresh_case(case.name)
	return len(standing)
