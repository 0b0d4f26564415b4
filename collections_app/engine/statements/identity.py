"""External ids: the same movement gets the same id whenever it is read again, and no two movements share
one."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

from collections_app.engine.statements.models import BankLine

# What banks write where they have no reference to give.
NO_REFERENCE = frozenset(
	{"", "NONREF", "NOTPROVIDED", "NOTPROVIDE", "NOREF", "NA", "N/A", "NONE", "0", "NOT PROVIDED"}
)
REFERENCE_LENGTH = 64
REFERENCED = re.compile(r"(?!hash-)(.+)-[0-9a-f]{24}(?:-\d+)?")


def is_reference(text: str) -> bool:
	"""Whether a reference field really holds one (and no placeholder such as NOTPROVIDED or zeros)."""
	return text.strip().upper() not in NO_REFERENCE and text.strip("0 ") != ""


def external_id(account: str, reference: str, booked_on: date, amount: Decimal, text: str) -> str:
	"""An id of at most 97 characters.

	With a bank's reference: the reference and a hash over account, date and amount. The hash is there because
	some banks use a reference again: a second movement under it must not pass for the first and be lost.
	Without: a hash over account, date, amount and remittance text.
	"""
	known = is_reference(reference)
	parts = [account, booked_on.isoformat(), f"{amount.normalize():f}", reference if known else text]
	digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
	return f"{reference.strip()[:REFERENCE_LENGTH]}-{digest[:24]}" if known else f"hash-{digest[:32]}"


def reference_of(known: str) -> str:
	"""The bank's reference in an external id; "" where it has none (a provider's own id is none, either)."""
	match = REFERENCED.fullmatch(known)
	return match[1] if match else ""


def number_equals(lines: list[BankLine]) -> tuple[BankLine, ...]:
	"""The lines with a running number (-2, -3, …) added to the external id of the second, third, … among
	equals."""
	seen: Counter[str] = Counter()
	numbered = []
	for line in lines:
		seen[line.external_id] += 1
		count = seen[line.external_id]
		numbered.append(line if count == 1 else replace(line, external_id=f"{line.external_id}-{count}"))
	return tuple(numbered)
