"""Covers as the credit insurer's own system states them: made and kept up to date by its reference.

What the insurer states counts. A cover never gets smaller in silence: each credit manager gets a task.
"""

import frappe
from frappe import _
from frappe.desk.form.assign_to import notify_assignment
from frappe.utils import cstr, escape_html, flt, fmt_money, getdate

from collections_app.connectors.base import Record
from collections_app.connectors.records import Cover
from collections_app.constants.roles import CREDIT_MANAGER
from collections_app.services.connectors import identities, references
from collections_app.services.connectors.targets import RefusedRecord, Written
from collections_app.services.credit.covers import APPROVED, EXPIRED

DOCTYPE = "Credit Cover"
STREAM = "covers"
REQUESTED = "Requested"
# what the insurer says -> the status of a Credit Cover
STATUSES = {
	"Active": APPROVED,
	"Reduced": APPROVED,
	"Requested": REQUESTED,
	"Refused": "Refused",
	"Cancelled": "Cancelled",
	"Expired": EXPIRED,
}
# in these the insurer bears nothing new
ENDED = ("Refused", "Cancelled", EXPIRED)


def write_cover(config, record: Record) -> Written:
	"""RefusedRecord when it says something that a cover cannot be, UnknownCustomer when nobody knows whose it is."""
	said: Cover = record.data
	_check(record, said)
	identity = said.reference or record.external_id
	known = references.find(config.name, STREAM, identity)
	if known and not frappe.db.exists(DOCTYPE, known):
		references.drop(config.name, STREAM, identity)  # deleted by hand, but the insurer still states it
		known = None
	if not known:
		known = _entered(config, identities.customer_of(config, record), identity, said)
	cover = frappe.get_doc(DOCTYPE, known, for_update=True) if known else _new(config, record)
	before = cover.as_dict() if known else None
	cover.update(_values(said, identity))
	if before and not _differs(before, cover):
		return Written(seen=1)
	cover.save(ignore_permissions=True)
	if not references.add(config.name, STREAM, identity, DOCTYPE, cover.name) and not before:
		cover.delete(ignore_permissions=True)  # another worker was faster
		return Written(seen=1)
	cover.add_comment("Info", _told(cover, said))
	if _is_less(before, cover) if before else said.status == "Reduced":
		_warn(before, cover, said)
	return Written(created=1)


def _check(record: Record, said: Cover) -> None:
	if said.status not in STATUSES:
		raise RefusedRecord(record, _("{0} is no status of a cover.").format(said.status or _("(none)")))
	if not frappe.db.exists("Currency", said.currency or ""):
		raise RefusedRecord(record, _("Its currency {0} is not known.").format(said.currency or _("(none)")))
	if said.amount < 0:
		raise RefusedRecord(record, _("Its amount {0} is negative.").format(said.amount))


def _entered(config, customer: str, identity: str, said: Cover) -> str | None:
	"""The cover of the same insurer with that reference, or entered by hand without one: the request, or the cover of
	that time."""
	same = {"company": config.company, "customer": customer, "insurer": said.insurer}
	for filters in (
		{"insurer_reference": identity},
		{"insurer_reference": ["is", "not set"], "status": REQUESTED},
		{"insurer_reference": ["is", "not set"], "status": APPROVED},
	):
		if found := frappe.db.get_value(DOCTYPE, {**same, **filters}, order_by="creation"):
			return found
	return None


def _new(config, record: Record):
	customer = identities.customer_of(config, record)
	insurer = record.data.insurer
	return frappe.get_doc(
		{"doctype": DOCTYPE, "company": config.company, "customer": customer, "insurer": insurer}
	)


def _values(said: Cover, identity: str) -> dict:
	"""The fields that the insurer decides. Of an ended cover the amount stays: its status says that it covers nothing."""
	status = STATUSES[said.status]
	if status == APPROVED and not said.amount:
		status = "Cancelled"  # reduced to nothing
	if status == APPROVED and said.valid_until and said.valid_until < getdate():
		status = EXPIRED
	values = {"status": status, "insurer_reference": identity[:140], "currency": said.currency}
	if said.amount:
		values["amount_requested" if status == REQUESTED else "amount"] = float(said.amount)
	values |= {name: getattr(said, name) for name in ("valid_from", "valid_until") if getattr(said, name)}
	return values


def _differs(before, after) -> bool:
	"""Whether anything that the insurer decides is another than before."""
	texts = ("status", "insurer_reference", "currency")
	if any(cstr(before.get(name)) != cstr(after.get(name)) for name in texts):
		return True
	if any(flt(before.get(name), 2) != flt(after.get(name), 2) for name in ("amount", "amount_requested")):
		return True
	return any(_day(before.get(name)) != _day(after.get(name)) for name in ("valid_from", "valid_until"))


def _is_less(before, after) -> bool:
	"""Whether the insurer now bears less than it did, or refuses what was asked for."""
	if before.status == REQUESTED:
		return after.status in ENDED
	if before.status != APPROVED:
		return False
	if after.status != APPROVED or before.currency != after.currency:
		return True
	shorter = _day(after.valid_until) and (
		not _day(before.valid_until) or _day(after.valid_until) < _day(before.valid_until)
	)
	return flt(after.amount, 2) < flt(before.amount, 2) or bool(shorter)


def _told(cover, said: Cover) -> str:
	text = _("{0} states: {1}").format(escape_html(said.insurer), _amount(cover))
	return f"{text}. {escape_html(said.reason)}" if said.reason else text


def _warn(before, cover, said: Cover) -> None:
	"""A task for each credit manager who may see the cover."""
	text = _("{0} covers less of {1}: {2}.").format(
		escape_html(cover.insurer),
		frappe.bold(escape_html(cover.customer_name or cover.customer)),
		_amount(cover),
	)
	if before:
		text += " " + _("Before: {0}.").format(_amount(before))
	if said.reason:
		text += " " + escape_html(said.reason)
	tell_credit_managers(cover, text)


def tell_credit_managers(cover, text: str, about: tuple[str, str] | None = None) -> None:
	"""A task, about the cover or the document named, for each credit manager who may see the cover."""
	kind, name = about or (DOCTYPE, cover.name)
	for user in credit_managers(cover) or ["Administrator"]:
		task = frappe.get_doc(
			{
				"doctype": "ToDo",
				"allocated_to": user,
				"assigned_by": frappe.session.user,
				"reference_type": kind,
				"reference_name": name,
				"date": getdate(),
				"priority": "High",
				"description": text,
			}
		).insert(ignore_permissions=True)
		notify_assignment(task.assigned_by, user, kind, name, action="ASSIGN", description=task.description)


def credit_managers(cover) -> list[str]:
	"""The credit managers who may read the document."""
	users = frappe.get_all(
		"Has Role", {"role": CREDIT_MANAGER, "parenttype": "User"}, pluck="parent", order_by="parent"
	)
	enabled = frappe.get_all(
		"User", {"name": ["in", users or [""]], "enabled": 1, "user_type": "System User"}, pluck="name"
	)
	return [user for user in enabled if frappe.has_permission(doc=cover, ptype="read", user=user)]


def _amount(cover) -> str:
	amount = cover.amount_requested if cover.status == REQUESTED else cover.amount
	return f"{_(cover.status)}, {fmt_money(flt(amount), currency=cover.currency)}"


def _day(value):
	return getdate(value) if value else None
