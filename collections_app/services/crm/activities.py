"""Activities are written to the CRM, each once as far as that can be known.

The attempt is committed before the CRM is called. What it surely did not take is tried again; where nobody can know, the
activity is Uncertain and a person decides. Nothing of this touches the message it is about.
"""

from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import add_to_date, get_datetime, get_system_timezone, now_datetime

from collections_app.connectors.base import Action, ConnectorError, DataError, Pushed, UncertainError
from collections_app.services.connectors import attempts, identities, outgoing
from collections_app.services.connectors.attempts import SENDING, WAITING
from collections_app.services.crm.collect import DOCTYPE, collect
from collections_app.services.crm.options import LOG, crms
from collections_app.services.run.errors import error_text

LOGGED, FAILED, UNCERTAIN = "Logged", "Failed", "Uncertain"
# a job that has had one in hand for so long is lost
LOST_AFTER_MINUTES = 15
AT_ONCE = 500
JOB_TIMEOUT = 60 * 60


def queue_activities() -> None:
	"""Notes what is new, and has each CRM written to by a job of its own."""
	collect()
	_give_up_lost()
	for _row, connector in crms():
		if frappe.db.exists(DOCTYPE, {"connector": connector, "status": WAITING}):
			frappe.enqueue(
				"collections_app.services.crm.activities.log_waiting",
				queue="long",
				timeout=JOB_TIMEOUT,
				job_id=f"crm-{connector}",
				deduplicate=True,
				enqueue_after_commit=True,
				connector=connector,
			)


def log_waiting(connector: str) -> dict[str, int]:
	"""Writes what waits for this CRM, the oldest first. Ends at what would meet all others, too: no answer, a limit, wrong
	credentials. Returns the counts."""
	counts = {"logged": 0, "failed": 0, "left": 0}
	names = frappe.get_all(
		DOCTYPE,
		{"connector": connector, "status": WAITING},
		pluck="name",
		order_by="happened_at, name",
		limit=AT_ONCE,
	)
	for position, name in enumerate(names):
		status = _log(name)
		if status == WAITING:
			counts["left"] = len(names) - position
			break
		counts["logged" if status == LOGGED else "failed"] += status is not None
	return counts


def _log(name: str) -> str | None:
	"""Its state afterwards; None when another job has it."""
	if not attempts.claim(DOCTYPE, name):
		return None
	one = frappe.get_doc(DOCTYPE, name)

	def keep(pushed: Pushed) -> None:
		attempts.settle(
			DOCTYPE, name, LOGGED, crm_reference=pushed.reference[:255], logged_at=now_datetime(), error=None
		)

	try:
		number = identities.number_of(one.connector, one.customer)
		if not number:
			raise DataError(_("The CRM does not know {0}.").format(one.customer_name or one.customer))
		at = get_datetime(one.happened_at).replace(tzinfo=ZoneInfo(get_system_timezone()))
		data = {"customer_id": number, "text": one.text, "at": at}
		outgoing.push(one.connector, Action(LOG, one.name, data), keep, (DOCTYPE, one.name))
	except UncertainError as error:
		return attempts.settle(DOCTYPE, name, UNCERTAIN, error=error_text(error))
	except DataError as error:
		return attempts.settle(DOCTYPE, name, FAILED, error=error_text(error))
	except ConnectorError as error:
		return attempts.settle(DOCTYPE, name, WAITING, error=error_text(error))
	frappe.db.commit()  # nosemgrep: the log of the attempt
	return LOGGED


def _give_up_lost() -> None:
	"""A job that ended while it called the CRM: nobody knows whether that took it."""
	one = DocType(DOCTYPE)
	(
		frappe.qb.update(one)
		.set(one.status, UNCERTAIN)
		.set(one.error, _("The job ended while it wrote this activity."))
		.where(one.status == SENDING)
		.where(one.attempted_at < add_to_date(now_datetime(), minutes=-LOST_AFTER_MINUTES))
	).run()


def try_again(names: list[str]) -> int:
	"""A person has looked into the CRM: what is not there is written again. Returns how many wait now."""
	found = frappe.get_all(
		DOCTYPE, {"name": ["in", names], "status": ["in", [FAILED, UNCERTAIN]]}, pluck="name"
	)
	for name in found:
		frappe.db.set_value(DOCTYPE, name, {"status": WAITING, "error": None})
	return len(found)
