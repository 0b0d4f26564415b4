"""Keeps the Collection Run document up to date while its steps work, and tells the desk."""

import json
import time

import frappe
from frappe.utils import now_datetime, time_diff_in_seconds

from collections_app.services.run.context import ERROR, WARNING, RunContext, StepResult
from collections_app.services.run.steps import STEP_NAMES

EVENT = "collection_run_progress"
# inside a step: how often the desk is told, and how often the run shows that it lives
TELL_SECONDS, HEARTBEAT_SECONDS = 1, 60


class RunRecord:
	"""The only writer of a run's progress."""

	def __init__(self, run: str):
		self.run = run
		self.told = self.lived = time.monotonic()

	def start(self) -> None:
		run = frappe.get_doc("Collection Run", self.run)
		run.update(
			{
				"status": "Running",
				"started_at": now_datetime(),
				"ended_at": None,
				"seconds": 0,
				"progress": 0,
				"current_step": STEP_NAMES[0],
				"repeats": (run.repeats or 0) + 1,
				"heartbeat": now_datetime(),
				"steps": [{"step": step, "status": "Waiting"} for step in STEP_NAMES],
				"messages": [],
			}
		)
		self._save(run)

	def step(self, result: StepResult) -> None:
		row = frappe.db.get_value("Collection Run Step", {"parent": self.run, "step": result.step})
		frappe.db.set_value(
			"Collection Run Step",
			row,
			{
				"status": result.status,
				"summary": result.summary,
				"seconds": result.seconds,
				"counts": json.dumps(result.counts),
			},
		)
		position = STEP_NAMES.index(result.step) + (result.status != "Running")
		self._progress(result.step, position / len(STEP_NAMES), result.status)

	def step_progress(self, step: str, share: float) -> None:
		"""Called for every single record of a step, so it does nothing most of the time."""
		now = time.monotonic()
		if now - self.told < TELL_SECONDS:
			return
		self.told = now
		percent = round(100 * (STEP_NAMES.index(step) + share) / len(STEP_NAMES), 1)
		if now - self.lived >= HEARTBEAT_SECONDS:
			# kept by the step's own next commit
			self.lived = now
			values = {"progress": percent, "heartbeat": now_datetime()}
			frappe.db.set_value("Collection Run", self.run, values, update_modified=False)
		self._publish(step, percent, "Running")

	def finish(self, context: RunContext) -> None:
		severities = {line.severity for line in context.messages}
		failed = any(result.status == "Failed" for result in context.results)
		status = "Completed with Issues" if failed or severities & {WARNING, ERROR} else "Completed"
		self._end(context, status)

	def fail(self, context: RunContext) -> None:
		self._end(context, "Failed")

	def _end(self, context: RunContext, status: str) -> None:
		run = frappe.get_doc("Collection Run", self.run)
		run.status = status
		run.progress = 100 if status != "Failed" else run.progress
		run.current_step = None
		run.ended_at = now_datetime()
		run.seconds = time_diff_in_seconds(run.ended_at, run.started_at) if run.started_at else 0
		run.set("messages", [vars(line) for line in context.messages])
		self._save(run)
		self._publish(run.current_step, run.progress, status)

	def _save(self, run) -> None:
		run.flags.ignore_permissions = True
		run.flags.ignore_version = True
		run.flags.ignore_links = True
		run.save()
		frappe.db.commit()  # nosemgrep: progress must be seen while the run goes on

	def _progress(self, step: str, share: float, status: str) -> None:
		percent = round(100 * share, 1)
		frappe.db.set_value(
			"Collection Run",
			self.run,
			{"progress": percent, "current_step": step, "heartbeat": now_datetime()},
			update_modified=False,
		)
		frappe.db.commit()  # nosemgrep: progress must be seen while the run goes on
		self.told = self.lived = time.monotonic()
		self._publish(step, percent, status)

	def _publish(self, step: str | None, percent: float, status: str) -> None:
		frappe.publish_realtime(
			EVENT,
			{"run": self.run, "step": step, "progress": percent, "status": status},
			doctype="Collection Run",
			docname=self.run,
		)
