"""One pass of the collections cycle: the steps in order, each isolated from the failures of the others."""

import time
from collections.abc import Callable, Iterable
from datetime import date

import frappe
from frappe import _

from collections_app.services.run.context import ERROR, WARNING, RunContext, StepResult
from collections_app.services.run.errors import error_text
from collections_app.services.run.steps import STEPS, Step
from collections_app.services.run.summaries import summarise


def run_steps(
	context: RunContext, only: Iterable[str] = (), on_step: Callable[[StepResult], None] | None = None
) -> RunContext:
	"""Runs the steps (or those named in `only`) and fills `context.results` and `context.messages`.

	A step that fails is rolled back, told and logged; the next ones go on with what there is. `on_step` is called
	before (status Running) and after each step.
	"""
	wanted = set(only)
	for step in STEPS:
		if wanted and step.name not in wanted:
			continue
		if on_step:
			on_step(StepResult(step.name, status="Running"))
		result = run_step(context, step)
		context.results.append(result)
		if on_step:
			on_step(result)
	return context


def run_step(context: RunContext, step: Step) -> StepResult:
	context.step = step.name
	result = StepResult(step.name)
	known = len(context.messages)
	started = time.perf_counter()
	try:
		frappe.db.savepoint("step")
		result.counts = step.work(context)
		context.checkpoint()
	except Exception as error:
		_undo(context)
		result.status = "Failed"
		context.tell(ERROR, _("The step stopped: {0}").format(error_text(error)))
		if not context.dry_run:
			frappe.log_error(title=f"Collection Run: {step.name}")
		context.checkpoint()
	if step.changes_ledger:
		context.forget()
	result.seconds = round(time.perf_counter() - started, 3)
	issues = [line for line in context.messages[known:] if line.severity in (WARNING, ERROR)]
	if issues and result.status == "Done":
		result.status = "Done with Issues"
	result.summary = summarise(step.name, result.counts, context.currency)
	return result


def _undo(context: RunContext) -> None:
	"""In a rehearsal the whole is one transaction, so only the failed step is taken back."""
	if context.dry_run:
		frappe.db.rollback(save_point="step")
	else:
		frappe.db.rollback()


def rehearse(company: str, run_date: date, only: Iterable[str] = ()) -> RunContext:
	"""Works everything out and keeps nothing: no document, no file moved, no message sent."""
	context = RunContext(company, run_date, dry_run=True)
	try:
		return run_steps(context, only)
	finally:
		frappe.db.rollback()
