"""What the formats share: decoding, size, currencies, account numbers."""

from __future__ import annotations

import re

from collections_app.engine.statements.errors import StatementError
from collections_app.engine.texts import Text

BYTE_CAP = 50_000_000
IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
IN_TEXT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")
CURRENCY = re.compile(r"[A-Z]{3}")


def check_size(data: bytes, byte_cap: int = BYTE_CAP) -> None:
	"""StatementError when the file is empty or larger than `byte_cap`."""
	if not data.strip():
		raise StatementError("The file is empty")
	if len(data) > byte_cap:
		raise StatementError(Text("The file has {0} bytes; at most {1} are read", len(data), byte_cap))


def decode(data: bytes) -> str:
	"""The text of a file whose encoding is not told: UTF-16 or UTF-8 by their marks, UTF-8 where it fits, else
	Windows-1252 (bytes it does not know are read as Latin-1)."""
	if data.startswith((b"\xff\xfe", b"\xfe\xff")):
		return data.decode("utf-16", "replace")
	for encoding in ("utf-8-sig", "cp1252"):
		try:
			return data.decode(encoding)
		except UnicodeDecodeError:
			continue
	return data.decode("latin-1")


def currency_of(code: str, where: str) -> str:
	"""An ISO 4217 code as written in the file; StatementError when it is none."""
	if not CURRENCY.fullmatch(code):
		raise StatementError(
			Text("{0} is no currency code", repr(code[:20])) if code else Text("The currency is missing"),
			where,
		)
	return code


def iban_or_number(written: str) -> tuple[str, str]:
	"""(IBAN, "") where the check digits are those of an IBAN (ISO 13616, modulo 97), else ("", the number)."""
	compact = re.sub(r"\s", "", written).upper()
	return (compact, "") if is_iban(compact) else ("", written.strip())


def find_ibans(text: str) -> list[str]:
	"""The IBANs that stand in a text, blanks between their groups taken out."""
	found = []
	for match in IN_TEXT.finditer(text):
		groups = match[0].upper().split(" ")
		# what follows may look like one more group: "DE89 3704 0044 0532 0130 00 EUR"
		ends = (one for one in range(len(groups), 0, -1) if is_iban("".join(groups[:one])))
		if end := next(ends, 0):
			found.append("".join(groups[:end]))
	return found


def is_iban(compact: str) -> bool:
	"""Whether a text without blanks is an IBAN with right check digits."""
	if not IBAN.fullmatch(compact):
		return False
	turned = compact[4:] + compact[:4]
	return int("".join(str(int(one, 36)) for one in turned)) % 97 == 1
