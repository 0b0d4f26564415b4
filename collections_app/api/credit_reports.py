"""Registers, lists and bureaus from the customer's file: identify the company, order a report, see the history."""

import frappe
from frappe import _

from collections_app.services.access import company_for
from collections_app.services.credit import inquiries, sanction_matches

IDENTITY, REPORT = "Customer Identity", "Credit Report"


@frappe.whitelist()
def overview(customer: str, company: str | None = None) -> dict:
	"""The sources that can be asked and the reports there are: see `inquiries.overview`. `may_ask`: whether the user may."""
	frappe.has_permission("Customer", "read", doc=customer, throw=True)
	frappe.has_permission(REPORT, "read", throw=True)
	company = company_for(company or None)
	if not company:
		frappe.throw(_("There is no company yet"))
	may_ask = bool(frappe.has_permission(IDENTITY, "write"))
	return {"company": company, "may_ask": may_ask, **inquiries.overview(customer, company)}


@frappe.whitelist(methods=["POST"])
def identify(
	connector: str,
	customer: str,
	name: str | None = None,
	tax_id: str | None = None,
	registration_number: str | None = None,
) -> list[dict]:
	"""The companies that may be meant: see `inquiries.identify`. What is given takes the place of what the file says."""
	config = _config(connector, customer)
	said = {"name": name or "", "tax_id": tax_id or "", "registration_number": registration_number or ""}
	return inquiries.identify(config, customer, **said)


@frappe.whitelist(methods=["POST"])
def choose_candidate(
	connector: str, customer: str, number: str, name: str | None = None, tax_id: str | None = None
) -> str:
	"""Keeps that the provider's number stands for the customer. Returns the Customer Identity."""
	return inquiries.choose(_config(connector, customer), customer, number, name or "", tax_id or "")


@frappe.whitelist(methods=["POST"])
def order_report(connector: str, customer: str) -> dict:
	"""Asks for a report today, which may cost something: see `inquiries.order_report`."""
	return inquiries.order_report(_config(connector, customer), customer)


@frappe.whitelist(methods=["POST"])
def monitor(connector: str, customer: str, on: bool) -> bool:
	"""Puts the customer's company under monitoring there, which may cost something, or ends that: see `inquiries.monitor`."""
	return inquiries.monitor(_config(connector, customer), customer, bool(on))


@frappe.whitelist(methods=["POST"])
def decide_matches(report: str, is_customer: bool) -> str:
	"""What a person says of a report's matches on sanctions lists. Returns the report that keeps it."""
	frappe.has_permission(IDENTITY, "write", throw=True)
	frappe.has_permission(REPORT, "read", doc=report, throw=True)
	return sanction_matches.decide(report, bool(is_customer))


def _config(connector: str, customer: str):
	"""The connection, of a company that the user may see, for a user who may say who a customer is there."""
	frappe.has_permission(IDENTITY, "write", throw=True)
	frappe.has_permission("Customer", "read", doc=customer, throw=True)
	config = frappe.get_doc("Connector Config", connector)
	company_for(config.company)
	if not config.enabled:
		frappe.throw(_("{0} is switched off.").format(config.name))
	return config
