"""Learns each company's risk model, proves it on later days, and watches the one before."""

from datetime import date

import pandas as pd

import frappe
from frappe import _
from frappe.utils import getdate

from collections_app.engine.risk_backtest import ShortHistoryError, judge
from collections_app.engine.risk_facts import risk_facts
from collections_app.engine.risk_learning import RiskModel, TooLittleHistoryError, calibration_drift, fit
from collections_app.engine.risk_outcomes import BAD_DAYS, HORIZON_DAYS
from collections_app.engine.scorecards import default_scorecard
from collections_app.services import settings
from collections_app.services.numbers import number
from collections_app.services.run.context import RunContext
from collections_app.services.run.errors import error_text
from collections_app.services.run.jobs import queue_for
from collections_app.services.scoring import models
from collections_app.services.scoring.past import read_cases
from collections_app.services.scoring.sources import sources_of


def queue_all() -> None:
	"""One job per enabled company on the long queue."""
	for company in settings.enabled_companies():
		queue(company)


def queue(company: str) -> None:
	queue_for(company, "risk-model", watch_and_learn)


def watch_and_learn(company: str, today: date | None = None) -> str:
	"""Judges the model there is by what came since, then learns anew. Returns the name of the new Risk Model; that
	nothing could be learned is one too."""
	day = getdate(today)
	try:
		cases = read_cases(company, day, default_scorecard(), BAD_DAYS, HORIZON_DAYS)
		watch(company, cases)
		return learn(company, cases, day)
	except (ShortHistoryError, TooLittleHistoryError) as error:
		return models.note_failure(company, day, models.TOO_LITTLE, short_history(error))
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error(title=f"Risk Model of {company}")
		return models.note_failure(company, day, models.FAILED, error_text(error))


def watch(company: str, cases: pd.DataFrame) -> None:
	"""Whether as many went bad since as the model expected; if not, it is drifted."""
	row = models.newest(company)
	if row is None:
		return
	found = calibration_drift(RiskModel.from_dict(frappe.parse_json(row.model)), cases)
	if found is None:
		return
	values = {"watched_cases": found.cases, "expected": found.expected, "observed": found.observed}
	if found.drifted and row.status == models.IN_USE:
		values |= {
			"status": models.DRIFTED,
			"message": _("{0} % were expected to go bad since, {1} % did.").format(
				number(100 * found.expected, 1), number(100 * found.observed, 1)
			),
		}
	frappe.db.set_value("Risk Model", row.name, values)


def learn(company: str, cases: pd.DataFrame, day: date) -> str:
	"""TooLittleHistoryError when there is nothing to learn from."""
	proof = judge(cases)
	context = RunContext(company, day)
	facts = risk_facts(sources_of(context), day, default_scorecard().half_life)
	model = fit(cases, day)
	model = model.compared_with(model.inputs(facts, day))
	if proof.learned is None:
		return models.keep(company, day, model, proof, models.NOT_BETTER, short_history(proof.missing))
	if proof.better:
		return models.keep(company, day, model, proof, models.IN_USE, "")
	message = _("The scorecard told as well who goes bad; it keeps deciding.")
	return models.keep(company, day, model, proof, models.NOT_BETTER, message)


def short_history(error: ShortHistoryError | TooLittleHistoryError) -> str:
	"""What is missing, in plain words."""
	if isinstance(error, TooLittleHistoryError):
		return _(
			"Of {0} cases (a customer on a past day) to learn from, {1} went bad: too few to tell a good score from "
			"luck. Try fewer days overdue, or wait for more history."
		).format(error.rows, error.bad)
	if not error.first:
		return _("There are no invoices yet.")
	return _("The invoices reach back to {0}, {1} days. {2} days are needed.").format(
		frappe.format(error.first, "Date"), error.there, error.needed
	)
