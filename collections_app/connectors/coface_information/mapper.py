"""Coface's companies, orders, reports and notifications as ours.

A company is known by its country and an external id: `PL icon#5415240`. The score is Coface's own, from 0 (in default) to 10.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from collections_app.connectors.errors import ConfigurationError, DataError
from collections_app.connectors.ordered_source import PENDING, READY, REFUSED, Order
from collections_app.connectors.records import Candidate, CreditReport, Subject
from collections_app.engine.provider_scales import SCALES

PROVIDER = "Coface"
SCALE = SCALES["coface_dra"]
# Coface's own numbers, the most lasting first; then those of the countries
OWN_NUMBERS = ("icon", "easy", "giid")
NATIONAL_NUMBERS = ("vat-number", "tax-number", "registration-number", "national-id", "statistic-number")
OPEN, CLOSED = "OPEN", "CLOSED"
LINE = re.compile(r"(?:([A-Z]{2})\s*:\s*)?(\w+)\s*=\s*(\S.*)")
# the words of an order's state that are published; parts of those that are not
IS_READY, IS_PENDING = "ready", "in-preparation"
ENDED = ("cancel", "reject", "refus")


def place_of(number: str) -> tuple[str, str]:
	"""Country and external id of our number of a company. DataError where it is none."""
	country, _, external = number.partition(" ")
	if len(country) != 2 or "#" not in external:
		raise DataError("Coface: {0} is no number of a company: identify it again.", number)
	return country, external


def more_of(text: str, country: str) -> dict[str, str]:
	"""The further fields of an order in that country. ConfigurationError names a line that is not readable."""
	found: dict[str, str] = {}
	for line in filter(None, (one.strip() for one in text.splitlines())):
		read = LINE.fullmatch(line)
		if not read:
			raise ConfigurationError(
				"Coface: the line {0} of More of an Order is not name = value.", repr(line)
			)
		if read[1] in (None, country):
			found[read[2]] = read[3].strip()
	return found


def rows_of(answer: Any) -> list[Mapping[str, Any]]:
	"""The rows of an answer: a page, a list, or the one that it is."""
	if isinstance(answer, Mapping):
		return list(answer["rows"]) if "rows" in answer else [answer] if answer else []
	return list(answer or ())


def candidate(found: Mapping[str, Any], country: str) -> Candidate:
	"""A company of a search. KeyError when it has no number by which it can be ordered."""
	numbers = {one["repositorySlug"]: str(one["id"]) for one in found.get("externalIds") or ()}
	slug = next(one for one in (*OWN_NUMBERS, *NATIONAL_NUMBERS, "") if not one or one in numbers)
	address = found.get("address") or {}
	parts = [address.get(name) for name in ("address1", "postalCode", "city")]
	country = found.get("countryCode") or country
	return Candidate(
		customer_id=f"{country} {slug}#{numbers[slug]}",
		name=found.get("name") or found.get("internationalName") or "",
		tax_id=numbers.get("vat-number", ""),
		registration_number=numbers.get("registration-number", ""),
		country=country,
		address=", ".join(part for part in parts if part),
	)


def order(row: Mapping[str, Any], slug: str) -> Order:
	"""An order with its publication of that report. KeyError when it has no number."""
	state = str(row.get("status") or IS_PENDING).casefold()
	publication = next((one for one in row.get("publications") or () if one.get("reportSlug") == slug), {})
	if any(word in state for word in ENDED):
		return Order(row["id"], REFUSED, detail=state)
	if state == IS_READY and publication.get("id"):
		return Order(row["id"], READY, publication["id"])
	expected = str(row.get("expectedDeliveryDate") or "")
	detail = expected[:10] if expected[:4].isdigit() else "" if state == IS_PENDING else state
	return Order(row["id"], PENDING, detail=detail)


def ours(rows: Sequence[Mapping[str, Any]], key: str, slug: str) -> Mapping[str, Any] | None:
	"""Of a company's orders since ours was sent, that with our reference. Where the list names no references at all, one of
	the same report is ours: nobody orders the same report of a company twice in that time."""
	named = [row for row in rows if row.get("customerReference")]
	if named:
		return next((row for row in named if row["customerReference"] == key), None)
	return next(
		(row for row in rows if any(one.get("reportSlug") == slug for one in row.get("publications") or ())),
		None,
	)


def report(
	answer: Mapping[str, Any], number: str, subject: Subject, today: date, valid_until: date
) -> CreditReport:
	"""The JSON of a score, credit opinion or advanced opinion report. KeyError when it holds no result."""
	told = answer["icon"]
	result, company = told["orderResults"], told.get("company") or {}
	amount = _said(result, "coValue") or _said(result, "aoFinalValue")
	figures = {
		"score": _said(result, "dra"),
		"description": _said(result, "draDescription"),
		"probability": _said(result, "probabilityOfDefault"),
		"limit": amount,
		"currency": _said(result, "currency"),
		"status": _said(company, "legalStatus"),
	}
	details = {
		"calculated_on": _said(result, "scoreCalculatedOn"),
		"credit_opinion": _said(result, "coRating"),
		"country_risk": _said(result, "coCountryRisk"),
		"motivation": _said(result, "motivationLabels"),
		"icon_number": _said(result, "iconCompanyNo"),
	}
	return _report(
		figures,
		details,
		number,
		subject,
		today,
		valid_until,
		name=_said(company, "companyName"),
		tax_id=_said(company, "vatNumber"),
		registration_number=_said(company, "registrationNumber") or _said(company, "nationalId"),
	)


def notified(
	told: Mapping[str, Any], number: str, subject: Subject, today: date, valid_until: date
) -> CreditReport:
	"""The content of a notification: what changed. KeyError when it names no product."""
	product = told["monitDetailsProduct"]
	figures = {
		"score": _said(told, "monitDRAValue"),
		"description": "",
		"probability": _said(told, "monitDRAProbabilityOfDefaultNewVal"),
		"limit": _said(told, "monitCOChangesNewValue"),
		"currency": _said(told, "monitProductCurrency"),
		"status": _said(told, "monitCpDetailsLegalStatus"),
	}
	details = {
		"product": product,
		"previous_score": _said(told, "monitDRAChangesOldValue"),
		"icon_number": _said(told, "monitCpDetailsICONNo"),
	}
	return _report(
		figures,
		details,
		number,
		subject,
		today,
		valid_until,
		name=_said(told, "monitCpDetailsName"),
		tax_id=_said(told, "monitCpDetailsVATNo"),
		registration_number=_said(told, "monitCpDetailsRegistrationNo"),
	)


def _report(
	figures: Mapping[str, str],
	details: dict[str, Any],
	number: str,
	subject: Subject,
	today: date,
	valid_until: date,
	**company: str,
) -> CreditReport:
	status, limit = figures["status"].upper(), _amount(figures["limit"])
	if status in (OPEN, CLOSED):
		details["ceased"] = status == CLOSED
	details |= {"status": figures["status"], "description": figures["description"]}
	words = [f"DRA {figures['score']}"] if figures["score"] else []
	words += [f"Status: {figures['status']}"] if figures["status"] else []
	return CreditReport(
		customer_id=number,
		provider=PROVIDER,
		reported_on=today,
		valid_until=valid_until,
		score_0_100=score_of(figures["score"]),
		provider_score=figures["score"],
		credit_limit=limit if figures["currency"] else None,
		currency=figures["currency"] if limit is not None else "",
		probability_of_default=_probability(figures["probability"]),
		summary=". ".join(words),
		details={name: value for name, value in details.items() if value not in (None, "")},
		tax_id=subject.tax_id or company["tax_id"],
		name=company["name"],
		customer=subject.customer,
		registration_number=company["registration_number"],
	)


def score_of(value: str) -> float | None:
	"""0 to 100; None where nothing of the scale is said."""
	try:
		return SCALE.normalise(value)
	except ValueError:
		return None


def _said(part: Mapping[str, Any], name: str) -> str:
	value = part.get(name)
	return "" if value is None else str(value).strip()


def _amount(text: str) -> Decimal | None:
	"""`45 000` is written so."""
	try:
		amount = Decimal(re.sub(r"\s", "", text))
	except InvalidOperation:
		return None
	return amount if amount.is_finite() and amount >= 0 else None


def _probability(text: str) -> float | None:
	"""`2%` and `New POD 0.4%` as a part of 1."""
	found = re.search(r"(\d+(?:[.,]\d+)?)\s*%", text)
	share = float(found[1].replace(",", ".")) / 100 if found else None
	return share if share is not None and share <= 1 else None
