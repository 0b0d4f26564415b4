"""A company of the United Kingdom's register as a credit report: no score, but facts of the register."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from collections_app.connectors.records import Candidate, CreditReport, Subject

PROVIDER = "Companies House"
# statuses of a company that cannot pay all its debts; that of a liquidation depends on its kind
INSOLVENT = ("administration", "receivership", "voluntary-arrangement", "insolvency-proceedings")
LIQUIDATION = "liquidation"
# it does not exist any more: whether it could have paid, the register does not say
GONE = ("dissolved", "removed", "converted-closed", "closed")
# the one liquidation of a company that can pay: its members wind it up
SOLVENT_CASE = "members-voluntary-liquidation"
NUMBER = re.compile(r"[A-Z]{2}\d{6}|[A-Z]{2}\d{5}[A-Z]|\d{1,8}")


def company_number(text: str) -> str:
	"""The number as the register writes it (eight characters); empty where the text is none."""
	number = re.sub(r"[\s.-]", "", text).upper()
	return number.zfill(8) if NUMBER.fullmatch(number) else ""


def candidate(found: Mapping[str, Any]) -> Candidate:
	"""A result of a search or a profile. KeyError when it has no number."""
	number = found["company_number"]
	return Candidate(
		customer_id=number,
		name=found.get("title") or found.get("company_name") or "",
		registration_number=number,
		country="GB",
		address=found.get("address_snippet") or _address(found.get("registered_office_address")),
		status=found.get("company_status") or "",
	)


def asks_for_cases(profile: Mapping[str, Any]) -> bool:
	return bool(profile.get("has_insolvency_history")) or profile.get("company_status") == LIQUIDATION


def report(
	profile: Mapping[str, Any],
	cases: Sequence[Mapping[str, Any]],
	subject: Subject,
	today: date,
	valid_until: date,
) -> CreditReport:
	"""`cases`: those of the insolvency resource. KeyError when the profile lacks its number or status."""
	status, kinds = profile["company_status"], [str(one.get("type") or "") for one in cases]
	accounts, statement = profile.get("accounts") or {}, profile.get("confirmation_statement") or {}
	details = {
		"status": status,
		"insolvent": None if status in GONE else is_insolvent(status, kinds),
		"insolvency_cases": kinds,
		"accounts_overdue": bool(accounts.get("overdue")),
		"accounts_due_on": accounts.get("next_due"),
		"confirmation_statement_overdue": bool(statement.get("overdue")),
		"founded_on": profile.get("date_of_creation"),
		"ceased": status in GONE,
		"ceased_on": profile.get("date_of_cessation"),
		"registered_office": _address(profile.get("registered_office_address")),
	}
	return CreditReport(
		customer_id=profile["company_number"],
		provider=PROVIDER,
		reported_on=today,
		valid_until=valid_until,
		provider_score=status,
		summary=_summary(details),
		details={name: value for name, value in details.items() if value not in (None, "", [])},
		tax_id=subject.tax_id,
		name=profile.get("company_name") or "",
		customer=subject.customer,
		registration_number=profile["company_number"],
	)


def is_insolvent(status: str, kinds: Sequence[str]) -> bool:
	"""A liquidation counts unless all its cases are those of a solvent company."""
	if status == LIQUIDATION:
		return not kinds or any(kind != SOLVENT_CASE for kind in kinds)
	return status in INSOLVENT


def _summary(details: Mapping[str, Any]) -> str:
	words = [f"Status: {details['status']}"]
	if details["insolvency_cases"]:
		words.append(f"Insolvency: {', '.join(dict.fromkeys(details['insolvency_cases']))}")
	if details["accounts_overdue"]:
		since = details["accounts_due_on"]
		words.append(f"Accounts overdue since {since}" if since else "Accounts overdue")
	if details["confirmation_statement_overdue"]:
		words.append("Confirmation statement overdue")
	return ". ".join(words)


def _address(parts: Mapping[str, Any] | None) -> str:
	names = ("address_line_1", "address_line_2", "locality", "postal_code", "country")
	return ", ".join(str(parts[name]) for name in names if (parts or {}).get(name))
