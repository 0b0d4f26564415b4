"""Creditsafe's companies, reports and events as ours.

The international score (A to E) is the provider's own value everywhere. The figure beside it is the local one of the country:
it counts only where it lies in the letter's class of the published scale of 0 to 100, else the middle of that class does.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from collections_app.connectors.monitored_source import Change
from collections_app.connectors.records import Candidate, CreditReport, Subject
from collections_app.engine.provider_scales import SCALES

PROVIDER = "Creditsafe"
SCALE = SCALES["creditsafe"]
# the figures of each letter; E is not rated
CLASSES = {"A": (71, 100), "B": (51, 70), "C": (30, 50), "D": (0, 29)}
ACTIVE, CLOSED = "Active", "NonActive"


def words_of(text: str) -> tuple[str, ...]:
	parts = text.replace("\n", ",").split(",")
	return tuple(part.strip().casefold() for part in parts if part.strip())


def candidate(found: Mapping[str, Any]) -> Candidate:
	"""A result of a search. KeyError when it has no connectId."""
	address = found.get("address") or {}
	return Candidate(
		customer_id=found["id"],
		name=found.get("name") or "",
		tax_id=_first(found.get("vatNo")),
		registration_number=_first(found.get("regNo")),
		country=found.get("country") or "",
		address=address.get("simpleValue") or "",
		status=found.get("status") or "",
	)


def change(row: Mapping[str, Any], portfolio: str) -> Change | None:
	"""A notification event; None for one of another portfolio. KeyError when it lacks its id or company."""
	company = row["company"]
	if str(company.get("portfolioId") or portfolio).removesuffix(".0") != portfolio:
		return None
	return Change(str(row["notificationEventId"]), company["id"])


def watched(number: str, customer: str) -> dict[str, Any]:
	"""The body that puts a company into a portfolio: what is not said has to be there as null."""
	return {"id": number, "personalReference": customer, "freeText": None, "personalLimit": None}


def report(
	answer: Mapping[str, Any],
	number: str,
	subject: Subject,
	words: Sequence[str],
	today: date,
	valid_until: date,
) -> CreditReport:
	"""KeyError when the answer holds no report or the report no summary."""
	told = answer["report"]
	summary, score = told["companySummary"], told.get("creditScore") or {}
	rating = score.get("currentCreditRating") or summary.get("creditRating") or {}
	letter = str(rating.get("commonValue") or "").strip().upper()
	figure = str((rating.get("providerValue") or {}).get("value") or "").strip()
	limit, currency = _limit(rating.get("creditLimit") or {})
	basic = (told.get("companyIdentification") or {}).get("basicInformation") or {}
	details = {
		**_status(summary.get("companyStatus") or {}, words),
		"common_value": letter,
		"common_description": rating.get("commonDescription"),
		"provider_value": figure,
		"provider_description": rating.get("providerDescription"),
		"previous_value": (score.get("previousCreditRating") or {}).get("commonValue"),
		"rating_changed_on": str(score.get("latestRatingChangeDate") or "")[:10],
		"failed_sections": [_section(one) for one in answer.get("failedSections") or ()],
	}
	return CreditReport(
		customer_id=number,
		provider=PROVIDER,
		reported_on=today,
		valid_until=valid_until,
		score_0_100=score_of(letter, figure),
		provider_score=letter or figure,
		credit_limit=limit,
		currency=currency,
		summary=_summary(details),
		details={name: value for name, value in details.items() if value not in (None, "", [])},
		tax_id=subject.tax_id or basic.get("vatRegistrationNumber") or "",
		name=summary.get("businessName") or "",
		customer=subject.customer,
		registration_number=basic.get("companyRegistrationNumber") or "",
	)


def score_of(letter: str, figure: str) -> float | None:
	"""0 to 100; None where nothing is rated. A figure without a letter is of an unknown scale."""
	if letter not in CLASSES:
		return None
	least, most = CLASSES[letter]
	try:
		score = SCALE.normalise(figure)
	except ValueError:
		score = None
	return score if score is not None and least <= score <= most else SCALE.normalise(letter)


def _status(status: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
	"""Insolvent by the words of the status; that it is not, only an active company is said to be. One that is closed is
	told as ceased."""
	state, told = status.get("status") or "", status.get("description") or ""
	found: dict[str, Any] = {"status": state, "status_description": told}
	if any(word in told.casefold() for word in words):
		found["insolvent"] = True
	elif state == ACTIVE:
		found["insolvent"] = False
	if state in (ACTIVE, CLOSED):
		found["ceased"] = state == CLOSED
	return found


def _limit(said: Mapping[str, Any]) -> tuple[Decimal | None, str]:
	"""A limit in words ("No limit") is none."""
	currency = said.get("currency") or ""
	try:
		limit = Decimal(str(said.get("value")).strip())
	except InvalidOperation:
		return None, ""
	return (limit, currency) if currency and limit.is_finite() and limit >= 0 else (None, "")


def _summary(details: Mapping[str, Any]) -> str:
	letter, figure = details["common_value"], details["provider_value"]
	told = f"{letter} {details['common_description'] or ''}".strip() if letter else "No rating"
	parts = [f"{told} ({figure})" if figure else told]
	if status := details["status_description"] or details["status"]:
		parts.append(f"Status: {status}")
	return ". ".join(parts)


def _section(said: Any) -> str:
	return str(said.get("name") or said) if isinstance(said, dict) else str(said)


def _first(value: Any) -> str:
	"""Some countries have several numbers."""
	return str((value[0] if value else "") if isinstance(value, list) else value or "")
