"""What credit insurers answer and are sent, by names that can be changed: much of it is documented to policyholders only.

`names` are ours -> theirs: `cover.amount` -> `decision.amount` (a dotted path), `status.granted` -> `Active`, `path.covers` ->
`covers`. A connector brings those it knows of; an administrator enters others, a line each.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from collections_app.connectors.errors import ConfigurationError, DataError
from collections_app.connectors.http.pages import pick
from collections_app.connectors.records import Candidate, Cover
from collections_app.engine.texts import Text

COVER_STATUSES = ("Active", "Requested", "Reduced", "Refused", "Cancelled", "Expired")


def names_of(known: Mapping[str, str], entered: str, label: str) -> dict[str, str]:
	"""The names known, and in their place those entered as `ours = theirs`, a line each. ConfigurationError names a line
	that is none of ours."""
	names = dict(known)
	for line in filter(None, (one.strip() for one in entered.splitlines())):
		ours, equals, theirs = (part.strip() for part in line.partition("="))
		if not equals or not (ours in known or ours.startswith("status.")):
			raise ConfigurationError("{0}: the line {1} of Field Names is not known.", label, repr(line))
		if ours.startswith("status.") and theirs not in COVER_STATUSES:
			raise ConfigurationError(
				"{0}: the line {1} of Field Names names none of {2}.",
				label,
				repr(line),
				", ".join(COVER_STATUSES),
			)
		names[ours.casefold() if ours.startswith("status.") else ours] = theirs
	return names


def said(answer: Any, names: Mapping[str, str], ours: str) -> Any:
	"""What an answer says under one of our names; None when it does not, or nothing is known to say it."""
	return pick(names[ours], answer) if names.get(ours) else None


def text(answer: Any, names: Mapping[str, str], ours: str) -> str:
	found = said(answer, names, ours)
	return "" if found is None else str(found).strip()


def status_of(row: Any, names: Mapping[str, str]) -> str:
	"""The status of a cover in our words; DataError when it is a word not known."""
	word = text(row, names, "cover.status")
	status = names.get(f"status.{word.casefold()}")
	if not status:
		raise DataError("the status {0} is not known; add it to Field Names", word or Text("(none)"))
	return status


def cover_of(row: Any, names: Mapping[str, str], insurer: str) -> Cover:
	"""One cover; DataError says what of it is not readable."""
	number = text(row, names, "cover.id")
	if not number:
		raise DataError("it has no {0}", names["cover.id"])
	status = status_of(row, names)
	granted, requested = said(row, names, "cover.amount"), said(row, names, "cover.requested")
	if status == "Requested" and granted:
		status = "Active"  # what was granted counts until the insurer has decided on another amount
	shown = requested if status == "Requested" and requested is not None else granted
	return Cover(
		customer_id=text(row, names, "cover.buyer"),
		insurer=insurer,
		amount=_amount(shown),
		currency=text(row, names, "cover.currency").upper(),
		status=status,
		valid_from=_day(row, names, "cover.from"),
		valid_until=_day(row, names, "cover.until"),
		reference=number,
		reason=text(row, names, "cover.reason"),
		tax_id=text(row, names, "cover.tax_id"),
		name=text(row, names, "cover.name"),
	)


def candidate_of(row: Any, names: Mapping[str, str]) -> Candidate:
	"""One company; DataError when it has no number."""
	number = text(row, names, "company.id")
	if not number:
		raise DataError("a company came without {0}", names["company.id"])
	fields = ("name", "tax_id", "registration_number", "country", "address", "status")
	return Candidate(number, **{one: text(row, names, f"company.{one}") for one in fields})


def body_of(values: Mapping[str, Any], names: Mapping[str, str], prefix: str) -> dict[str, Any]:
	"""A body with each value at its dotted path; what is empty, or has no name there, stays out."""
	body: dict[str, Any] = {}
	for ours, value in values.items():
		path = names.get(f"{prefix}.{ours}")
		if value in (None, "") or not path:
			continue
		*parents, last = path.split(".")
		place = body
		for parent in parents:
			place = place.setdefault(parent, {})
		place[last] = value
	return body


def number_of(amount: Decimal) -> int | float:
	"""An amount as JSON has it."""
	return int(amount) if amount == amount.to_integral_value() else float(amount)


def _amount(value: Any) -> Decimal:
	try:
		return Decimal(str(value if value is not None else 0))
	except InvalidOperation:
		raise DataError("{0} is no amount", value) from None


def _day(row: Any, names: Mapping[str, str], ours: str) -> date | None:
	found = text(row, names, ours)
	try:
		return date.fromisoformat(found[:10]) if found else None
	except ValueError:
		raise DataError("{0} is no date", found) from None
