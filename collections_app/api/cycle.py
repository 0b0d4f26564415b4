"""Start and watch the collections cycle."""

import frappe
from frappe import _

from collections_app.services.access import company_for, sees_totals
from collections_app.services.run.queue import queue_run


@frappe.whitelist(methods=["POST"])
def run_cycle(company: str, run_date: str | None = None) -> dict:
	"""Makes or finds the Collection Run of the day and puts it on the long queue. `opens`: whether the user may open it."""
	frappe.has_permission("Collection Run", "create", throw=True)
	frappe.has_permission("Company", "read", company, throw=True)
	return {"run": queue_run(company, frappe.utils.getdate(run_date)), "opens": sees_totals()}


@frappe.whitelist()
def progress(run: str) -> dict:
	"""Where a run is, for pages that cannot listen to events; what it found is of all customers, so who sees some of them
	is told the status alone."""
	frappe.has_permission("Collection Run", "read", throw=True)
	doc = frappe.get_doc("Collection Run", run)
	company_for(doc.company)
	whole = sees_totals()
	return {
		"status": doc.status,
		"progress": doc.progress,
		"current_step": _(doc.current_step) if doc.current_step else None,
		"steps": [
			{
				"step": row.step,
				"status": row.status,
				"summary": row.summary if whole else "",
				"seconds": row.seconds,
			}
			for row in doc.steps
		],
		"messages": len(doc.messages) if whole else 0,
	}
