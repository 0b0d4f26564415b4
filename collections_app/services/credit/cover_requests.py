"""What a credit insurer is asked to do about a cover, each request exactly once: see `cover_sending.py` for its way.

A Cover Request is written first; it is sent after the commit. A customer has one that is not settled at a time: an insurer
that has not decided yet takes no other.
"""

import frappe
from frappe import _
from frappe.utils import flt, fmt_money

from collections_app.services.connectors import outgoing, registry
from collections_app.services.connectors.attempts import SENDING, WAITING
from collections_app.services.credit.covers import APPROVED

DOCTYPE = "Cover Request"
WITH_INSURER = "With Insurer"
ANSWERED, FAILED, UNCERTAIN = "Answered", "Failed", "Uncertain"
# the insurer may still do something, or has done what nobody knows of
UNSETTLED = (WAITING, SENDING, WITH_INSURER, UNCERTAIN)
REQUEST, RAISE, LOWER, CANCEL = "Request", "Raise", "Lower", "Cancel"
CHANGES = (REQUEST, RAISE, LOWER, CANCEL)
DECLARE = "Declare Overdue"
REQUEST_ACTION, DECLARE_ACTION = "request_cover", "declare_overdue"


def insurers_of(company: str, action: str = REQUEST_ACTION) -> list[dict]:
	"""The company's connected insurers that do this: connector and its label, the insurer's name."""
	return [
		{"connector": name, "insurer": _label_of(name)} for name in outgoing.connectors_for(company, action)
	]


def connection_of(company: str, insurer: str, action: str = REQUEST_ACTION) -> str | None:
	"""The connection to that insurer, by its name; None where it is not connected."""
	wanted = (insurer or "").strip().casefold()
	for one in insurers_of(company, action):
		if wanted in (one["insurer"].casefold(), one["connector"].casefold()):
			return one["connector"]
	return None


def request_new(company: str, customer: str, connector: str, amount: float, currency: str) -> str:
	"""Asks an insurer for a cover of a customer it does not cover yet. Returns the Cover Request."""
	_check_amount(amount)
	insurer = _label_of(connector)
	same = {"company": company, "customer": customer, "insurer": insurer, "status": APPROVED}
	if name := frappe.db.get_value("Credit Cover", same):
		frappe.throw(_("{0} covers this customer already: raise {1}.").format(insurer, frappe.bold(name)))
	_lock(customer, connector)
	cover = frappe.get_doc(
		{
			"doctype": "Credit Cover",
			"company": company,
			"customer": customer,
			"insurer": insurer,
			"status": "Requested",
			"currency": currency,
			"amount_requested": amount,
		}
	).insert()
	return _write(cover, connector, REQUEST, amount)


def change(cover, kind: str, amount: float = 0.0) -> str:
	"""Asks the cover's insurer to raise, lower or cancel it. Returns the Cover Request."""
	connector = connection_of(cover.company, cover.insurer)
	if not connector:
		frappe.throw(_("{0} is not connected.").format(frappe.bold(cover.insurer)))
	if kind not in CHANGES or cover.status != APPROVED or kind == REQUEST:
		frappe.throw(_("{0} is not possible while the cover is {1}.").format(_(kind), _(cover.status)))
	if not cover.insurer_reference:
		frappe.throw(_("The insurer's reference of {0} is not known.").format(frappe.bold(cover.name)))
	if kind == CANCEL:
		amount = 0.0
	else:
		_check_amount(amount)
		more, covered = (
			flt(amount, 2) > flt(cover.amount, 2),
			fmt_money(cover.amount, currency=cover.currency),
		)
		if flt(amount, 2) == flt(cover.amount, 2) or more != (kind == RAISE):
			frappe.throw(
				_("{0}: the amount has to be above {1}.").format(_(kind), covered)
				if kind == RAISE
				else _("{0}: the amount has to be below {1}.").format(_(kind), covered)
			)
	_lock(cover.customer, connector)
	return _write(cover, connector, kind, amount)


def declare(cover, amount: float, currency: str, due_date, document: str) -> str:
	"""Has the insurer told that the customer is overdue by so much. Returns the Cover Request."""
	connector = connection_of(cover.company, cover.insurer, DECLARE_ACTION)
	if not connector:
		frappe.throw(_("{0} is not connected.").format(frappe.bold(cover.insurer)))
	_lock(cover.customer, connector, (DECLARE,))
	return _write(cover, connector, DECLARE, amount, currency=currency, due_date=due_date, document=document)


def of_customer(customer: str, company: str, limit: int = 5) -> list[dict]:
	"""The latest requests about a customer, newest first."""
	return frappe.get_list(
		DOCTYPE,
		{"customer": customer, "company": company},
		["name", "cover", "change", "status", "amount", "currency", "answer", "creation"],
		order_by="creation desc",
		limit=limit,
	)


def queue(name: str) -> None:
	frappe.enqueue(
		"collections_app.services.credit.cover_sending.send",
		queue="short",
		job_id=f"cover-request-{name}",
		deduplicate=True,
		enqueue_after_commit=True,
		name=name,
	)


def _write(cover, connector: str, kind: str, amount: float, **more) -> str:
	request = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"cover": cover.name,
			"customer": cover.customer,
			"company": cover.company,
			"connector": connector,
			"change": kind,
			"amount": amount,
			"currency": cover.currency,
			"status": WAITING,
			**more,
		}
	).insert(ignore_permissions=True)  # who may write the cover may ask for it
	queue(request.name)
	return request.name


def _lock(customer: str, connector: str, kinds: tuple[str, ...] = CHANGES) -> None:
	"""Two people asking at the same moment come one after the other; the second is refused."""
	frappe.db.get_value("Customer", customer, "name", for_update=True)
	waiting = {
		"customer": customer,
		"connector": connector,
		"change": ["in", kinds],
		"status": ["in", UNSETTLED],
	}
	if name := frappe.db.get_value(DOCTYPE, waiting):
		frappe.throw(_("{0} is not settled yet: {1}.").format(_(DOCTYPE), frappe.bold(name)))


def _check_amount(amount: float) -> None:
	if flt(amount, 2) <= 0:
		frappe.throw(_("Enter an amount above 0."))


def _label_of(connector: str) -> str:
	return registry.manifest(frappe.db.get_value("Connector Config", connector, "connector")).label
