"""Credit reports of bureaus: a history that grows, one entry for each report."""

import json

import frappe
from frappe import _

from collections_app.connectors.base import Record
from collections_app.connectors.records import CreditReport
from collections_app.services.connectors import identities, references
from collections_app.services.connectors.targets import RefusedRecord, Written
from collections_app.services.credit import sanction_matches

DOCTYPE = "Credit Report"
REGISTRATION_NUMBER = "collections_registration_number"
STREAM = "credit_reports"


def write_credit_report(config, record: Record) -> Written:
	"""RefusedRecord when its figures make no sense, UnknownCustomer when nobody knows whom it is about."""
	said: CreditReport = record.data
	_check(record, said)
	identity = f"{record.external_id}|{said.reported_on}"
	if references.find(config.name, STREAM, identity):
		return Written(seen=1)
	customer = identities.customer_of(config, record)
	report = frappe.get_doc({"doctype": DOCTYPE, "connector": config.name, **_values(config, customer, said)})
	report.insert(ignore_permissions=True)
	if not references.add(config.name, STREAM, identity, DOCTYPE, report.name):
		report.delete(ignore_permissions=True)  # another worker was faster
		return Written(seen=1)
	if said.file:
		_attach(report.name, said)
	if said.registration_number:
		_fill_registration_number(customer, said)
	sanction_matches.ask(report)
	return Written(created=1)


def latest_report(company: str, customer: str):
	"""The newest Credit Report of a customer, or None."""
	filters = {"company": company, "customer": customer}
	names = frappe.get_all(
		DOCTYPE, filters, pluck="name", order_by="reported_on desc, creation desc", limit=1
	)
	return frappe.get_doc(DOCTYPE, names[0]) if names else None


def _check(record: Record, said: CreditReport) -> None:
	if said.score_0_100 is not None and not 0 <= said.score_0_100 <= 100:
		raise RefusedRecord(record, _("Its score {0} is not between 0 and 100.").format(said.score_0_100))
	if said.probability_of_default is not None and not 0 <= said.probability_of_default <= 1:
		raise RefusedRecord(
			record,
			_("Its probability of default {0} is not between 0 and 1.").format(said.probability_of_default),
		)
	if said.credit_limit is not None and not frappe.db.exists("Currency", said.currency or ""):
		raise RefusedRecord(
			record, _("The currency of its limit, {0}, is not known.").format(said.currency or _("(none)"))
		)


def _values(config, customer: str, said: CreditReport) -> dict:
	number = {"registration_number": said.registration_number} if said.registration_number else {}
	details = {**said.details, **number}
	return {
		"customer": customer,
		"customer_name": frappe.db.get_value("Customer", customer, "customer_name"),
		"company": config.company,
		"provider": said.provider[:140],
		"reported_on": said.reported_on,
		"valid_until": said.valid_until,
		"has_score": said.score_0_100 is not None,
		"score_0_100": said.score_0_100,
		"provider_score": said.provider_score[:140],
		"has_probability": said.probability_of_default is not None,
		"probability_of_default": (said.probability_of_default or 0) * 100,
		"has_limit": said.credit_limit is not None,
		"credit_limit": float(said.credit_limit or 0),
		"currency": said.currency if said.credit_limit is not None else None,
		"summary": said.summary,
		"details": json.dumps(details, indent=1, ensure_ascii=False, default=str) if details else None,
	}


def _fill_registration_number(customer: str, said: CreditReport) -> None:
	"""Where the customer's file has none; another one stays, and is shown beside the report."""
	if frappe.db.get_value("Customer", customer, REGISTRATION_NUMBER):
		return
	frappe.db.set_value("Customer", customer, REGISTRATION_NUMBER, said.registration_number[:140])
	text = _("Registration number {0}, from the report of {1}").format(
		said.registration_number, said.provider
	)
	frappe.get_doc("Customer", customer).add_comment("Info", frappe.utils.escape_html(text))


def _attach(report: str, said: CreditReport) -> None:
	frappe.get_doc(
		{
			"doctype": "File",
			"file_name": said.file_name or f"{report}.pdf",
			"is_private": 1,
			"content": said.file,
			"attached_to_doctype": DOCTYPE,
			"attached_to_name": report,
		}
	).insert(ignore_permissions=True)
