"""Between two runs: held actions are judged again and what may go out goes out."""

import frappe
from frappe.utils import getdate

from collections_app.services import live, settings
from collections_app.services.outbox.dispatch import dispatch
from collections_app.services.outbox.release import hold_or_release
from collections_app.services.run.context import RunContext


def work_all_outboxes() -> None:
	for company in settings.enabled_companies():
		try:
			work_outbox(company)
		except Exception:
			# one company's trouble never stops the others
			frappe.db.rollback()
			frappe.log_error(title=f"Outbox of {company}")


def work_outbox(company: str, names: list[str] | None = None) -> dict[str, int]:
	"""Judges the waiting actions (or those named) and sends what is queued. Returns the counts of both."""
	context = RunContext(company, getdate())
	with live.held():
		counts = hold_or_release(context, names)
		frappe.db.commit()  # nosemgrep: what was released stays so even if sending fails
		return {**counts, **dispatch(context)}


def judge(names: list[str]) -> int:
	"""Judges these actions now, without sending. Returns how many were released."""
	companies = set(frappe.get_all("Collection Action", {"name": ["in", names or [""]]}, pluck="company"))
	for company in companies:
		live.moved(company, live.MESSAGE)
	return sum(
		hold_or_release(RunContext(company, getdate()), names)["released"] for company in sorted(companies)
	)
