"""Parts that the mappers of bank feeds share: exact amounts, days, parties, and what makes a movement the same one."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from collections_app.connectors.errors import DataError
from collections_app.engine.statements import BankLine
from collections_app.engine.statements.identity import is_reference, number_equals
from collections_app.engine.statements.returns import is_return_code
from collections_app.engine.texts import Text

AMOUNT, DATE, TIME = Text("amount"), Text("date"), Text("time")


def money(value: Any, what: str = AMOUNT) -> Decimal:
	"""An amount as it was written, exactly. DataError when it is none; `what` is a Text that names it there."""
	try:
		amount = Decimal(str(value).strip())
	except InvalidOperation:
		amount = Decimal("NaN")
	if isinstance(value, bool) or not amount.is_finite():
		raise DataError("its {0} {1} is no number", what, repr(value))
	return amount


def day(value: Any, what: str = DATE) -> date:
	"""The day of an ISO date or time as the bank wrote it. DataError when it is none."""
	try:
		return date.fromisoformat(str(value)[:10])
	except ValueError:
		raise DataError("its {0} {1} is no date", what, repr(value)) from None


def moment(value: Any) -> datetime | None:
	"""An aware time; None when there is none."""
	if not value:
		return None
	try:
		parsed = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
	except ValueError:
		return datetime.fromisoformat(f"{day(value, TIME)}T00:00:00+00:00")
	return parsed if parsed.tzinfo else datetime.fromisoformat(f"{parsed.isoformat()}+00:00")


def currency(value: Any) -> str:
	code = str(value or "").strip().upper()
	if len(code) != 3:
		raise DataError("its currency {0} is no ISO code", repr(value))
	return code


def words(*parts: Any) -> str:
	"""Texts and lists of texts in one line; what was there already is not said twice."""
	found: list[str] = []
	for part in parts:
		for text in part if isinstance(part, list | tuple) else (part,):
			text = " ".join(str(text).split()) if isinstance(text, str | int) else ""
			if text and not any(text in before for before in found):
				found.append(text)
	return " ".join(found)


def reference(value: Any) -> str:
	"""A reference, or nothing where the bank writes that there is none (NOTPROVIDED)."""
	text = str(value or "").strip()
	return text if is_reference(text) else ""


def is_return(code: str) -> bool:
	"""Whether a bank transaction code (PMNT-RCDT-RRTN) says that a payment came back."""
	return is_return_code(code)


def sides(amount: Decimal, returned: bool) -> tuple[str, str]:
	"""Who the other party is: of money received the debtor, of money paid the creditor. A return names the parties of
	the payment that came back."""
	return ("creditor", "debtor") if (amount >= 0) == returned else ("debtor", "creditor")


def unique(lines: Iterable[BankLine]) -> tuple[BankLine, ...]:
	"""Each movement once. A reference that comes twice is one movement on two pages; lines without any reference are
	told apart by their number among equals."""
	kept: dict[Any, BankLine] = {}
	for line in lines:
		known = not line.external_id.startswith("hash-")
		kept.setdefault(line.external_id if known else len(kept), line)
	return number_equals(list(kept.values()))


def text_of(answer: Any, *path: str) -> str:
	"""A text deep in an answer; empty when something on the way is missing."""
	for step in path:
		answer = answer.get(step) if isinstance(answer, Mapping) else None
	return answer if isinstance(answer, str) else ""
