"""What else happens when an action has gone out: deliveries stop, the case is handed over, the insurer counts as told.

Called in the transaction that writes that it went out, so it happens once, with it or not at all; each effect is a
state, so that doing it again changes nothing.
"""

import frappe
from frappe import _
from frappe.utils import getdate

from collections_app.engine.channels import HAND_OVER, INSURER_NOTICE
from collections_app.services import delivery_stop, insurer_notice
from collections_app.services.cases import case_key
from collections_app.services.hand_over.standing import mark_handed_over

GONE_OUT = ("Sent", "Delivered", "Proved")


def went_out(name: str) -> None:
	"""The effects of an action, if it has gone out. A failure is logged, and never undoes that the message went."""
	if frappe.db.get_value("Collection Action", name, "status") not in GONE_OUT:
		return
	frappe.db.savepoint("effects")
	try:
		_work(frappe.get_doc("Collection Action", name))
	except Exception:
		frappe.db.rollback(save_point="effects")
		frappe.log_error(
			title="Effects of a Collection Action",
			reference_doctype="Collection Action",
			reference_name=name,
		)


def _work(action) -> None:
	if action.channel == HAND_OVER and not action.taken_back_on:
		mark_handed_over(action.case, action.recipients or _("the partner"))
	if action.channel == INSURER_NOTICE:
		insurer_notice.mark_told(action.company, action.customer, getdate(action.sent_at))
	if step := stopping_step(action):
		reason = _("{0}, sent on {1}").format(
			step, frappe.format(getdate(action.sent_at), {"fieldtype": "Date"})
		)
		for case in cases_of(action):
			delivery_stop.stop(case, reason)


def cases_of(action) -> list[str]:
	"""The cases of who got the message and of who owes, where it receives the messages of others."""
	owing = {row.customer for row in action.items} - {action.customer, None, ""}
	keys = [case_key(action.company, customer) for customer in sorted(owing)]
	return [action.case, *frappe.get_all("Collection Case", {"case_key": ["in", [*keys, ""]]}, pluck="name")]


def stopping_step(action) -> str | None:
	"""The name of the step that stops deliveries, of those the message joins."""
	steps = {action.plan_step, *(row.plan_step for row in action.items)} - {None, ""}
	stopping = frappe.get_all(
		"Dunning Plan Step",
		{"name": ["in", [*sorted(steps), ""]], "stop_delivery": 1},
		pluck="step_name",
		order_by="level desc",
		limit=1,
	)
	return stopping[0] if stopping else None
