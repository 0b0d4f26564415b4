"""What else happens when an action has gone out: deliveries stop, the case is handed over, the insurer counts as told.

Called in the transaction that writes that it went out, so it happens once, with it or not at all. What fails is noted
on the action (`effects_error`) in the same transaction and tried again until it succeeds; each effect is a state, so that
doing it again changes nothing.
"""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import getdate

from collections_app.engine.channels import HAND_OVER, INSURER_NOTICE
from collections_app.engine.outbox import GONE_OUT
from collections_app.services import live
from collections_app.services.cases.records import case_key
from collections_app.services.credit import delivery_stop, insurer_notice
from collections_app.services.hand_over.standing import mark_handed_over
from collections_app.services.run.context import WARNING, RunContext
from collections_app.services.run.errors import BUSY, error_text

ERROR_LENGTH = 140


def went_out(name: str) -> bool:
	"""The effects of an action, if it has gone out. A failure is noted, to be tried again, and never undoes that the
	message went. Returns whether nothing is left to do. A deadlock, which takes the whole transaction back, is raised."""
	action = frappe.db.get_value(
		"Collection Action", name, ["company", "status", "effects_error"], as_dict=True
	)
	if action.status not in GONE_OUT:
		return True
	live.moved(action.company, live.MESSAGE)
	frappe.db.savepoint("effects")
	try:
		_work(frappe.get_doc("Collection Action", name))
	except BUSY:
		raise
	except Exception as error:
		frappe.db.rollback(save_point="effects")
		text = error_text(error)[:ERROR_LENGTH]
		if text != action.effects_error:
			# once, however often it is tried
			frappe.log_error(
				title="Effects of a Collection Action",
				reference_doctype="Collection Action",
				reference_name=name,
			)
		_note(name, text)
		return False
	if action.effects_error:
		_note(name, None)
	return True


def catch_up(company: str | None = None) -> int:
	"""Tries what failed again, of the company or of all; each action in a transaction of its own. Returns how many
	actions have all their effects now."""
	done = 0
	for action in _left_open(company):
		try:
			done += went_out(action.name)
		except BUSY:
			# another worker was in the way: the next time
			frappe.db.rollback()
		frappe.db.commit()  # nosemgrep: one action's trouble takes back nothing of another
	return done


def tell_left_open(context: RunContext) -> None:
	"""What went out without its effects so far, for the person who reads the run."""
	for action in _left_open(context.company):
		text = _("{0}: it went out, but what is to follow from it failed and is tried again: {1}").format(
			action.customer_name or action.customer, action.effects_error
		)
		context.tell(WARNING, text, "Collection Action", action.name)


def _left_open(company: str | None) -> list:
	action = DocType("Collection Action")
	query = (
		frappe.qb.from_(action)
		.select(action.name, action.customer, action.customer_name, action.effects_error)
		# by its index: almost none have it
		.where((action.effects_error > "") & action.status.isin(GONE_OUT))
		.orderby(action.name)
	)
	if company:
		query = query.where(action.company == company)
	return query.run(as_dict=True)


def _note(name: str, error: str | None) -> None:
	frappe.db.set_value("Collection Action", name, "effects_error", error, update_modified=False)


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
