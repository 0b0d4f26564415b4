"""Remittance texts and numbers in a form in which the same thing looks the same.

Payers write references in their own way, and banks break texts into lines of fixed width, often inside a word
or a number; once joined, such a break is a space like any other. A text therefore has several readings.
"""

from __future__ import annotations

import re
import unicodedata

# Where a feed keeps the bank's lines apart; one character each, so that places stay.
LINE_ENDS = str.maketrans("\n\r\t\u00a0", "    ")
# Letters written for digits, and the other way round. Numbers and texts both go through it, so nothing is
# lost.
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "|": "1"})
SHORTEST_LINE, LONGEST_LINE = 16, 140
MAX_READINGS = 24

DIGIT_O = re.compile(r"(?<=\d)O(?=\d|\b)|\bO(?=\d\d)")
DIGIT_I = re.compile(r"(?<=\d)[IL](?=\d)")
SPLIT_DIGITS = re.compile(r"(?<=\d) {1,2}(?=\d)")
# Numbers that are no reference: dates, amounts with decimals, percentages, IBANs.
NO_REFERENCES = re.compile(
	r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b"
	r"|(?<!\d)\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}(?!\d)"
	r"|(?<!\d)(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)"
	r"|(?<![\d.,])\d+(?:[.,]\d+)?\s*%"
	r"|(?<![\d.,/-])(?:\d{1,3}(?:[.,' ]\d{3})+|\d+)[.,]\d{2}(?![\d.,/-])"
)


def fold(text: str) -> str:
	"""Upper case without accents, line ends as blanks; everything else stays. The length may change."""
	text = text.translate(LINE_ENDS)
	if text.isascii():
		return text.upper()
	decomposed = unicodedata.normalize("NFKD", text)
	return "".join(one for one in decomposed if not unicodedata.combining(one)).upper()


def skeleton(folded: str) -> str:
	"""A folded text with letters that look like digits turned into these; same length."""
	return folded.translate(LOOK_ALIKES)


def compact(text: str) -> str:
	"""Letters and digits alone, look-alikes turned into digits: the key under which a number is looked up."""
	return "".join(one for one in skeleton(fold(text)) if one.isalnum())


def mend_digits(folded: str) -> str:
	"""O, I and L among digits turned into digits; words keep theirs."""
	return DIGIT_I.sub("1", DIGIT_O.sub("0", folded))


def without_other_numbers(folded: str) -> str:
	"""The text with dates, amounts, percentages and IBANs blanked out (same length)."""
	return NO_REFERENCES.sub(lambda match: "·" * len(match.group()), folded)


def readings(text: str) -> list[str]:
	"""The text as it stands and as it may have been before the bank broke it into lines.

	One reading for each line width at which every break falls on a space (or where the text ends), then one
	for each single space between two digits.
	"""
	found = [text]
	for width in range(SHORTEST_LINE, min(LONGEST_LINE, len(text) - 1) + 1):
		breaks = range(width, len(text), width + 1)
		if all(text[place] == " " for place in breaks):
			lines = [text[start : start + width] for start in range(0, len(text), width + 1)]
			found.append("".join(lines))
	for match in SPLIT_DIGITS.finditer(text):
		found.append(text[: match.start()] + text[match.end() :])
	return list(dict.fromkeys(found))[:MAX_READINGS]
