"""Every difference between Frappe/ERPNext v15 and v16 that the app has to know, and nothing else."""

import frappe


def in_test() -> bool:
	"""v16 says `frappe.in_test`, v15 `frappe.flags.in_test`."""
	return bool(getattr(frappe, "in_test", False) or frappe.flags.in_test)
