"""Reading the open items of the company with the largest payment ledger."""

import resource
import statistics
import time

ROUNDS = 5


def run() -> dict:
	"""rows, entries of the ledger, median seconds of ROUNDS readings, rss_mb."""
	import frappe

	from collections_app.services.receivables import open_items

	counts = frappe.get_all("Payment Ledger Entry", pluck="company", order_by="company")
	company = max(set(counts), key=counts.count)
	seconds = []
	for _round in range(ROUNDS):
		started = time.perf_counter()
		items = open_items(company)
		seconds.append(time.perf_counter() - started)
	return {
		"company": company,
		"ledger_entries": counts.count(company),
		"rows": len(items),
		"seconds": round(statistics.median(seconds), 4),
		"rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
	}
