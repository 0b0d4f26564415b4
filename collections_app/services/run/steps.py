"""The steps of a Collection Run, in their order. Each takes the context and returns its counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _

from collections_app.services import scoring, snapshot
from collections_app.services.cases import settling
from collections_app.services.cash import apply
from collections_app.services.connectors import schedule
from collections_app.services.outbox import dispatch, release
from collections_app.services.plans import planning
from collections_app.services.prediction.predict import predict
from collections_app.services.run.context import WARNING, RunContext


@dataclass(frozen=True)
class Step:
	"""`changes_ledger`: what was read of the ledger before is old after it."""

	name: str
	work: Callable[[RunContext], dict[str, Any]]
	changes_ledger: bool = False


def read_receivables(context: RunContext) -> dict[str, Any]:
	"""Reads what is open now; the later steps work on these frames."""
	items = context.items
	unknown = items[~items["customer"].isin(context.customers.index)]
	for customer in unknown["customer"].unique():
		context.tell(WARNING, _("{0} owes something but is no customer on record.").format(customer))
	foreign = items[~items["currency"].isin(frappe.get_all("Currency", pluck="name"))]
	for row in foreign.to_dict("records"):
		text = _("{0} is in {1}, a currency that is not known here.").format(
			row["voucher_no"], row["currency"]
		)
		context.tell(WARNING, text, row["voucher_type"], row["voucher_no"])
	return {
		"open_items": len(items),
		"customers": int(items["customer"].nunique()),
		"outstanding": round(float(items["outstanding_base"].sum()), 2),
		"unknown_customers": int(unknown["customer"].nunique()),
	}


STEPS = (
	Step("Sync", schedule.sync_for_run),
	Step("Apply Cash", apply.apply_cash, changes_ledger=True),
	Step("Read Receivables", read_receivables),
	Step("Settle", settling.settle),
	Step("Score", scoring.score),
	Step("Predict", predict),
	Step("Plan", planning.plan),
	Step("Hold or Release", release.hold_or_release),
	Step("Dispatch", dispatch.dispatch),
	Step("Snapshot", snapshot.take),
)
STEP_NAMES = tuple(step.name for step in STEPS)
