"""Once a day the CRM learns what changed about a customer: risk band, overdue amount, dunning level, credit hold."""

import hashlib
import json
from typing import Any

import frappe
from frappe.utils import flt, now_datetime

from collections_app.connectors.base import Action, ConnectorError, DataError
from collections_app.connectors.records import CustomerField
from collections_app.services.connectors import identities, outgoing
from collections_app.services.crm.options import FIELDS, UPDATE, crms, properties_of
from collections_app.services.run.errors import error_text

DOCTYPE = "CRM Customer"
JOB_TIMEOUT = 2 * 60 * 60


def queue_updates() -> None:
	"""A job for each company whose CRM is told of changes."""
	for row, connector in crms():
		if row.get("crm_fields") and outgoing.offers(connector, UPDATE):
			frappe.enqueue(
				"collections_app.services.crm.customers.tell_changes",
				queue="long",
				timeout=JOB_TIMEOUT,
				job_id=f"crm-customers-{connector}",
				deduplicate=True,
				connector=connector,
				company=row.company,
			)


def tell_changes(connector: str, company: str) -> dict[str, int]:
	"""Tells the CRM the values that changed since it was told last. Returns how many customers were told, and refused; ends
	at what would meet all others, too."""
	row = next((row for row, name in crms() if name == connector and row.company == company), None)
	counts = {"told": 0, "failed": 0}
	if not row:
		return counts
	properties = properties_of(row.crm_fields)
	known = _known(connector)
	for case in frappe.get_all(
		"Collection Case", {"company": company}, ["customer", *FIELDS.values()], order_by="customer"
	):
		number = identities.number_of(connector, case.customer)
		if not number:
			continue
		values = {name: _text(field, case.get(FIELDS[field])) for field, name in properties.items()}
		before = known.get(case.customer, {})
		changed = {name: value for name, value in values.items() if before.get(name) != value}
		if not changed:
			continue
		try:
			_tell(connector, number, changed)
		except DataError as error:
			counts["failed"] += 1
			_keep(connector, company, case.customer, number, before, error_text(error))
		except ConnectorError:
			# it stands in the Connector Log; the next day tries again
			frappe.db.commit()  # nosemgrep: the log of the attempt
			break
		else:
			counts["told"] += 1
			_keep(connector, company, case.customer, number, {**before, **changed})
	return counts


def _text(field: str, value: Any) -> str:
	"""As CRMs take it: amounts with a point, yes and no as true and false."""
	if field == "credit_hold":
		return "true" if value else "false"
	if field == "overdue_amount":
		return f"{flt(value):.2f}"
	return str(value or ("0" if field == "dunning_level" else ""))


def _tell(connector: str, number: str, values: dict[str, str]) -> None:
	fields = [CustomerField(number, name, value) for name, value in values.items()]
	key = hashlib.sha256(json.dumps([number, values], sort_keys=True).encode()).hexdigest()
	outgoing.push(connector, Action(UPDATE, key, fields))


def _known(connector: str) -> dict[str, dict[str, str]]:
	rows = frappe.get_all(DOCTYPE, {"connector": connector}, ["customer", "told"])
	return {row.customer: json.loads(row.told or "{}") for row in rows}


def _keep(
	connector: str, company: str, customer: str, number: str, told: dict[str, str], error: str | None = None
) -> None:
	"""What the CRM knows now; committed, so that what it was told is told once."""
	key = hashlib.sha256(f"{connector}|{customer}".encode()).hexdigest()
	name = frappe.db.get_value(DOCTYPE, {"customer_key": key})
	document = frappe.get_doc(DOCTYPE, name) if name else frappe.new_doc(DOCTYPE)
	document.update(
		{
			"connector": connector,
			"company": company,
			"customer": customer,
			"customer_key": key,
			"crm_id": number,
			"told": json.dumps(told, indent=1, sort_keys=True),
			"told_at": document.told_at if error else now_datetime(),
			"error": error,
		}
	)
	document.save(ignore_permissions=True)
	frappe.db.commit()  # nosemgrep: one customer's trouble takes back nothing of another
