"""Field :86: of MT940: who paid, and what for, as banks write it.

Three families: numbered subfields after a code of three digits (German and Austrian banks: `166?00...?20EREF+...`,
others with ~ or another sign instead of ?), words between slashes (Dutch and other SEPA banks: `/EREF/.../NAME/...`),
and plain text. Sources: Deutsche Kreditwirtschaft, DFÜ agreement annex 3, chapter 8 (GVC); Rabobank, ING and ABN AMRO
format descriptions of MT940 structured.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from collections_app.engine.statements.identity import is_reference
from collections_app.engine.statements.texts import find_ibans, is_iban

SUBFIELD_WIDTH = 27
LINE_WIDTH = 65
NUMBERED = re.compile(r"^\s*(\d{3})([^\w\s/])(?=\d\d)")
SEPA_TAG = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|BREF|RREF|PREF|PURP|IBAN|BIC)\+")
SLASH_WORDS = (
	"TRTP TRCD EREF PREF RTRN MARF CSID REMI NAME IBAN BIC ORDP BENM CNTP ID ADDR ULTC ULTB ULTD PURP ISDT "
	"CREF SVCL BUSP KREF INIT OCMT CHGS EXCH STRD USTD CUR ISSR"
)
SLASH = re.compile(rf"/({'|'.join(SLASH_WORDS.split())})/")
UNSTRUCTURED = re.compile(r"^(USTD/+|STRD$)")
STRUCTURED = re.compile(r"^STRD/(?:CUR|ISO)/+([^/]+)")
BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")


@dataclass(frozen=True)
class Details:
	"""What :86: says; texts, empty where it does not say. `account`: IBAN or other number of the other party."""

	remittance: str = ""
	name: str = ""
	account: str = ""
	bic: str = ""
	end_to_end_id: str = ""
	structured_reference: str = ""
	code: str = ""


def read_details(text: str) -> Details:
	"""The details of one :86: field, its line breaks as in the file."""
	if NUMBERED.match(text):
		return _numbered(text)
	joined = _unwrapped(text)
	if len(SLASH.findall(joined)) >= 2 or re.match(r"\s*/(TRTP|EREF|REMI|ORDP|BENM|CNTP)/", joined):
		return _slashed(joined)
	account = next(iter(find_ibans(joined)), "")
	return Details(remittance=_spaced(joined), account=account)


def _unwrapped(text: str, width: int = LINE_WIDTH) -> str:
	"""The lines as one: a line filled to the width was broken anywhere, another one ends a word."""
	joined = ""
	for line in text.split("\n"):
		line = line.rstrip("\r")
		joined += line if len(line) >= width else line + " "
	return joined.rstrip()


def _spaced(text: str) -> str:
	return " ".join(text.split())


def _numbered(text: str) -> Details:
	match = NUMBERED.match(text)
	code, mark = match[1], match[2]
	flat = text.replace("\n", "")
	parts: dict[int, list[str]] = {}
	for part in flat[match.end() :].split(mark):
		if part[:2].isascii() and part[:2].isdigit():  # not the digits of other scripts: "3²" is no number
			parts.setdefault(int(part[:2]), []).append(part[2:])
		elif parts:
			# the mark itself stands in a text
			list(parts.values())[-1][-1] += mark + part
	texts = [
		one for number in sorted(parts) if 20 <= number <= 29 or 60 <= number <= 63 for one in parts[number]
	]
	tags, free = _sepa_tags(_joined(texts))
	account = "".join(parts.get(31, [])).replace(" ", "") or _first_word(tags.get("IBAN", ""))
	name = _spaced(" ".join("".join(parts.get(number, [])) for number in (32, 33)))
	return Details(
		remittance=_spaced(tags.get("SVWZ", "") or free) or _spaced("".join(parts.get(0, []))),
		name=name or _spaced(tags.get("ABWA", "") or tags.get("ABWE", "")),
		account=account,
		bic="".join(parts.get(30, [])).strip() or _first_word(tags.get("BIC", "")),
		end_to_end_id=_given(tags.get("EREF", "")),
		code=code,
	)


def _joined(subfields: list[str]) -> str:
	"""Subfields as one text: one filled to its width was broken anywhere; a tag begins a new word."""
	joined = ""
	for one in subfields:
		full = len(one) >= SUBFIELD_WIDTH
		if joined and SEPA_TAG.match(one) and not joined.endswith(" "):
			joined += " "
		joined += one if full else one + " "
	return joined.strip()


def _sepa_tags(text: str) -> tuple[dict[str, str], str]:
	"""The texts behind EREF+, SVWZ+ and so on, and what stands before the first of them."""
	pieces = SEPA_TAG.split(text)
	tags: dict[str, str] = {}
	for tag, value in zip(pieces[1::2], pieces[2::2], strict=True):
		tags[tag] = f"{tags[tag]} {value}".strip() if tag in tags else value.strip()
	return tags, pieces[0].strip()


def _slashed(text: str) -> Details:
	pieces = SLASH.split(text)
	found: dict[str, str] = {}
	before = pieces[0].strip()
	for word, value in zip(pieces[1::2], pieces[2::2], strict=True):
		value = value.strip().strip("/").strip()
		if value and word not in found:
			found[word] = value
	remittance, structured = _remittance(found)
	name = found.get("NAME", "")
	account, bic = found.get("IBAN", ""), found.get("BIC", "")
	party = found.get("CNTP") or found.get("ORDP") or found.get("BENM") or ""
	for part in (one.strip() for one in party.split("/")):
		compact = part.replace(" ", "").upper()
		if is_iban(compact):
			account = account or compact
		elif BIC.fullmatch(compact) and account and not bic and not name:
			bic = compact
		elif part and not name:
			name = part
	return Details(
		remittance=_spaced(remittance or before),
		name=_spaced(name),
		account=_first_word(account),
		bic=_first_word(bic),
		end_to_end_id=_given(found.get("EREF", "")),
		structured_reference=structured,
		code=_spaced(found.get("TRCD", "") or found.get("TRTP", ""))[:50],
	)


def _remittance(found: dict[str, str]) -> tuple[str, str]:
	"""The free text, and a structured reference: `/REMI/USTD//text`, `/REMI/STRD/CUR/reference`, `/REMI/text`."""
	value = found.get("REMI", "") or found.get("USTD", "")
	if structured := STRUCTURED.match(value):
		return structured[1].strip(), structured[1].strip()
	if reference := found.get("CUR") or found.get("STRD"):
		reference = reference.split("/")[-1].strip()
		return f"{UNSTRUCTURED.sub('', value)} {reference}".strip(), reference
	return UNSTRUCTURED.sub("", value), ""


def _given(value: str) -> str:
	value = _spaced(value)
	return value if is_reference(value) else ""


def _first_word(value: str) -> str:
	words = value.split()
	return words[0] if words else ""
