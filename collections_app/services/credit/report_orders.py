"""The way of a report that a bureau takes its time for: ordered once, followed until it is there.

The order is noted on the Customer Identity and committed before the bureau is called. Where the answer was lost the bureau is
asked for our reference; nothing is ordered a second time by itself.
"""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import add_days, cint, formatdate, get_datetime, get_system_timezone, getdate, now_datetime

from collections_app.connectors.base import (
	Action,
	ConnectorError,
	Pushed,
	Record,
	TransientError,
	UncertainError,
)
from collections_app.connectors.ordered_source import FOLLOW, NOT_SHOWN, ORDER, READY
from collections_app.connectors.ordered_source import REFUSED as REFUSED_THERE
from collections_app.connectors.records import CreditReport
from collections_app.services.connectors import outgoing, registry
from collections_app.services.connectors.batches import write_record
from collections_app.services.connectors.credentials import credentials_of
from collections_app.services.connectors.identities import DOCTYPE
from collections_app.services.connectors.subjects import Subjects, subject_of
from collections_app.services.connectors.targets import RefusedRecord
from collections_app.services.run.errors import error_text

SENDING, ORDERED, UNCERTAIN, REFUSED = "Sending", "Ordered", "Uncertain", "Refused"
OPEN = (SENDING, ORDERED, UNCERTAIN)
FIELDS = ("order_state", "order_key", "order_reference", "ordered_on", "order_message")
# a call that began so long ago is over
LOST_AFTER = timedelta(minutes=15)
# what the bureau does not show so long after it answered never became an order
NEVER_MADE = timedelta(hours=1)
# a lost answer is asked for so long, then a person has it
ASKED_FOR = timedelta(hours=4)
GIVEN_UP = timedelta(days=30)
# ordered anew in one day, of one connection
MOST = 300


def takes_time(connector: str) -> bool:
	"""Whether the reports of that Connector Config are ordered and come later."""
	return outgoing.offers(connector, FOLLOW)


def order(config, customer: str) -> dict:
	"""Orders a report; while one is open, asks for that. Returns `created`, `summary` of what came, and the `state` that the order
	is in (empty: none is open). ConnectorError where the bureau surely did not take it."""
	identity = _identity(config.name, customer)
	if not identity:
		frappe.throw(_("{0} has to be identified with {1} first.").format(frappe.bold(customer), config.name))
	if identity.order_state in OPEN:
		return follow(identity.name)
	key = frappe.generate_hash(length=20)
	_note(identity.name, order_state=SENDING, order_key=key, ordered_on=now_datetime())

	def keep(pushed: Pushed) -> None:
		_note(identity.name, order_state=ORDERED, order_reference=pushed.reference[:140])

	try:
		outgoing.push(config.name, _action(identity, ORDER, key), keep, ("Customer", customer))
	except ConnectorError as error:
		lost = isinstance(error, UncertainError) or (
			isinstance(error, TransientError) and error.may_have_worked
		)
		if not lost:
			_note(identity.name)
			raise
		_note(identity.name, order_state=UNCERTAIN, order_message=error_text(error))
	return follow(identity.name)


def follow(name: str) -> dict:
	"""What became of an order, as `order` returns it."""
	identity = frappe.get_doc(DOCTYPE, name)
	age = now_datetime() - get_datetime(identity.ordered_on)
	if identity.order_state == SENDING and age < LOST_AFTER:
		return _told(identity)
	about = ("Customer", identity.customer)
	try:
		if identity.order_state == ORDERED:
			pushed = outgoing.push(identity.connector, _action(identity, FOLLOW), about=about)
		else:
			since = get_datetime(identity.ordered_on).replace(tzinfo=ZoneInfo(get_system_timezone()))
			pushed = outgoing.find(identity.connector, _action(identity, ORDER), since, about)
	except ConnectorError as error:
		lost = identity.order_state != ORDERED and isinstance(error, UncertainError)
		state = (
			REFUSED if lost and age > ASKED_FOR else ORDERED if identity.order_state == ORDERED else UNCERTAIN
		)
		_note(name, order_state=state, order_message=error_text(error))
		return _told(identity)
	if pushed.state == READY:
		return _write(identity, pushed)
	reason = _ended(pushed, age)
	_note(
		name,
		order_state=REFUSED if reason else ORDERED,
		order_reference=pushed.reference[:140],
		order_message=reason or _expected(pushed.detail),
	)
	return _told(identity)


def follow_all() -> None:
	"""Every order that is open; one that cannot be asked for does not stop the others."""
	enabled = frappe.get_all("Connector Config", {"enabled": 1}, pluck="name")
	filters = {"order_state": ["in", OPEN], "connector": ["in", [*enabled, ""]]}
	for name in frappe.get_all(DOCTYPE, filters, pluck="name", order_by="ordered_on"):
		try:
			follow(name)
		except Exception:
			frappe.db.rollback()
			frappe.log_error(title="Report order", reference_doctype=DOCTYPE, reference_name=name)


def order_due() -> None:
	"""Reports older than *Days Between Reports* of their connection are ordered anew."""
	for name in frappe.get_all("Connector Config", {"enabled": 1}, pluck="name", order_by="creation"):
		if takes_time(name):
			_order_due(frappe.get_doc("Connector Config", name))


def _order_due(config) -> None:
	before = add_days(getdate(), -_days_between(config))
	due = [one for one in Subjects(config) if not (one.reported_on and one.reported_on > before)]
	for subject in sorted(due, key=lambda one: str(one.reported_on or ""))[:MOST]:
		identity = _identity(config.name, subject.customer)
		# what was refused is asked for again by a person, or when the next report would be due
		if not identity or (identity.ordered_on and getdate(identity.ordered_on) > getdate(before)):
			continue
		try:
			order(config, subject.customer)
		except ConnectorError:
			return  # the log tells; the others would meet the same
		except Exception:
			frappe.db.rollback()
			frappe.log_error(
				title="Report order", reference_doctype="Customer", reference_name=subject.customer
			)


def _days_between(config) -> int:
	manifest = registry.manifest(config.connector)
	default = next(one.default for one in manifest.fields if one.name == "refresh_days")
	return cint(credentials_of(config, manifest).get("refresh_days")) or cint(default)


def _write(identity, pushed: Pushed) -> dict:
	config = frappe.get_doc("Connector Config", identity.connector)
	created, summary = 0, ""
	for report in pushed.answers:
		if not isinstance(report, CreditReport):
			continue
		external = f"{report.customer_id}|{identity.customer}|{identity.order_key}"
		try:
			created += write_record(config, "credit_report", Record(ORDER, external, ORDER, report)).created
		except RefusedRecord as refused:
			# it is there and paid for: it can be asked for again when what was wrong here is mended
			_note(
				identity.name,
				order_state=ORDERED,
				order_reference=pushed.reference[:140],
				order_message=str(refused),
			)
			return _told(identity)
		summary = report.summary
	_note(identity.name, ordered_on=identity.ordered_on)
	return {"created": created, "summary": summary, "state": ""}


def _expected(detail: str) -> str:
	"""The day on which the bureau expects to have it, or its own words."""
	return _("Expected {0}").format(formatdate(detail)) if detail[:4].isdigit() else detail


def _ended(pushed: Pushed, age: timedelta) -> str:
	"""Why nothing will come of the order; empty while something may."""
	if pushed.state == REFUSED_THERE:
		return pushed.detail or _("The bureau has cancelled the order.")
	if pushed.state == NOT_SHOWN and age > NEVER_MADE:
		return _("The bureau made no order of it.")
	return _("Nothing came within {0} days.").format(GIVEN_UP.days) if age > GIVEN_UP else ""


def _identity(connector: str, customer: str):
	"""Locked until the next commit: an order is placed by one."""
	filters = {"connector": connector, "customer": customer}
	name = frappe.db.get_value(DOCTYPE, filters, order_by="creation desc")
	return frappe.get_doc(DOCTYPE, name, for_update=True) if name else None


def _action(identity, kind: str, key: str = "") -> Action:
	subject = subject_of(identity.connector, identity.customer)
	subject = replace(subject, customer_id=identity.provider_id, order=identity.order_reference or "")
	return Action(kind, key or identity.order_key, subject)


def _note(name: str, **values) -> None:
	"""What the order is at, committed before anything else is done. Nothing said: none is open."""
	kept = {"order_message": "", **({} if "order_state" in values else dict.fromkeys(FIELDS, None)), **values}
	frappe.db.set_value(DOCTYPE, name, kept)
	frappe.db.commit()  # nosemgrep: an order that costs something is written down whatever comes next


def _told(identity) -> dict:
	state = frappe.db.get_value(DOCTYPE, identity.name, "order_state")
	return {"created": 0, "summary": "", "state": state or ""}
