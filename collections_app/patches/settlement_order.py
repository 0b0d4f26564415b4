"""Sites from before payments had an order of settlement get the one of the law."""

import frappe


def execute() -> None:
	if not frappe.db.get_single_value("Collections Settings", "settlement_order"):
		frappe.db.set_single_value("Collections Settings", "settlement_order", "Costs, Interest, Principal")
