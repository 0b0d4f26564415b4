"""One step of one invoice goes out in one message, even where two plannings made two of it.

The key of an action keeps the same items from being planned twice. A planning that read the ledger a moment before a message
went out, though, may have made another one with the same invoice and a new one beside it.
"""

import frappe
from frappe import _
from frappe.query_builder import DocType

from collections_app.engine.outbox import OUT, SENDING


def already_out(name: str, case: str) -> str | None:
	"""The other action of the case that goes, or went, out with one of the same steps of the same items."""
	other, theirs = DocType("Collection Action"), DocType("Collection Action Invoice")
	mine = DocType("Collection Action Invoice").as_("mine")
	found = (
		frappe.qb.from_(other)
		.inner_join(theirs)
		.on(theirs.parent == other.name)
		.inner_join(mine)
		.on((mine.item_key == theirs.item_key) & (mine.plan_step == theirs.plan_step))
		.select(other.name)
		.where(
			(other.case == case)
			& (other.name != name)
			& other.status.isin(sorted({SENDING, *OUT}))
			& (mine.parent == name)
		)
		.limit(1)
	).run(pluck=True)
	return found[0] if found else None


def give_way(name: str, other: str) -> None:
	"""Calls the action off; what of it is still due is planned anew."""
	frappe.db.set_value(
		"Collection Action",
		name,
		{
			"status": "Cancelled",
			"cancel_code": "replaced",
			"cancel_reason": _("Part of it went out with {0}").format(other),
			"action_key": None,
			"lock_token": None,
		},
	)
