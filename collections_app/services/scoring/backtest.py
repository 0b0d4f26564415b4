"""Risk Backtests: worked out in the background, kept with their tables."""

import json

import frappe
from frappe import _
from frappe.utils import getdate

from collections_app.engine.risk_backtest import Backtest, ShortHistoryError, judge
from collections_app.engine.risk_learning import TooLittleHistoryError
from collections_app.exceptions import CollectionsError
from collections_app.services.run.errors import error_text
from collections_app.services.run.jobs import TIMEOUT
from collections_app.services.scoring.cards import to_engine
from collections_app.services.scoring.learning import short_history
from collections_app.services.scoring.past import read_cases

BUSY = ("Queued", "Running")


def start(name: str) -> None:
	"""Puts the backtest on the long queue."""
	doc = frappe.get_doc("Risk Backtest", name, for_update=True)
	if doc.status in BUSY:
		frappe.throw(_("This backtest is under way already."), CollectionsError)
	doc.update({"status": "Queued", "progress": 0, "message": None})
	doc.save(ignore_permissions=True)
	frappe.enqueue(
		"collections_app.services.scoring.backtest.execute",
		queue="long",
		timeout=TIMEOUT,
		job_id=f"risk-backtest-{name}",
		deduplicate=True,
		enqueue_after_commit=True,
		name=name,
	)


def execute(name: str) -> None:
	"""Works it out in this process; what goes wrong stands on the document."""
	doc = frappe.get_doc("Risk Backtest", name)
	_tell(doc, status="Running", progress=0)
	try:
		scorecard = to_engine(frappe.get_doc("Risk Scorecard", doc.scorecard))
		cases = read_cases(
			doc.company,
			getdate(),
			scorecard,
			doc.bad_days,
			doc.horizon_days,
			on_progress=lambda share: _tell(doc, progress=round(95 * share)),
		)
		found = judge(cases, doc.bad_days, doc.horizon_days, scorecard.bands)
	except (ShortHistoryError, TooLittleHistoryError) as error:
		_tell(doc, status="Too Little History", message=short_history(error))
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error(title="Risk Backtest", reference_doctype="Risk Backtest", reference_name=name)
		_tell(doc, status="Failed", message=error_text(error))
	else:
		_tell(doc, status="Done", progress=100, **_values(found))


def _values(found: Backtest) -> dict:
	return {
		"cases": found.scorecard["cases"],
		"bad": found.scorecard["bad"],
		"scorecard_auc": found.scorecard["auc"] or 0,
		"learned_auc": (found.learned or {}).get("auc") or 0,
		"message": short_history(found.missing) if found.missing else None,
		"result": json.dumps(
			{
				"days": found.days,
				"learned_until": found.learned_until,
				"scorecard": found.scorecard,
				"learned": found.learned,
				"better": found.better,
				"gain": found.gain,
				"gain_error": found.gain_error,
			}
		),
	}


def _tell(doc, **values) -> None:
	"""Written, committed and told to whoever looks at it."""
	doc.db_set(values, notify=True)
	frappe.db.commit()  # nosemgrep: progress must be seen while the job runs
	frappe.publish_realtime(
		"risk_backtest",
		{"name": doc.name, **{key: values.get(key) for key in ("status", "progress")}},
		doctype=doc.doctype,
		docname=doc.name,
	)
