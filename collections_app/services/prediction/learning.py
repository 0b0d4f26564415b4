"""Learns each company's payment model, proves it on later invoices, and watches the one in use."""

import time
from datetime import date

import pandas as pd

import frappe
from frappe import _
from frappe.utils import getdate

from collections_app.engine.prediction.drift import LEAST_OUTCOMES, Watch, watch
from collections_app.engine.prediction.learned import TooFewInvoicesError, fit
from collections_app.services import settings
from collections_app.services.prediction import models
from collections_app.services.prediction.frames import FEATURES, known_invoices
from collections_app.services.run.context import RunContext
from collections_app.services.run.errors import error_text
from collections_app.services.run.jobs import queue_for

# share of the invoices already due, the newest, on which a model must prove itself
PROOF_SHARE = 0.25


def queue_all() -> None:
	"""One job per enabled company on the long queue."""
	if not settings.get().learn_payments:
		return
	for company in settings.enabled_companies():
		queue(company)


def queue(company: str) -> None:
	queue_for(company, "payment-model", watch_and_learn)


def watch_and_learn(company: str, today: date | None = None) -> str:
	"""Judges the model in use, then learns anew. Returns the name of the new Payment Model; a failure is one too."""
	day = getdate(today)
	try:
		context = RunContext(company, day)
		invoices = known_invoices(context)
		watch_model(company, invoices, day)
		return learn(company, invoices, day)
	except TooFewInvoicesError as error:
		return models.note_failure(company, day, "Too Few Invoices", error_text(error))
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error(title=f"Payment Model of {company}")
		return models.note_failure(company, day, "Failed", error_text(error))


def watch_model(company: str, invoices: pd.DataFrame, day: date) -> None:
	"""A model that does worse than the averages on what came after it is no longer used."""
	name, model = models.load_in_use(RunContext(company, day))
	if not model:
		return
	found = watch(model, invoices, day)
	if not found.outcomes:
		return
	drifted = None
	if found.enough and not found.better:
		drifted = _("On {0} later invoices the customers' averages did better.").format(found.outcomes)
	models.note_watch(name, found, day, drifted)


def learn(company: str, invoices: pd.DataFrame, day: date) -> str:
	"""TooFewInvoicesError when there is nothing to learn from."""
	started = time.perf_counter()
	proof = prove(invoices, day)
	model = fit(invoices, day, FEATURES, know_disputes=True)
	status, message = _verdict(proof)
	return models.keep(company, model, proof, time.perf_counter() - started, status, message)


def prove(invoices: pd.DataFrame, day: date) -> Watch:
	"""A model that knew only the older invoices, judged on the newer ones that are due by `day`."""
	due = invoices[invoices["due_date"] < pd.Timestamp(day)]
	if len(due) < LEAST_OUTCOMES:
		raise TooFewInvoicesError(len(due))
	cut = due["invoice_date"].quantile(1 - PROOF_SHARE).date()
	# an invoice's dispute comes later than the invoice: in the proof it is not known
	trial = fit(invoices, cut, FEATURES, know_disputes=False)
	return watch(trial, invoices, day)


def _verdict(proof: Watch) -> tuple[str, str]:
	if not proof.enough:
		return "Too Few Invoices", _("Only {0} later invoices to prove it on; {1} are needed.").format(
			proof.outcomes, LEAST_OUTCOMES
		)
	if proof.better:
		return models.IN_USE, ""
	return "Not Better", _("The customers' averages predicted as well; they stay in use.")
