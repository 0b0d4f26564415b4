"""Sync Now: a run for each company, or only its connections; followed by the page that asked for it."""

import frappe
from frappe import _

from collections_app.exceptions import CollectionsError
from collections_app.services.cockpit.scope import Scope
from collections_app.services.connectors import progress
from collections_app.services.run.queue import queue_run

BUSY = ("Queued", "Running")


def may_run() -> bool:
	return bool(frappe.has_permission("Collection Run", "create"))


def start_runs(scope: Scope) -> dict:
	"""Puts a run of today on the queue for each company. Returns `runs` (run, company, opens) and `refused` (company, why): one
	that cannot start stops no other."""
	runs, refused, opens = [], [], scope.customers is None
	for company in scope.companies:
		try:
			runs.append({"run": queue_run(company, scope.today), "company": company, "opens": opens})
		except CollectionsError as error:
			frappe.clear_last_message()
			refused.append({"company": company, "why": frappe.utils.strip_html(str(error))})
	return {"runs": runs, "refused": refused}


def start_reading(scope: Scope) -> dict:
	"""Has the connections of the companies read, those the user may change. Returns `connections`, by name."""
	names = frappe.get_list(
		"Connector Config",
		filters={"company": ["in", [*scope.companies, ""]], "enabled": 1},
		pluck="name",
		order_by="name",
		limit=0,
	)
	begun = [name for name in names if frappe.has_permission("Connector Config", "write", name)]
	for name in begun:
		progress.begin(name)
	return {"connections": begun}


def under_way(scope: Scope) -> list[dict]:
	"""Runs that wait or work now: run, company, status, progress, step, and whether the user may open it: who sees some
	customers only may know that a run is on, not what it finds."""
	frappe.has_permission("Collection Run", "read", throw=True)
	opens = scope.customers is None
	rows = frappe.get_all(
		"Collection Run",
		filters={"company": ["in", [*scope.companies, ""]], "status": ["in", BUSY]},
		fields=["name", "company", "status", "progress", "current_step"],
		order_by="name",
		limit=20,
	)
	return [
		{
			"run": row.name,
			"company": row.company,
			"status": row.status,
			"progress": row.progress,
			"step": _(row.current_step) if row.current_step else "",
			"opens": opens,
		}
		for row in rows
	]
