"""What is given to a provider in a job of its own, and kept in a document: who has it in hand, and what became of it.

The document has status, attempts and attempted_at; each step is committed before the next is begun.
"""

import frappe
from frappe.utils import now_datetime

WAITING, SENDING = "Waiting", "Sending"


def claim(doctype: str, name: str) -> bool:
	"""Takes it for this job alone, and commits that before the provider is called."""
	one = frappe.get_doc(doctype, name, for_update=True)
	ours = one.status == WAITING
	if ours:
		values = {"status": SENDING, "attempts": (one.attempts or 0) + 1, "attempted_at": now_datetime()}
		one.db_set(values, update_modified=False)
	frappe.db.commit()  # nosemgrep: written down before the provider is called
	return ours


def settle(doctype: str, name: str, status: str, **values) -> str:
	"""What became of it. Returns the status."""
	frappe.db.set_value(doctype, name, {"status": status, **values})
	frappe.db.commit()  # nosemgrep: what the provider took, or not, is kept whatever comes next
	return status
