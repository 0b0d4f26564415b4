"""What happened lately becomes a CRM Activity that waits to be written, once; read from our own documents.

It is found by looking, not told by whoever does it: so nothing that goes wrong here reaches the outbox, and nothing is
forgotten.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, flt, fmt_money, formatdate, now_datetime

from collections_app.engine.channels import CONTACTS
from collections_app.engine.outbox import GONE_OUT
from collections_app.services.connectors import identities, outgoing
from collections_app.services.crm.options import LOG, crms
from collections_app.services.frames import chunks

DOCTYPE = "CRM Activity"
MESSAGE, ANSWER, PROMISE, DISPUTE = "Message", "Answer", "Promise", "Dispute"
# what is older when it is found, or was when the CRM was chosen, is not written any more
LATELY_DAYS = 3


@dataclass(frozen=True)
class Happened:
	"""Something to be written: `at` in site time."""

	kind: str
	doctype: str
	name: str
	customer: str
	at: datetime
	text: str

	def key(self, connector: str) -> str:
		return hashlib.sha256(f"{connector}|{self.kind}|{self.doctype}|{self.name}".encode()).hexdigest()


def collect() -> int:
	"""Notes what is new for the CRMs of all companies. Returns how many activities wait because of it."""
	new = 0
	for row, connector in crms():
		if row.get("crm_activities") and outgoing.offers(connector, LOG):
			new += _collect(row.company, connector)
	return new


def _collect(company: str, connector: str) -> int:
	found = {one.key(connector): one for one in happened(company)}
	for keys in chunks(list(found)):
		for known in frappe.get_all(DOCTYPE, {"activity_key": ["in", keys]}, pluck="activity_key"):
			del found[known]
	known_there = {
		customer
		for customer in {one.customer for one in found.values()}
		if identities.number_of(connector, customer)
	}
	count = 0
	for key, one in found.items():
		# whom the CRM does not know there is nothing to write about
		if one.customer in known_there:
			count += _note(company, connector, key, one)
	frappe.db.commit()  # nosemgrep: what waits is written by another job
	return count


def _note(company: str, connector: str, key: str, one: Happened) -> int:
	frappe.db.savepoint("crm_activity")
	try:
		frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"connector": connector,
				"company": company,
				"customer": one.customer,
				"kind": one.kind,
				"reference_doctype": one.doctype,
				"reference_name": one.name,
				"happened_at": one.at,
				"text": one.text,
				"activity_key": key,
			}
		).insert(ignore_permissions=True)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="crm_activity")
		return 0
	return 1


def happened(company: str) -> Iterator[Happened]:
	"""Messages that went out, answers, promises and disputes of the last days."""
	since = add_days(now_datetime(), -LATELY_DAYS)
	yield from _messages(company, since)
	yield from _answers(company, since)
	yield from _promises(company, since)
	yield from _disputes(company, since)


def _actions(company: str, field: str, since: datetime, **filters: Any) -> list:
	fields = ["name", "customer", "channel", "step_name", "dunning_level", "total_overdue", "currency"]
	return frappe.get_all(
		"Collection Action",
		{"company": company, field: [">=", since], **filters},
		[*fields, "subject", f"{field} as at"],
		order_by=f"{field}, name",
	)


def _messages(company: str, since: datetime) -> Iterator[Happened]:
	filters = {"status": ["in", sorted(GONE_OUT)], "channel": ["in", sorted(CONTACTS)]}
	for row in _actions(company, "sent_at", since, **filters):
		text = _("{0} sent: {1} (level {2}), {3} overdue. Reference {4}").format(
			_(row.channel),
			row.subject or row.step_name or "",
			row.dunning_level or 0,
			fmt_money(row.total_overdue, currency=row.currency),
			row.name,
		)
		yield Happened(MESSAGE, "Collection Action", row.name, row.customer, row["at"], text)


def _answers(company: str, since: datetime) -> Iterator[Happened]:
	for row in _actions(company, "replied_at", since):
		text = _("Customer answered: {0}. Reference {1}").format(row.subject or row.step_name or "", row.name)
		yield Happened(ANSWER, "Collection Action", row.name, row.customer, row["at"], text)


def _promises(company: str, since: datetime) -> Iterator[Happened]:
	for row in frappe.get_all(
		"Promise to Pay",
		{"company": company, "creation": [">=", since]},
		["name", "customer", "amount", "currency", "due_on", "promised_by", "creation"],
		order_by="creation, name",
	):
		amount, day = fmt_money(row.amount, currency=row.currency), formatdate(row.due_on)
		text = _("Promise to pay {0} by {1}").format(amount, day)
		if row.promised_by:
			text = _("{0}, promised by {1}").format(text, row.promised_by)
		yield Happened(PROMISE, "Promise to Pay", row.name, row.customer, row.creation, text)


def _disputes(company: str, since: datetime) -> Iterator[Happened]:
	for row in frappe.get_all(
		"Invoice Dispute",
		{"company": company, "creation": [">=", since]},
		["name", "customer", "sales_invoice", "reason", "disputed_amount", "currency", "creation"],
		order_by="creation, name",
	):
		text = _("Invoice {0} disputed: {1}").format(row.sales_invoice, row.reason)
		if flt(row.disputed_amount):
			text = f"{text}, {fmt_money(row.disputed_amount, currency=row.currency)}"
		yield Happened(DISPUTE, "Invoice Dispute", row.name, row.customer, row.creation, text)
