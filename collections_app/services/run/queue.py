"""Collection Runs as documents: made once per company and day, locked, executed, recorded."""

from datetime import date

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import add_to_date, getdate, now_datetime

from collections_app.exceptions import RunLockedError, RunOutdatedError
from collections_app.services import live, settings
from collections_app.services.run.context import ERROR, Message, RunContext
from collections_app.services.run.cycle import run_steps
from collections_app.services.run.errors import error_text
from collections_app.services.run.record import RunRecord

JOB_TIMEOUT = 4 * 60 * 60
# a run that has shown no sign of life for so long has lost its worker
LOST_AFTER_MINUTES = 30


def queue_run(company: str, run_date: date) -> str:
	"""Makes (or finds) the run of the day and puts it on the long queue. Returns its name."""
	run = get_or_create(company, getdate(run_date))
	refuse_if_busy(company)
	frappe.db.set_value("Collection Run", run, "status", "Queued")
	frappe.enqueue(
		"collections_app.services.run.queue.execute",
		queue="long",
		timeout=JOB_TIMEOUT,
		job_id=f"collection-run-{run}",
		deduplicate=True,
		enqueue_after_commit=True,
		run=run,
	)
	return run


def get_or_create(company: str, run_date: date) -> str:
	settings.company_row(company)
	refuse_older_date(company, run_date)
	key = run_key(company, run_date)
	name = frappe.db.get_value("Collection Run", {"run_key": key})
	if name:
		return name
	run = frappe.get_doc({"doctype": "Collection Run", "company": company, "run_date": run_date})
	try:
		frappe.db.savepoint("new_run")
		return run.insert(ignore_permissions=True).name
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="new_run")
		return frappe.db.get_value("Collection Run", {"run_key": key})


def run_key(company: str, run_date: date) -> str:
	return f"{company}|{getdate(run_date)}"


def refuse_older_date(company: str, run_date: date) -> None:
	"""A run for the past would send what a later run already settled."""
	later = frappe.db.get_value(
		"Collection Run",
		{"company": company, "run_date": [">", run_date], "started_at": ["is", "set"]},
		"run_date",
		order_by="run_date desc",
	)
	if later:
		frappe.throw(
			_("{0} was already run for {1}; an older date cannot follow.").format(
				frappe.bold(company), frappe.format(later, "Date")
			),
			RunOutdatedError,
		)


def execute(run: str) -> RunContext:
	"""Does the run now, in this process. RunLockedError when another worker is on this company."""
	company, run_date = frappe.db.get_value("Collection Run", run, ["company", "run_date"])
	try:
		refuse_older_date(company, run_date)
		token = lock(run, company)
	except (RunLockedError, RunOutdatedError) as error:
		give_up(run, error)
		raise
	record = RunRecord(run)
	context = RunContext(company, getdate(run_date), run=run, on_progress=record.step_progress)
	try:
		with live.held():
			record.start()
			run_steps(context, on_step=record.step)
			live.moved(company, live.RUN)
			record.finish(context)
	except Exception:
		frappe.db.rollback()
		record.fail(context)
		frappe.log_error(title="Collection Run", reference_doctype="Collection Run", reference_name=run)
		raise
	finally:
		unlock(run, token)
	return context


def lock(run: str, company: str) -> str:
	"""Takes the company's lock. A run without a sign of life has lost its worker: it is marked Failed, or taken over."""
	token = frappe.generate_hash(length=16)
	doctype = DocType("Collection Run")
	# whoever asks for the same company waits here until the lock is written
	frappe.db.get_value("Company", company, "name", for_update=True)
	refuse_if_busy(company)
	lost = (doctype.company == company) & (doctype.status == "Running") & (doctype.name != run)
	frappe.qb.update(doctype).set(doctype.status, "Failed").set(doctype.lock_token, None).where(lost).run()
	(
		frappe.qb.update(doctype)
		.set(doctype.lock_token, token)
		.set(doctype.status, "Running")
		.set(doctype.heartbeat, now_datetime())
		.where(doctype.name == run)
	).run()
	frappe.db.commit()  # nosemgrep: others must see the lock now
	return token


def refuse_if_busy(company: str) -> None:
	"""RunLockedError while a run of the company is at work and gives signs of life."""
	lost = add_to_date(now_datetime(), minutes=-LOST_AFTER_MINUTES)
	busy = {"company": company, "status": "Running", "heartbeat": [">", lost]}
	if frappe.db.get_value("Collection Run", busy, "name", for_update=True):
		frappe.throw(
			_("The collections cycle of {0} is running already.").format(frappe.bold(company)), RunLockedError
		)


def give_up(run: str, error: Exception) -> None:
	"""A queued run that must not start says why, instead of waiting for ever."""
	frappe.db.rollback()
	doc = frappe.get_doc("Collection Run", run, for_update=True)
	if doc.status not in ("Draft", "Queued"):
		return
	doc.status = "Failed"
	doc.append("messages", vars(Message(ERROR, "", error_text(error))))
	doc.flags.ignore_permissions = doc.flags.ignore_links = True
	doc.save()
	frappe.db.commit()  # nosemgrep: the refusal is kept although the job fails


def unlock(run: str, token: str) -> None:
	doctype = DocType("Collection Run")
	(
		frappe.qb.update(doctype)
		.set(doctype.lock_token, None)
		.where((doctype.name == run) & (doctype.lock_token == token))
	).run()
	frappe.db.commit()  # nosemgrep: others must see the lock go
