"""Deliveries to a customer are stopped, and go on by themselves when nothing is overdue any more.

Kept on the Collection Case, so that it holds for one company; its key is unique, so a document asks one index.
ERPNext's own freeze of a customer (`is_frozen`) is no help here: it also refuses the posting of its payments.
"""

from collections.abc import Iterable
from datetime import date

import pandas as pd

import frappe
from frappe import _
from frappe.utils import escape_html, flt, fmt_money, formatdate, getdate

from collections_app.engine.ageing import add_ageing
from collections_app.exceptions import DeliveryStoppedError
from collections_app.services.cases import events as case_events
from collections_app.services.cases.records import case_key
from collections_app.services.credit import release
from collections_app.services.receivables import open_items
from collections_app.services.settings import company_currency

STOP_FIELDS = ["name", "delivery_stopped_on", "delivery_stop_reason", "customer_name"]


def stop(case: str, reason: str) -> bool:
	"""Stops deliveries. False when they are stopped already, or nothing is overdue."""
	doc = frappe.get_doc("Collection Case", case, for_update=True)
	if doc.delivery_stopped or overdue_of(doc.company, doc.customer) <= 0:
		return False
	doc.db_set({"delivery_stopped": 1, "delivery_stopped_on": getdate(), "delivery_stop_reason": reason})
	case_events.tell(case, case_events.DELIVERY, _("stopped deliveries: {0}").format(escape_html(reason)))
	return True


def lift(case: str, reason: str) -> bool:
	"""Lets deliveries go on. False when they were not stopped."""
	doc = frappe.get_doc("Collection Case", case, for_update=True)
	if not doc.delivery_stopped:
		return False
	doc.db_set({"delivery_stopped": 0, "delivery_stopped_on": None, "delivery_stop_reason": None})
	case_events.tell(case, case_events.DELIVERY, _("let deliveries go on: {0}").format(escape_html(reason)))
	return True


def stopped_case(company: str | None, customer: str | None):
	"""The case by which deliveries are stopped (STOP_FIELDS), or None: one look at a unique index."""
	if not (company and customer):
		return None
	filters = {"case_key": case_key(company, customer), "delivery_stopped": 1}
	return frappe.db.get_value("Collection Case", filters, STOP_FIELDS, as_dict=True)


def lift_if_settled(company: str, customer: str) -> bool:
	"""Lifts the stop when nothing of the customer is overdue any more; cheap where there is none."""
	case = stopped_case(company, customer)
	if not case or overdue_of(company, customer) > 0:
		return False
	return lift(case.name, _("nothing is overdue any more"))


def lift_settled(company: str, overdue_customers: Iterable[str]) -> int:
	"""Lifts the stops of all customers of the company that are not among those with something overdue."""
	overdue = set(overdue_customers)
	stopped = frappe.get_all(
		"Collection Case", {"company": company, "delivery_stopped": 1}, ["name", "customer"], order_by="name"
	)
	settled = [case.name for case in stopped if case.customer not in overdue]
	return sum(lift(name, _("nothing is overdue any more")) for name in settled)


def overdue_of(company: str, customer: str, day: date | None = None) -> float:
	"""What is overdue now, in company currency; credits that are not applied do not count."""
	return flt(_late_items(company, customer, day)["outstanding_base"].sum(), 2)


def oldest_overdue_of(company: str, customer: str, day: date | None = None) -> int:
	"""How many days the oldest debt is overdue now; 0 where nothing is."""
	late = _late_items(company, customer, day)
	return int(late["days_overdue"].max()) if len(late) else 0


def _late_items(company: str, customer: str, day: date | None) -> pd.DataFrame:
	aged = add_ageing(open_items(company, customers=[customer]), day or getdate())
	return aged[(aged["outstanding"] > 0) & (aged["days_overdue"] > 0)]


def check(doc) -> None:
	"""Refuses a document that delivers, or promises to, while deliveries to its customer are stopped.

	For `before_submit`. DeliveryStoppedError says who, why, how much and what to do.
	"""
	case = stopped_case(doc.company, doc.customer)
	if not case:
		return
	overdue = overdue_of(doc.company, doc.customer)
	if overdue <= 0:
		lift(case.name, _("nothing is overdue any more"))
		return
	if release.reason_of(doc):
		release.note(doc, _("the delivery stop"))
		return
	frappe.throw(refusal(doc, case, overdue), DeliveryStoppedError, title=_("Deliveries Are Stopped"))


def refusal(doc, case, overdue: float) -> str:
	lines = [
		_("Deliveries to {0} have been stopped by {1} since {2}: {3}").format(
			frappe.bold(escape_html(case.customer_name or doc.customer)),
			escape_html(doc.company),
			formatdate(case.delivery_stopped_on),
			escape_html(case.delivery_stop_reason or ""),
		),
		_("{0} is overdue. Once it is paid, deliveries go on by themselves.").format(
			frappe.bold(fmt_money(overdue, currency=company_currency(doc.company)))
		),
		release.how_to(doc),
	]
	return "<br><br>".join(lines)
