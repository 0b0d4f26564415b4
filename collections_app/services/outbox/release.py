"""Hold or release: every waiting action is judged anew; a held one says why and goes out alone when the reason is gone."""

import frappe

from collections_app.engine.channels import EMAIL, REGISTERED_EMAIL
from collections_app.engine.reasons import Reason
from collections_app.services.outbox import by_hand
from collections_app.services.outbox.judge import Judge
from collections_app.services.outbox.store import REPLACEABLE, change, withdraw
from collections_app.services.reasons import sentences
from collections_app.services.run.context import WARNING, RunContext

# queued ones are judged again too: one that could not leave at once must not go out late with an old amount
JUDGED = (*REPLACEABLE, "Queued")
# reasons that only another message, about other items or amounts, does away with
OF_THE_ITEMS = frozenset(
	{
		"paid_meanwhile",
		"paid_online",
		"dispute_open",
		"promise_open",
		"invoice_paused",
		"window_passed",
		"handed_over",
	}
)


def hold_or_release(context: RunContext, names: list[str] | None = None) -> dict[str, int]:
	"""Judges the company's waiting actions (or those in `names`) and writes the outcome."""
	counts = {"released": 0, "held": 0, "awaiting_approval": 0, "cancelled": 0}
	by_hand.keep_up(context, names)
	actions = _waiting_actions(context.company, names)
	if not actions:
		return counts
	judge = Judge(context, actions)
	outcomes: dict[str, dict] = {}
	settled: list[str] = []
	for action in actions:
		if judge.nothing_left(action):
			settled.append(action.name)
			continue
		reasons = judge.reasons(action)
		status = status_for(reasons)
		if status == action.status == "Queued":
			continue
		if status == "Queued":
			judge.count_contact(action)
		outcomes[action.name] = _outcome(judge, action, reasons)
		counts[{"Queued": "released", "Held": "held", "Awaiting Approval": "awaiting_approval"}[status]] += 1
		_tell(context, action, reasons)
	change(outcomes, JUDGED)
	withdraw(dict.fromkeys(settled), JUDGED)
	return {**counts, "cancelled": len(settled)}


def take_back(context: RunContext) -> int:
	"""Before planning: queued messages that cannot go out with the items they have become Held, so that what else
	they are about is planned anew at once. Without it they would keep their items for themselves until the next run.
	Returns how many.

	A queued message stands here when it was put back into the queue, or could not leave when it was released.
	"""
	actions = _waiting_actions(context.company, None, ("Queued",))
	if not actions:
		return 0
	judge = Judge(context, actions)
	outcomes = {}
	for action in actions:
		reasons = judge.reasons(action)
		if {reason.code for reason in reasons} & OF_THE_ITEMS:
			outcomes[action.name] = _outcome(judge, action, reasons)
	change(outcomes, ("Queued",))
	context.checkpoint()
	return len(outcomes)


def _outcome(judge: Judge, action, reasons: list[Reason]) -> dict[str, str]:
	return {
		"status": status_for(reasons),
		"hold_reasons": "\n".join(sentences(reasons)),
		"hold_codes": ",".join(reason.code for reason in reasons),
		"recipients": judge.email(action) if action.channel in (EMAIL, REGISTERED_EMAIL) else "",
		# what is not sent now is written anew when it is
		"our_reference": None,
	}


def status_for(reasons: list[Reason]) -> str:
	codes = {reason.code for reason in reasons}
	if not codes:
		return "Queued"
	return "Awaiting Approval" if codes == {"approval_missing"} else "Held"


def _tell(context: RunContext, action, reasons: list[Reason]) -> None:
	"""What a person has to mend is told on the run; what passes by itself is only on the action."""
	for reason in reasons:
		if reason.code in (
			"no_email_address",
			"no_phone_number",
			"no_postal_address",
			"no_letter",
			"no_connector",
			"no_collector",
			"unknown_currency",
			"bank_feed_stale",
		):
			reference = ("Collection Action", action.name)
			text = sentences([reason])[0]
			if reason.code == "bank_feed_stale":
				reference = (None, None)
			else:
				text = f"{action.customer_name or action.customer}: {text}"
			context.tell(WARNING, text, *reference)


def _waiting_actions(company: str, names: list[str] | None, statuses: tuple[str, ...] = JUDGED) -> list:
	filters = {"company": company, "status": ["in", statuses]}
	if names is not None:
		filters["name"] = ["in", names or [""]]
	actions = frappe.get_all(
		"Collection Action",
		filters,
		[
			"name",
			"status",
			"currency",
			"customer",
			"customer_name",
			"case",
			"dunning_plan",
			"channel",
			"letter",
			"requires_approval",
			"approved_by",
		],
		order_by="total_overdue desc, name",
	)
	lines = frappe.get_all(
		"Collection Action Invoice",
		{"parent": ["in", [action.name for action in actions] or [""]]},
		["parent", "item_key", "customer", "voucher_no", "outstanding", "plan_step", "due_date"],
	)
	for action in actions:
		action.lines = []
	by_name = {action.name: action for action in actions}
	for line in lines:
		by_name[line.parent].lines.append(line)
	return actions
