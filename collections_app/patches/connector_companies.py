"""Logs and webhook events say whose connection they belong to: by it Frappe's User Permissions hide them."""

import frappe


def execute() -> None:
	for name, company in frappe.get_all("Connector Config", fields=["name", "company"], as_list=True):
		for doctype in ("Connector Log", "Webhook Event"):
			frappe.db.set_value(
				doctype,
				{"connector": name, "company": ["is", "not set"]},
				"company",
				company,
				update_modified=False,
			)
