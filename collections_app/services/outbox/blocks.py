"""Many messages at once: blocks of customers, handed over by several background workers side by side.

Each block is a job of its own on Frappe's queue. The one who shares them out works, too: the others come from the first
block, he from the last, and where they meet all is done; so it takes no longer when no other worker ever turns up, and a
block whose worker died is finished by him. What both want goes out once, by the claim of each message (see `dispatch.py`).
"""

import hashlib
import os
import socket
import time
from collections.abc import Iterable

from redis.exceptions import RedisError

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce
from frappe.utils.background_jobs import generate_qname, get_workers

from collections_app.services import settings
from collections_app.services.frames import chunks
from collections_app.services.run.context import RunContext

QUEUE = "long"
JOB_TIMEOUT = 60 * 60
JOB = "collections_app.services.outbox.dispatch.send_block"
# how long to wait for the messages that others have in hand, when none of them gets done any more
PATIENCE_SECONDS = 60


def blocks_of(actions: Iterable) -> list[list[str]]:
	"""Names of the actions in blocks of customers, in the order given; all of a customer are in one block."""
	by_case: dict[str, list[str]] = {}
	for action in actions:
		by_case.setdefault(action.case, []).append(action.name)
	return [
		[name for case in cases for name in by_case[case]] for cases in chunks(by_case, settings.block_size())
	]


def other_workers() -> int:
	"""Background workers of the queue beside this process; 0 where the queue cannot be asked."""
	try:
		workers = [one for one in get_workers() if generate_qname(QUEUE) in one.queue_names()]
	except RedisError:
		return 0
	# a worker forks for each job
	own = {os.getpid(), os.getppid()}
	return sum(one.hostname != socket.gethostname() or one.pid not in own for one in workers)


def share(company: str, blocks: list[list[str]]) -> None:
	"""One job for each block; a block that waits in the queue already is not put there again."""
	for names in blocks:
		frappe.enqueue(
			JOB,
			queue=QUEUE,
			timeout=JOB_TIMEOUT,
			job_id=f"collections-outbox-{hashlib.sha256(' '.join(names).encode()).hexdigest()[:32]}",
			deduplicate=True,
			company=company,
			names=names,
		)


def still_queued(names: list[str]) -> list[str]:
	"""Those that nobody has taken yet, in the order given."""
	found: set[str] = set()
	for some in chunks(names):
		filters = {"name": ["in", some], "status": "Queued"}
		found.update(frappe.get_all("Collection Action", filters, pluck="name"))
	return [name for name in names if name in found]


def await_others(context: RunContext, names: list[str]) -> int:
	"""Waits while other workers get messages of theirs done. Returns how many are still in their hands after it."""
	left, since = None, time.monotonic()
	while True:
		# what the others wrote is seen, and this run's sign of life is kept
		frappe.db.commit()  # nosemgrep: nothing is pending here but that
		in_hand = sum(_in_hand(some) for some in chunks(names))
		if not in_hand:
			return 0
		if in_hand != left:
			left, since = in_hand, time.monotonic()
		elif time.monotonic() - since > PATIENCE_SECONDS:
			return in_hand
		context.progress(len(names) - in_hand, len(names))
		time.sleep(0.2)


def _in_hand(names: list[str]) -> int:
	"""Claimed, and neither handed over nor given back so far."""
	action = DocType("Collection Action")
	return len(
		frappe.qb.from_(action)
		.select(action.name)
		.where(
			action.name.isin(names)
			& (action.status == "Sending")
			& (Coalesce(action.communication, "") == "")
			& (Coalesce(action.task, "") == "")
		)
		.run()
	)
