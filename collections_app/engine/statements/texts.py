"""What the text formats share: decoding, size, account numbers."""

from __future__ import annotations

import re

from collections_app.engine.statements.errors import StatementError

BYTE_CAP = 50_000_000
IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


def check_size(data: bytes, byte_cap: int = BYTE_CAP) -> None:
	"""StatementError when the file is empty or larger than `byte_cap`."""
	if not data.strip():
		raise StatementError("The file is empty")
	if len(data) > byte_cap:
		raise StatementError(f"The file has {len(data)} bytes; at most {byte_cap} are read")


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


def iban_or_number(written: str) -> tuple[str, str]:
	"""(IBAN, "") where the check digits are those of an IBAN (ISO 13616, modulo 97), else ("", the number)."""
	compact = re.sub(r"\s", "", written).upper()
	return (compact, "") if is_iban(compact) else ("", written.strip())


def is_iban(compact: str) -> bool:
	"""Whether a text without blanks is an IBAN with right check digits."""
	if not IBAN.fullmatch(compact):
		return False
	turned = compact[4:] + compact[:4]
	return int("".join(str(int(one, 36)) for one in turned)) % 97 == 1
