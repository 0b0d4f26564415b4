"""What banks write otherwise in MT940 than SWIFT says, put right before the tags are read."""

from __future__ import annotations

import re

# the network's sign for a new line
NEW_LINE = re.compile(r"@@(?=:\d\d[A-Z]?:|-$|\n|$)", re.MULTILINE)
# what programs of the DOS age write behind a file
END_OF_FILE = "\x00\x1a"
# available balances: nobody needs them here, and some banks fill them with nonsense
AVAILABLE = re.compile(r"(?m)^:6[45][A-Z]?:.*\n?")
NO_NUMBER = re.compile(r"(?m)^(:28C?:)\s*/")
# amounts with a point and leading zeros: C000000000300.00
POINTED = (
	re.compile(r"(?m)^(:61:\d{6}(?:\d{4})?[ER]?[CD][A-Z]?)0*(\d+)\.(\d\d)(?!\d)"),
	re.compile(r"(?m)^(:6[02][FM]:[CD]\d{6}[A-Z]{3})0*(\d+)\.(\d\d)(?!\d)"),
)
# a line without its type of transaction, which the reader of the tags needs to tell two lines apart
NO_TYPE = re.compile(r"(?m)^(:61:\d{6}(?:\d{4})?[ER]?[CD][A-Z]?\d[\d,]*)(?=//|$)")


def standard(text: str) -> str:
	"""The text of a file as SWIFT writes it, line by line."""
	text = NO_NUMBER.sub(r"\g<1>0/", AVAILABLE.sub("", NEW_LINE.sub("\n", text.rstrip(END_OF_FILE))))
	for amounts in POINTED:
		text = amounts.sub(r"\1\2,\3", text)
	return NO_TYPE.sub(r"\1NMSC", text)
