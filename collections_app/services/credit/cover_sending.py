"""The way of a Cover Request: sent once, its fate asked for, its answer brought by the stream of covers.

The attempt is committed before the insurer is called. What it surely did not take is tried again; where nobody can know, the
insurer is asked by our reference, and when it cannot tell either a person decides.
"""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import escape_html, get_datetime, get_system_timezone, getdate, now_datetime

from collections_app.connectors.base import (
	Action,
	ConnectorError,
	DataError,
	Pushed,
	TransientError,
	UncertainError,
)
from collections_app.connectors.records import CoverRequest, OverdueNotice
from collections_app.services.connectors import attempts, identities, outgoing
from collections_app.services.connectors.attempts import SENDING, WAITING
from collections_app.services.connectors.lending import site_time
from collections_app.services.connectors.subjects import subject_of
from collections_app.services.credit.cover_requests import (
	ANSWERED,
	DECLARE,
	DECLARE_ACTION,
	DOCTYPE,
	FAILED,
	REQUEST_ACTION,
	UNCERTAIN,
	WITH_INSURER,
	queue,
)
from collections_app.services.credit.insurer_covers import STREAM, tell_credit_managers
from collections_app.services.run.errors import error_text
from collections_app.services.texts import told

# after trouble of the insurer, and between two questions
PAUSE = timedelta(minutes=15)
# a job that has had one in hand for so long is lost
LOST_AFTER = timedelta(minutes=15)
# a lost answer is asked for so long, then a person has it
ASKED_FOR = timedelta(hours=4)
AT_ONCE = 200


def send(name: str) -> str | None:
	"""Sends one that waits. Its status afterwards; None when another job has it."""
	if not attempts.claim(DOCTYPE, name):
		return None
	request = frappe.get_doc(DOCTYPE, name)

	def keep(pushed: Pushed) -> None:
		attempts.settle(
			DOCTYPE, name, WITH_INSURER, reference=pushed.reference[:140], next_attempt_at=None, error=None
		)

	try:
		outgoing.push(request.connector, _action(request), keep, (DOCTYPE, name))
	except UncertainError as error:
		return _in_doubt(request, error)
	except TransientError as error:
		if error.may_have_worked:
			return _in_doubt(request, error)
		until = site_time(error.next_allowed) or now_datetime() + PAUSE
		return attempts.settle(DOCTYPE, name, WAITING, error=error_text(error), next_attempt_at=until)
	except ConnectorError as error:
		return _failed(request, error_text(error))
	except Exception as error:
		kept = frappe.db.get_value(DOCTYPE, name, "status")
		if kept == WITH_INSURER:  # only the log could not be written
			return kept
		frappe.log_error(title=DOCTYPE, reference_doctype=DOCTYPE, reference_name=name)
		return _in_doubt(request, error)
	frappe.db.commit()  # nosemgrep: the log of the attempt
	return WITH_INSURER


def follow() -> None:
	"""Queues what waits, asks for what was lost, and what became of what the insurers have."""
	for name in _names({"status": WAITING, "next_attempt_at": ["<=", now_datetime()]}):
		queue(name)
	for name in _names({"status": WAITING, "next_attempt_at": ["is", "not set"], "attempts": 0}):
		queue(name)
	lost = {"status": SENDING, "attempted_at": ["<", now_datetime() - LOST_AFTER]}
	for name in [*_names(lost), *_names({"status": UNCERTAIN, "next_attempt_at": ["<=", now_datetime()]})]:
		ask(name)
	for name in _names({"status": WITH_INSURER}):
		poll(name)


def ask(name: str) -> str:
	"""Does the insurer have it? Its status afterwards."""
	request = frappe.get_doc(DOCTYPE, name)
	since = get_datetime(request.attempted_at).replace(tzinfo=ZoneInfo(get_system_timezone()))
	try:
		found = outgoing.find(request.connector, _action(request), since, (DOCTYPE, name))
	except ConnectorError as error:
		if now_datetime() - get_datetime(request.attempted_at) < ASKED_FOR:
			values = {"next_attempt_at": now_datetime() + PAUSE, "error": error_text(error)}
			return attempts.settle(DOCTYPE, name, UNCERTAIN, **values)
		return _give_up(request, error)
	if found:
		return attempts.settle(
			DOCTYPE, name, WITH_INSURER, reference=found.reference[:140], next_attempt_at=None, error=None
		)
	return attempts.settle(DOCTYPE, name, WAITING, next_attempt_at=now_datetime())


def poll(name: str) -> str:
	"""Has the insurer decided? What it decided is read with the stream of covers."""
	request = frappe.get_doc(DOCTYPE, name)
	try:
		said = outgoing.status(request.connector, request.reference, (DOCTYPE, name))
	except ConnectorError as error:
		frappe.db.set_value(DOCTYPE, name, "error", error_text(error), update_modified=False)
		frappe.db.commit()  # nosemgrep: one that cannot be asked does not stop the others
		return request.status
	if said.state == "Failed":
		return _failed(request, told(said.detail) or _("The insurer refused it."))
	if said.state in ("Delivered", "Proved"):
		attempts.settle(DOCTYPE, name, ANSWERED, answer=told(said.detail)[:140], error=None)
		if request.change != DECLARE:
			_read_covers(request.connector)
		return ANSWERED
	return request.status


def settle_by_hand(name: str, outcome: str) -> str:
	"""A person has looked at the insurer's: `again` (it is not there: sent once more) or `taken`."""
	request = frappe.get_doc(DOCTYPE, name, for_update=True)
	if request.status not in (FAILED, UNCERTAIN):
		frappe.throw(_("{0} is {1}.").format(frappe.bold(name), _(request.status)))
	if outcome == "taken":
		_close_tasks(name)
		request.db_set({"status": ANSWERED, "error": None, "next_attempt_at": None})
		if request.change == DECLARE:
			frappe.db.set_value("Credit Cover", request.cover, "notified_on", getdate(request.attempted_at))
		else:
			_read_covers(request.connector)
	elif outcome == "again":
		_close_tasks(name)
		request.db_set({"status": WAITING, "error": None, "next_attempt_at": now_datetime()})
		queue(name)
	else:
		frappe.throw(_("{0} is no outcome.").format(outcome))
	return request.status


def _action(request) -> Action:
	cover = frappe.db.get_value(
		"Credit Cover", request.cover, ["insurer_reference", "policy_no"], as_dict=True
	)
	buyer = _buyer_of(request)
	common = {
		"customer_id": buyer,
		"amount": Decimal(str(request.amount or 0)),
		"currency": request.currency,
		"reference": cover.insurer_reference or "",
		"policy": cover.policy_no or "",
	}
	if request.change == DECLARE:
		notice = OverdueNotice(due_date=request.due_date, document=request.document or "", **common)
		return Action(DECLARE_ACTION, request.name, notice)
	return Action(REQUEST_ACTION, request.name, CoverRequest(request.change, **common))


def _buyer_of(request) -> str:
	"""The insurer's number of the customer: known, or found where the tax ID is the same. DataError: who it is, a person
	has to say first."""
	connector, customer = request.connector, request.customer
	if number := identities.number_of(connector, customer):
		return number
	subject = subject_of(connector, customer)
	if subject.tax_id:
		found = outgoing.push(connector, Action("identify", f"{request.name}-who", subject)).answers
		for one in found:
			same = one.tax_id == subject.tax_id
			if same and identities.find(connector, one.customer_id, one.tax_id, one.name) == customer:
				return one.customer_id
	raise DataError(
		_("{0} has to be identified at the insurer first, in the customer's file.").format(
			subject.name or customer
		)
	)


def _in_doubt(request, error: Exception) -> str:
	"""Nobody knows whether the insurer took it: it is asked by our reference a little later."""
	values = {"error": error_text(error), "next_attempt_at": now_datetime() + PAUSE}
	return attempts.settle(DOCTYPE, request.name, UNCERTAIN, **values)


def _give_up(request, error: Exception) -> str:
	text = _("Nobody knows whether {0} took this: {1}. Look there for our reference {2}.")
	_tell(request, text.format(escape_html(request.connector), _(request.change), request.name))
	return attempts.settle(DOCTYPE, request.name, UNCERTAIN, error=error_text(error), next_attempt_at=None)


def _failed(request, said: str) -> str:
	"""The insurer did not take it. An overdue that is not declared after all is due again."""
	if request.change == DECLARE:
		frappe.db.set_value("Credit Cover", request.cover, {"notified_on": None, "warned_overdue": None})
	_tell(
		request,
		_("{0} did not take this: {1}. {2}").format(
			escape_html(request.connector), _(request.change), escape_html(said)
		),
	)
	if request.change == "Request":
		frappe.db.set_value("Credit Cover", request.cover, "status", "Refused")
	return attempts.settle(DOCTYPE, request.name, FAILED, error=said, next_attempt_at=None)


def _tell(request, text: str) -> None:
	tell_credit_managers(frappe.get_doc("Credit Cover", request.cover), text, (DOCTYPE, request.name))


def _close_tasks(name: str) -> None:
	for task in frappe.get_all("ToDo", {"reference_name": name, "status": "Open"}, pluck="name"):
		frappe.db.set_value("ToDo", task, "status", "Closed")


def _names(filters: dict) -> list[str]:
	return frappe.get_all(DOCTYPE, filters, pluck="name", order_by="creation", limit=AT_ONCE)


def _read_covers(connector: str) -> None:
	frappe.enqueue(
		"collections_app.services.connectors.sync.sync_connector",
		queue="long",
		job_id=f"connector-sync-{connector}-{STREAM}",
		deduplicate=True,
		enqueue_after_commit=True,
		name=connector,
		streams=[STREAM],
	)
