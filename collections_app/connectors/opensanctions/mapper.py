"""A customer as a query, and the entries like it as a report that waits for a person."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from collections_app.connectors.records import CreditReport, Subject

PROVIDER = "OpenSanctions"
ENTRY = "https://www.opensanctions.org/entities/{}/"
# companies and persons alike: a customer may be either
SCHEMA = "LegalEntity"


def query_of(subject: Subject) -> dict[str, Any]:
	properties = {
		"name": subject.name,
		"country": subject.country.lower(),
		"registrationNumber": subject.registration_number,
		"taxNumber": subject.tax_id,
	}
	return {
		"schema": SCHEMA,
		"properties": {name: [value] for name, value in properties.items() if value},
	}


def match_of(found: Mapping[str, Any]) -> dict[str, Any]:
	"""What a person needs to decide. KeyError when the entry has no id, name or score."""
	properties = found.get("properties") or {}
	return {
		"id": found["id"],
		"name": found["caption"],
		"similarity": round(float(found["score"]), 3),
		"kind": found.get("schema") or "",
		"topics": list(properties.get("topics") or ()),
		"countries": list(properties.get("country") or properties.get("jurisdiction") or ()),
		"lists": list(found.get("datasets") or ()),
		"url": ENTRY.format(found["id"]),
	}


def report(
	found: Sequence[Mapping[str, Any]],
	subject: Subject,
	number: str,
	dataset: str,
	threshold: float,
	today: date,
	valid_until: date,
) -> CreditReport:
	"""With matches it says nothing of sanctions (`sanctioned` is missing): a person confirms or refuses them. Without, it says
	that there are none."""
	matches = sorted((match_of(one) for one in found), key=lambda one: -one["similarity"])
	details: dict[str, Any] = {"dataset": dataset, "threshold": threshold, "compared_name": subject.name}
	if matches:
		details["matches"] = matches
		names = ", ".join(f"{one['name']} ({one['similarity']:.0%})" for one in matches)
		summary = f"Like {len(matches)} entries: {names}" if len(matches) > 1 else f"Like one entry: {names}"
	else:
		details["sanctioned"] = False
		summary = f"Nothing alike in {dataset}"
	return CreditReport(
		customer_id=number,
		provider=PROVIDER,
		reported_on=today,
		valid_until=valid_until,
		provider_score=f"{matches[0]['similarity']:.0%} alike" if matches else "nothing alike",
		summary=summary,
		details=details,
		tax_id=subject.tax_id,
		name=subject.name,
		customer=subject.customer,
	)
