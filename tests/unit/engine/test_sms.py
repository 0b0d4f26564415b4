"""The length of text messages, by the published rules of GSM 03.38 and 03.40."""

from __future__ import annotations

import pytest

from collections_app.engine.sms import BASIC, EXTENSION, GSM_7, UCS_2, plain_sms, sms_size


def test_alphabet_is_the_published_one():
	"""TS 23.038: 127 signs besides the escape, nine in the extension with the form feed and the euro."""
	assert len(BASIC) == 127
	assert EXTENSION == set("\f^{}\\[~]|€")


@pytest.mark.parametrize(
	("text", "encoding", "length", "parts", "left"),
	[
		("", GSM_7, 0, 0, 160),
		("a" * 160, GSM_7, 160, 1, 0),
		# 140 octets less a header of 6 leave 153 septets a part
		("a" * 161, GSM_7, 161, 2, 145),
		("a" * 306, GSM_7, 306, 2, 0),
		("a" * 307, GSM_7, 307, 3, 152),
		# a sign of the extension takes two septets
		("€" * 80, GSM_7, 160, 1, 0),
		("€" * 81, GSM_7, 162, 2, 143),
		("[]{}~^|\\", GSM_7, 16, 1, 144),
		# and is never cut in two: 76 pairs leave one septet of 153 unused
		("a" * 152 + "€" + "a" * 10, GSM_7, 164, 2, 141),
		("ÄÖÜäöüßñàèéìòùÇØøÅåÆæÉ", GSM_7, 22, 1, 138),
		("ç", UCS_2, 1, 1, 69),
		("ж" * 70, UCS_2, 70, 1, 0),
		("ж" * 71, UCS_2, 71, 2, 63),
		("ж" * 134, UCS_2, 134, 2, 0),
		("ж" * 135, UCS_2, 135, 3, 66),
		# outside the basic plane a sign is a pair of units, never cut in two
		("😀" * 35, UCS_2, 70, 1, 0),
		("😀" * 36, UCS_2, 72, 2, 61),
		("😀" * 34, UCS_2, 68, 1, 2),
	],
)
def test_size(text, encoding, length, parts, left):
	size = sms_size(text)
	assert (size.encoding, size.length, size.parts, size.left) == (encoding, length, parts, left)


def test_what_makes_it_long_is_named_once():
	assert sms_size("façade á façade").blockers == "çá"
	assert sms_size("plain €").blockers == ""


def test_typography_is_made_plain():
	assert plain_sms("“Mahnung” – 12\u202f345,50\u00a0€ …\n l’an") == '"Mahnung" - 12 345,50 € ... l\'an'
	assert sms_size(plain_sms("12\u202f345,50\u00a0€ “x” – …")).encoding == GSM_7


def test_names_keep_their_accents():
	assert plain_sms("Çelik Łódź") == "Çelik Łódź"
