"""How long a text message is: GSM 7-bit where every sign is in its alphabet, else UCS-2, and how many parts it takes.

Source: 3GPP TS 23.038 (GSM 03.38), tables 6.2.1 (default alphabet) and 6.2.1.1 (its extension), and TS 23.040
(GSM 03.40), 9.2.3.24.1: a message has 140 octets, which are 160 septets or 70 UCS-2 units; in a concatenated one the
user data header takes 6 octets of each part, so 153 septets or 67 units are left.
"""

from __future__ import annotations

from dataclasses import dataclass

GSM_7 = "GSM-7"
UCS_2 = "UCS-2"
BASIC = frozenset(
	"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
	"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# these take two septets: the escape sign and their own
EXTENSION = frozenset("\f^{}\\[~]|€")
# (one message, each part of several)
LIMITS = {GSM_7: (160, 153), UCS_2: (70, 67)}


@dataclass(frozen=True)
class SmsSize:
	"""`length` in units of the encoding (septets or UCS-2 units); `parts`: messages it is billed as, 0 for no text.

	`per_part`: units that fit in each of these parts; `left`: units still free in the last one. `blockers`: signs that are
	not in the GSM alphabet and so make the whole message UCS-2, each once, in their order.
	"""

	encoding: str
	length: int
	parts: int
	per_part: int
	left: int
	blockers: str


def sms_size(text: str) -> SmsSize:
	"""The size of a text message."""
	blockers = "".join(dict.fromkeys(sign for sign in text if sign not in BASIC and sign not in EXTENSION))
	encoding = UCS_2 if blockers else GSM_7
	widths = [_width(sign, encoding) for sign in text]
	length = sum(widths)
	single, several = LIMITS[encoding]
	if length <= single:
		return SmsSize(encoding, length, 1 if length else 0, single, single - length, blockers)
	parts, room = 1, several
	for width in widths:
		# an escaped sign and a surrogate pair are never cut in two
		if width > room:
			parts, room = parts + 1, several
		room -= width
	return SmsSize(encoding, length, parts, several, room, blockers)


def _width(sign: str, encoding: str) -> int:
	if encoding == GSM_7:
		return 2 if sign in EXTENSION else 1
	return 2 if ord(sign) > 0xFFFF else 1


# what letters' texts often hold and GSM lacks, with what reads the same
SIMPLER = str.maketrans(
	{
		"\u00a0": " ",
		"\u202f": " ",
		"\u2009": " ",
		"‘": "'",
		"’": "'",
		"‚": "'",
		"“": '"',
		"”": '"',
		"„": '"',
		"«": '"',
		"»": '"',
		"–": "-",
		"—": "-",
		"\u2011": "-",
		"…": "...",
		"\t": " ",
	}
)


def plain_sms(text: str) -> str:
	"""One line of text for a phone: white space joined, typographic quotes, dashes and spaces made plain.

	Letters with accents stay as they are: a name is not misspelt to save a part.
	"""
	return " ".join(text.translate(SIMPLER).split())
