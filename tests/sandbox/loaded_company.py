"""Loads the sample company once more into a site that has it, and prints what is there as JSON: run by test_company_load.py.

A process of its own, as loading commits and the tests' own site must stay as it is.
"""

import json
import sys
from collections import Counter


def main(site: str) -> None:
	from sandbox.runtime import connected

	with connected(site) as frappe:
		from sandbox.company.load import SampleCompanyError, load, loaded_sample

		report = {"remembered": loaded_sample(), "rows": rows(frappe), "steps": {}}

		def progress(step, done, total):
			report["steps"][step] = (done, total)

		report["loaded"] = load(progress=progress)
		report["two_weeks_before"] = load(days_before=14)
		report["rows_again"] = rows(frappe)
		try:
			load(seed=99)
		except SampleCompanyError as error:
			report["refused"] = str(error)
		report.update(books(frappe, report["loaded"]["company"]))
	print(json.dumps(report, default=str))


def rows(frappe) -> dict[str, int]:
	"""Table -> rows, for every table of the site."""
	tables = frappe.db.get_tables(cached=False)
	return {table: frappe.db.sql(f"select count(*) from `{table}`")[0][0] for table in sorted(tables)}


def books(frappe, company: str) -> dict:
	invoices = frappe.get_all(
		"Sales Invoice",
		filters={"company": company, "docstatus": 1},
		fields=["name", "outstanding_amount", "status", "contact_email", "is_return"],
		order_by="name",
	)
	entries = frappe.get_all(
		"GL Entry",
		filters={"company": company, "is_cancelled": 0},
		fields=["account", "debit", "credit"],
		order_by="name",
	)
	balances = Counter()
	for entry in entries:
		balances[entry.account] += round((entry.debit - entry.credit) * 100)
	return {
		"invoices": {row.name: row for row in invoices},
		"balances": balances,
		"bank": frappe.get_all(
			"Bank Account", filters={"is_company_account": 1}, fields=["account", "iban"], order_by="name"
		),
		"limits": frappe.db.count("Customer Credit Limit"),
		"dry_customers": frappe.get_all(
			"Customer", filters={"email_id": ("in", ("", None))}, pluck="name", order_by="name"
		),
	}


if __name__ == "__main__":
	main(sys.argv[1])
