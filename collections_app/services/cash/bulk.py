"""Many payments accepted at once: each on its own, so that one refused does not stop the others."""

import frappe

from collections_app.services.cash.decide import accept_proposal
from collections_app.services.run.errors import error_text

MOST_AT_ONCE = 20


def accept_firsts(names: list[str]) -> dict:
	"""Posts the first proposal of each. Returns accepted (names) and refused (name, payer, why)."""
	accepted, refused = [], []
	for name in names:
		frappe.db.savepoint("bulk_accept")
		try:
			accept_proposal(name, 1)
			accepted.append(name)
		except Exception as error:
			frappe.db.rollback(save_point="bulk_accept")
			frappe.clear_messages()
			payer = frappe.db.get_value("Cash Match", name, "counterparty_name")
			refused.append({"name": name, "payer": payer or name, "why": error_text(error)})
	return {"accepted": accepted, "refused": refused}
