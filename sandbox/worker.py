"""The background worker of a site, with its scheduler. Run as `python -m sandbox.worker <site>`.

RQ's own worker forks for each job and limits its time by a signal. This one runs jobs in its own process,
which needs no second copy of the framework in memory, and limits their time by a timer, which also works
outside the main thread.
"""

import os
import signal
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor

from sandbox.runtime import activate

TICK = 60


class JobFailed(RuntimeError):
	"""A job drained in this process raised; its traceback is the message."""


def make_worker():
	"""A worker on all queues of the current site; `ran` counts jobs, `failures` has tracebacks."""
	from rq import Queue, SimpleWorker
	from rq.timeouts import TimerDeathPenalty

	import frappe
	from frappe.utils.background_jobs import get_queue_list, get_redis_conn

	class Worker(SimpleWorker):
		death_penalty_class = TimerDeathPenalty
		ran = 0

		def _install_signal_handlers(self):
			"""Signals belong to the process's main thread, which ends the worker itself."""

		def perform_job(self, job, queue):
			self.ran += 1
			return super().perform_job(job, queue)

		def handle_exception(self, job, *exc_info):
			self.failures.append("".join(traceback.format_exception(*exc_info)))
			super().handle_exception(job, *exc_info)

	with frappe.init_site():
		connection = get_redis_conn()
		queues = [Queue(name, connection=connection) for name in get_queue_list(build_queue_name=True)]
	worker = Worker(queues, connection=connection)
	worker.failures = []
	return worker


def drain_queues() -> int:
	"""Run all queued jobs now, in this process, and those they queue; returns how many ran.

	The caller's transaction is committed first, since jobs have a connection of their own and SQLite has one
	writer at a time. Jobs run in a thread: the framework keeps its state per thread, and a job ends by
	destroying it. What failed is raised, as JobFailed, when all have run.
	"""
	import frappe

	def run():
		worker = make_worker()
		worker.work(burst=True, logging_level="CRITICAL", with_scheduler=False)
		return worker

	frappe.db.commit()
	with ThreadPoolExecutor(max_workers=1) as thread:
		worker = thread.submit(run).result()
	frappe.db.rollback()
	frappe.local.cache.clear()
	frappe.local.request_cache.clear()
	if worker.failures:
		raise JobFailed("\n".join(worker.failures))
	return worker.ran


def schedule(stop: threading.Event) -> None:
	"""Queue due scheduled jobs once a minute."""
	from frappe.utils.scheduler import enqueue_events_for_site

	while not stop.wait(TICK):
		try:
			enqueue_events_for_site()
		except Exception:
			traceback.print_exc()


def main(site: str) -> None:
	"""Work and schedule until told to end."""
	activate(site)
	stop = threading.Event()
	signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
	os.nice(5)
	threading.Thread(target=schedule, args=(stop,), daemon=True).start()
	make_worker().work(logging_level="WARNING", with_scheduler=False)


if __name__ == "__main__":
	main(sys.argv[1])
