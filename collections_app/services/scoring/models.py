"""Risk Models: what was learned from a company's own history, kept with its proof; one of a company is the newest."""

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

import frappe
from frappe import _

from collections_app.engine.risk_backtest import Backtest
from collections_app.engine.risk_learning import RiskModel
from collections_app.services.run.context import WARNING, RunContext
from collections_app.services.texts import message_of

IN_USE, NOT_BETTER, TOO_LITTLE, DRIFTED, REPLACED, FAILED = (
	"In Use",
	"Not Better",
	"Too Little History",
	"Drifted",
	"Replaced",
	"Failed",
)
# of these the score is shown; only one In Use decides
SHOWN = (IN_USE, NOT_BETTER, DRIFTED)


@dataclass(frozen=True)
class Judged:
	"""What the learned model says: `scores` (probability, score by customer), `points` (of each factor)."""

	name: str
	decides: bool
	scores: pd.DataFrame
	points: pd.DataFrame


def newest(company: str) -> Any | None:
	"""The company's newest Risk Model that says anything: name, status, model."""
	rows = frappe.get_all(
		"Risk Model",
		{"company": company, "status": ["in", SHOWN]},
		["name", "status", "model", "psi_on"],
		order_by="learned_on desc, creation desc",
		limit=1,
	)
	return rows[0] if rows else None


def judge(context: RunContext, facts: pd.DataFrame) -> Judged | None:
	"""The learned score of everyone in `facts`; None where nothing was learned yet.

	The shift of the customers against those learned from is noted; beyond its limit, the model no longer decides.
	"""
	row = newest(context.company)
	if row is None:
		return None
	try:
		model = RiskModel.from_dict(json.loads(row.model))
	except ValueError as error:
		context.tell(
			WARNING, _("{0} cannot be read: {1}").format(row.name, message_of(error)), "Risk Model", row.name
		)
		return None
	inputs = model.inputs(facts, context.run_date)
	shift = model.shift(model.odds(inputs))
	status = row.status
	if status == IN_USE and shift.shifted:
		status = DRIFTED
		context.tell(
			WARNING,
			_(
				"The customers are others than those the learned model knows (stability index {0}): the scorecard "
				"decides until it is learned again."
			).format(round(shift.index, 2)),
			"Risk Model",
			row.name,
		)
	if not context.dry_run:
		values = {"psi": shift.index, "psi_on": context.run_date, "status": status}
		frappe.db.set_value("Risk Model", row.name, values, update_modified=False)
	return Judged(row.name, status == IN_USE, model.judge(inputs), model.points(inputs))


def keep(company: str, day, model: RiskModel, proof: Backtest, status: str, message: str) -> str:
	"""Writes a learned model down; the ones before are replaced."""
	doc = frappe.get_doc(
		{
			"doctype": "Risk Model",
			"company": company,
			"status": status,
			"message": message,
			"learned_on": day,
			"cases": model.rows,
			"bad": model.bad,
			"bad_days": model.bad_days,
			"horizon_days": model.horizon_days,
			"judged_cases": proof.scorecard["cases"],
			"judged_bad": proof.scorecard["bad"],
			**_measures("", proof.learned or {}),
			**_measures("scorecard_", proof.scorecard),
			"gain": proof.gain,
			"gain_error": proof.gain_error,
			"model": json.dumps(model.to_dict()),
		}
	).insert(ignore_permissions=True)
	before = {"company": company, "name": ["!=", doc.name], "status": ["in", SHOWN]}
	for old in frappe.get_all("Risk Model", before, pluck="name"):
		frappe.db.set_value("Risk Model", old, "status", REPLACED)
	return doc.name


def note_failure(company: str, day, status: str, message: str) -> str:
	"""That nothing could be learned, and why; what was learned before stays."""
	values = {"company": company, "status": status, "learned_on": day, "message": message}
	return frappe.get_doc({"doctype": "Risk Model", **values}).insert(ignore_permissions=True).name


def _measures(prefix: str, found: dict) -> dict:
	return {
		f"{prefix}{field}": found.get(key)
		for field, key in (("auc", "auc"), ("brier", "brier"), ("calibration_error", "ece"))
	}
