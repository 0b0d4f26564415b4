"""Jobs of one company on the long queue, one of a kind at a time."""

from collections.abc import Callable

import frappe

TIMEOUT = 2 * 60 * 60


def queue_for(company: str, kind: str, work: Callable) -> None:
	"""Queues `work(company=…)`, a function of a module, when the transaction is committed; not beside one of the same kind
	that waits or runs."""
	frappe.enqueue(
		f"{work.__module__}.{work.__qualname__}",
		queue="long",
		timeout=TIMEOUT,
		job_id=f"{kind}-{company}",
		deduplicate=True,
		enqueue_after_commit=True,
		company=company,
	)
