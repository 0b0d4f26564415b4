"""Start and watch the collections cycle."""

import frappe
from frappe import _

from collections_app.services.run.queue import queue_run


@frappe.whitelist(methods=["POST"])
def run_cycle(company: str, run_date: str | None = None) -> dict:
	"""Makes or finds the Collection Run of the day and puts it on the long queue."""
	frappe.has_permission("Collection Run", "create", throw=True)
	frappe.has_permission("Company", "read", company, throw=True)
	return {"run": queue_run(company, frappe.utils.getdate(run_date))}


@frappe.whitelist()
def progress(run: str) -> dict:
	"""Where a run is, for pages that cannot listen to events."""
	doc = frappe.get_doc("Collection Run", run)
	doc.check_permission("read")
	return {
		"status": doc.status,
		"progress": doc.progress,
		"current_step": _(doc.current_step) if doc.current_step else None,
		"steps": [
			{"step": row.step, "status": row.status, "summary": row.summary, "seconds": row.seconds}
			for row in doc.steps
		],
		"messages": len(doc.messages),
	}
