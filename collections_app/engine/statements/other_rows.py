"""Which lines of a statement stand in the books already, entered by somebody else: another integration, an import, a person.

Each row of the books answers for one line at most, so a second payment that looks like the first is never taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from collections_app.engine.statements.identity import is_reference, reference_of
from collections_app.engine.statements.models import BankLine

# a text shorter than that is a coincidence
SHORTEST_TEXT = 4
NOISE = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class OtherRow:
	"""A row of the account that no feed of ours brought. `amount` is signed, in the account's currency: + is money
	received. `texts`: its reference number and its description. `cancelled`: a person took it back."""

	name: str
	day: date
	amount: Decimal
	texts: tuple[str, ...] = ()
	transaction_id: str = ""
	cancelled: bool = False


def claim(lines: Sequence[BankLine], rows: Sequence[OtherRow], shared_ids: bool = False) -> dict[int, str]:
	"""Place of a line -> name of the row that is this line.

	A row is a line when its transaction id is the line's own or the bank's reference; else, where it has the same day and
	amount, and one of its texts is one of the line's (without case, blanks and punctuation), row for row: of two lines and
	one row alike one line stays new. `shared_ids`: the rows' transaction ids come from where the lines' ids come from, so
	that a row with another id is another movement however alike it looks.
	"""
	claimed: dict[int, str] = {}
	by_id = {row.transaction_id: row for row in rows if row.transaction_id}
	for place, line in enumerate(lines):
		for known in (line.external_id, reference_of(line.external_id)):
			row = by_id.get(known) if known else None
			if row and row.name not in claimed.values() and (shared_ids or row.amount == line.amount):
				claimed[place] = row.name
				break
	left = [
		row
		for row in rows
		if row.name not in claimed.values() and not row.cancelled and not (shared_ids and row.transaction_id)
	]
	for place, line in enumerate(lines):
		if place in claimed:
			continue
		texts = _words(
			(
				line.end_to_end_id,
				line.remittance,
				line.structured_reference,
				reference_of(line.external_id),
			)
		)
		for row in left:
			alike = row.day == line.booking_date and row.amount == line.amount
			if alike and texts & _words(row.texts):
				claimed[place] = row.name
				left.remove(row)
				break
	return claimed


def _words(texts: Collection[str]) -> set[str]:
	plain = (NOISE.sub("", text).casefold() for text in texts if is_reference(text))
	return {one for one in plain if len(one) >= SHORTEST_TEXT}
