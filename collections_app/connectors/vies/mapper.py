"""VAT numbers as VIES takes them, and what it says of one as a report: a fact with its date, no score."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from collections_app.connectors.records import Candidate, CreditReport, Subject

PROVIDER = "VIES"
# the codes of VIES: Greece is EL, Northern Ireland XI
MEMBERS = frozenset(
	"AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI".split()
)
GREECE = {"GR": "EL"}
NOT_TOLD = ("", "---")
MATCHES = {"VALID": "same", "INVALID": "other"}


def vat_number(text: str, country: str = "") -> tuple[str, str]:
	"""Member state and number; two empty texts where it is none. Without letters of its own the customer's country counts."""
	number = re.sub(r"[^A-Z0-9+*]", "", text.upper())
	prefix = GREECE.get(number[:2], number[:2])
	if prefix in MEMBERS and re.search(r"\d", number[2:]):
		return prefix, number[2:]
	state = GREECE.get(country.upper(), country.upper())
	if state in MEMBERS and re.search(r"\d", number):
		return state, number
	return "", ""


def error_of(answer: Mapping[str, Any]) -> str:
	"""The code of an error; empty when it is an answer."""
	if answer.get("actionSucceed", True):
		return ""
	wrappers = answer.get("errorWrappers") or [{}]
	return str(wrappers[0].get("error") or "UNKNOWN")


def candidate(answer: Mapping[str, Any]) -> Candidate:
	number = answer["countryCode"] + answer["vatNumber"]
	return Candidate(
		customer_id=number,
		name=_told(answer, "name"),
		tax_id=number,
		country=answer["countryCode"],
		address=_told(answer, "address"),
		status="valid" if answer["valid"] else "not valid",
	)


def report(answer: Mapping[str, Any], subject: Subject, today: date, valid_until: date) -> CreditReport:
	"""KeyError when the answer lacks what every answer has."""
	number, valid = answer["countryCode"] + answer["vatNumber"], answer["valid"]
	if not isinstance(valid, bool):
		raise ValueError(f"valid is {valid!r}")
	name, match = _told(answer, "name"), name_match(answer, subject.name)
	details = {
		"vat_number": number,
		"vat_valid": valid,
		"asked_at": _time(answer.get("requestDate")),
		"consultation_number": answer.get("requestIdentifier"),
		"registered_name": name,
		"registered_address": _told(answer, "address"),
		"name_match": match,
	}
	words = [f"VAT number {number} is {'valid' if valid else 'not valid'}"]
	if valid and match == "other":
		words.append(f"It belongs to {name}" if name else "The name is another one")
	return CreditReport(
		customer_id=number,
		provider=PROVIDER,
		reported_on=today,
		valid_until=valid_until,
		provider_score="valid" if valid else "not valid",
		summary=". ".join(words),
		details={key: value for key, value in details.items() if value not in (None, "")},
		tax_id=subject.tax_id,
		name=name,
		customer=subject.customer,
	)


def name_match(answer: Mapping[str, Any], name: str) -> str:
	"""same, other, or empty where the member state tells neither a name nor whether ours is right."""
	if stated := MATCHES.get(answer.get("traderNameMatch") or ""):
		return stated
	told = _told(answer, "name")
	if not told or not name:
		return ""
	ours, theirs = _words(name), _words(told)
	return "same" if ours <= theirs or theirs <= ours else "other"


def _words(text: str) -> set[str]:
	return {word for word in re.split(r"\W+", text.casefold()) if word}


def _told(answer: Mapping[str, Any], key: str) -> str:
	text = " ".join(str(answer.get(key) or "").split())
	return "" if text in NOT_TOLD else text


def _time(value: str | None) -> str | None:
	"""ISO 8601 in UTC; ValueError when it is none."""
	return datetime.fromisoformat(value.replace("Z", "+00:00")).isoformat() if value else None
