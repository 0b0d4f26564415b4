"""HubSpot's companies and contacts as fields of a customer, and a note in HubSpot's form."""

import html
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from collections_app.connectors.errors import ConfigurationError, DataError
from collections_app.connectors.records import CustomerField
from collections_app.engine.texts import Text

LONGEST_NOTE = 65536  # characters
NOTE_TO_COMPANY = 190  # HubSpot's own type of that association
# object -> the property that says when it was changed
CHANGED = {"companies": "hs_lastmodifieddate", "contacts": "lastmodifieddate"}
COMPANY_OF_CONTACT = "associatedcompanyid"


def fields_of(text: str) -> dict[str, str]:
	"""`phone:mobile_no, website:website` as property -> field; ConfigurationError names what cannot be read."""
	pairs = [part.strip() for part in text.split(",") if part.strip()]
	for pair in pairs:
		if not all(part.strip() for part in pair.partition(":")[::2]):
			raise ConfigurationError(
				"HubSpot: {0} does not name a property and a field (phone:mobile_no).", repr(pair)
			)
	return {pair.partition(":")[0].strip(): pair.partition(":")[2].strip() for pair in pairs}


def search_of(kind: str, since: datetime, last_id: int, properties: list[str], size: int) -> dict[str, Any]:
	"""The body of a search: what was changed since then, by id from behind `last_id`. Going on by id in place of HubSpot's
	own cursor leaves its limit of 10,000 results a search behind."""
	changed = {"propertyName": CHANGED[kind], "operator": "GTE", "value": str(int(since.timestamp() * 1000))}
	behind = {"propertyName": "hs_object_id", "operator": "GT", "value": str(last_id)}
	return {
		"filterGroups": [{"filters": [changed, behind]}],
		"sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
		"properties": properties,
		"limit": size,
	}


def customer_fields(
	kind: str, found: Mapping[str, Any], fields: Mapping[str, str], tax_id_property: str
) -> Iterator[tuple[str, CustomerField]]:
	"""Identity and value of each wanted property that is filled. A contact counts for its company; one without a company
	gives nothing. KeyError, TypeError or ValueError when it cannot be read."""
	values = found["properties"]
	changed = values[CHANGED[kind]]
	company = found["id"] if kind == "companies" else values.get(COMPANY_OF_CONTACT)
	if not company:
		return
	for name, fieldname in fields.items():
		if values.get(name):
			identity = f"{kind}|{found['id']}|{name}|{changed}"
			yield (
				identity,
				CustomerField(
					customer_id=str(company),
					fieldname=fieldname,
					value=str(values[name]),
					tax_id=values.get(tax_id_property) or "" if tax_id_property else "",
					name=(values.get("name") or "") if kind == "companies" else "",
					email=values.get("email") or "",
					# Python before 3.11 does not read the Z
					changed_at=datetime.fromisoformat(changed.replace("Z", "+00:00")),
				),
			)


def properties_of(data: CustomerField | Sequence[CustomerField]) -> tuple[str, dict[str, Any]]:
	"""Path and body that set properties of a company: those of one customer."""
	fields = [data] if isinstance(data, CustomerField) else list(data)
	companies = {one.customer_id for one in fields}
	company = companies.pop() if len(companies) == 1 else ""
	if not company.isdigit():
		raise DataError("{0} is not the ID of a company in HubSpot.", company or Text("The customer"))
	return f"companies/{company}", {"properties": {one.fieldname: one.value for one in fields}}


def note_of(activity: Mapping[str, Any], now: datetime) -> dict[str, Any]:
	"""The body that creates a note on a company: `activity` has customer_id (HubSpot's), text and, optional, at."""
	company, text = str(activity.get("customer_id") or ""), str(activity.get("text") or "").strip()
	if not company.isdigit():
		raise DataError("{0} is not the ID of a company in HubSpot.", company or Text("The customer"))
	body = html.escape(text, quote=False).replace("\n", "<br>")
	if not text or len(body) > LONGEST_NOTE:
		raise DataError("The note must have between 1 and {0} characters.", LONGEST_NOTE)
	at = activity.get("at") or now
	association = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": NOTE_TO_COMPANY}
	return {
		"properties": {"hs_timestamp": int(at.timestamp() * 1000), "hs_note_body": body},
		"associations": [{"to": {"id": company}, "types": [association]}],
	}
