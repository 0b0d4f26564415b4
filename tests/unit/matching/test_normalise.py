"""Texts before matching: folding, readings, and numbers that are no reference."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.matching import normalise
from collections_app.engine.matching.references import shape_of
from collections_app.engine.matching.words import purpose_of


def test_folding_and_keys():
	assert normalise.fold("Überweisung señor") == "UBERWEISUNG SENOR"
	assert normalise.compact("lNV-2O26/00l01") == normalise.compact("INV 2026-00101") == "1NV202600101"


def test_a_text_broken_by_the_line_width_is_read_whole():
	whole = "PAYMENTS OF 33141 33151 33152 33153 33154 33155"
	width = 17
	broken = " ".join(whole[at : at + width] for at in range(0, len(whole), width))
	assert broken != whole and whole in normalise.readings(broken)


def test_a_blank_between_digits_may_be_a_break():
	assert "INV 04712" in normalise.readings("INV 047 12")


@given(st.text(alphabet="AB 0123456789-/", max_size=200))
def test_readings_only_ever_lose_blanks(text):
	found = normalise.readings(text)
	assert found[0] == text and len(found) <= normalise.MAX_READINGS
	assert {one.replace(" ", "") for one in found} == {text.replace(" ", "")}


def test_dates_amounts_shares_and_accounts_are_no_references():
	text = "DE89370400440532013000 17.11.2026 2026-11-17 1.234,56 2% 00912"
	left = normalise.without_other_numbers(text)
	assert len(left) == len(text) and left.replace("·", "").split() == ["00912"]


def test_the_shape_of_a_number():
	assert shape_of("INV-2026-00912").groups == ("2026", "00912")
	assert shape_of("INV-2026-00912").pattern == shape_of("INV/2025/1").pattern


def test_purposes_in_several_languages_also_when_broken():
	assert purpose_of(["INV 1 TEILZAHL UNG"]).part
	assert purpose_of(["INV 1 ESC."]).discount
	assert purpose_of(["REMBOURSEMENT"]).other
	assert purpose_of(["ACCOUNT SETTLEME NT"]).several
	assert purpose_of(["INVOICE DESCRIBED"]) == purpose_of([""])
