"""A customer scored now, between two runs, in the background."""

import frappe
from frappe.utils import getdate

from collections_app.services import live
from collections_app.services.run.context import RunContext
from collections_app.services.run.errors import error_text
from collections_app.services.scoring.run import score
from collections_app.services.scoring.store import latest_scores

SCORED = "collections_scored"
TIMEOUT = 20 * 60


def queue(customer: str, company: str) -> None:
	"""Scores the customer as soon as a worker is free; who asked is told by the event SCORED."""
	frappe.enqueue(
		score_customer,
		queue="long",
		timeout=TIMEOUT,
		job_id=f"collections-score-{company}-{customer}",
		deduplicate=True,
		enqueue_after_commit=True,
		company=company,
		customer=customer,
	)


def score_customer(company: str, customer: str) -> None:
	"""What was found is told, and what went wrong: nobody waits in vain."""
	told = {"customer": customer, "company": company}
	try:
		counts = score(RunContext(company, getdate()), only={customer})
		live.moved(company, live.SCORE)
		frappe.db.commit()  # nosemgrep: the job's own work, before it is told
		last = latest_scores(company)
		known = last.loc[customer] if customer in last.index else None
		told.update(
			{
				"changed": bool(counts["changed"]),
				"score": None if known is None else float(known["score"]),
				"band": None if known is None else known["band"],
			}
		)
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error(title=f"Score of {customer}")
		told["error"] = error_text(error)
	frappe.publish_realtime(SCORED, told, user=frappe.session.user)
