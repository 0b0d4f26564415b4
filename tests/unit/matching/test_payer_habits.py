"""How payers and banks really write: broken lines, labelled numbers, letters of series, ranges over months."""

from __future__ import annotations

import pytest

from tests.unit.matching.frames import applied, items, one, payment, run

SERIES = [
	("C00124-25", "C-1", "Borealis Marine GmbH", "DE111", 310.0, ""),
	("B00777-25", "C-1", "Borealis Marine GmbH", "DE111", 75.4, ""),
]
MONTHS = [
	("FV/341/06/2025", "C-1", "Borealis Marine GmbH", "DE111", 126.15, ""),
	("FV/342/07/2025", "C-1", "Borealis Marine GmbH", "DE111", 38.39, ""),
	("FV/350/03/2026", "C-1", "Borealis Marine GmbH", "DE111", 1000.0, ""),
	("FV/351/03/2026", "C-1", "Borealis Marine GmbH", "DE111", 11.0, ""),
]
PLAIN = [
	(str(number), "C-1", "Borealis Marine GmbH", "DE111", 50.0 + number % 977, "")
	for number in range(2000, 2300)
]


@pytest.mark.parametrize("end", ["\n", "\r", " \n", "\t", "\u00a0"])
def test_lines_of_the_bank(end):
	"""A number that the end of a line breaks is found, whatever stands for the end."""
	assert one(100.10, f"EREF+NOTPROVIDED SVWZ+ INV-2026-0010{end}1")[0] == {"INV-2026-00101": 100.10}


@pytest.mark.parametrize(
	"text",
	[
		"KD 4711 Rg INV-2026-00102 Skonto",
		"Kundennummer 4711 INV-2026-00102 less discount",
		"customer no. 4711 / INV-2026-00102 discount",
		"Ihre Rechnung vom 03.10.202 6 INV-2026-00102 ./. 2% Sko nto",
		"INV-2026-00102 rabat",
	],
)
def test_numbers_of_another_kind(text):
	"""The payer's own number at us, or a date that the bank broke, does not keep a discount waiting."""
	assert one(245.0, text)[0] == {"INV-2026-00102": 245.0}


@pytest.mark.parametrize("text", ["4711 INV-2026-00102 Skonto", "INV-2026-00102 Skonto 8877 6655"])
def test_a_number_without_a_word_still_counts(text):
	matches, decision = one(245.0, text)
	assert matches == {} and "numbers_left_over" in [reason.code for reason in decision["reasons"]]


def test_letters_of_a_series():
	"""B00124-25 is not C00124-25, in whichever way it is written: by its groups, its serial, or with a slip."""
	for amount, text in ((310.0, "B00124-25"), (200.0, "B00124-25"), (310.0, "B00124"), (75.4, "C00778-25")):
		assert applied(payment(amount, text), open_items=items(SERIES)) == {}, text
	assert applied(payment(310.0, "C00124-25"), open_items=items(SERIES)) == {"P1": {"C00124-25": 310.0}}


def test_words_are_no_digits():
	"""The l of "less" is no one: SI-9 less a discount is not SI-91."""
	rows = [("SI-91", "C-1", "Borealis Marine GmbH", "DE111", 117.79, "")]
	assert applied(payment(115.43, "inv SI-9 less settlement discount"), open_items=items(rows)) == {}
	assert applied(payment(117.79, "SI-9l"), open_items=items(rows)) == {"P1": {"SI-91": 117.79}}


@pytest.mark.parametrize(
	"text", ["FV/341/06/2025 - FV/350/03/2026", "faktura FV/341/06/2025 bis 350", "FV/341/06/2025 - 50"]
)
def test_a_range_over_months(text):
	"""A serial that runs on while month and year change; of the last one also its last digits alone."""
	found = applied(payment(1164.54, text), open_items=items(MONTHS))
	assert found == {"P1": {"FV/341/06/2025": 126.15, "FV/342/07/2025": 38.39, "FV/350/03/2026": 1000.0}}


def test_a_short_number_that_is_called_an_invoice():
	"""Four digits and an amount that does not fit say little, unless the payer writes that they are an invoice's."""
	rows = items(PLAIN)
	amount = 50.0 + 2150 % 977 - 12.0
	assert applied(payment(amount, "2150"), open_items=rows) == {}
	assert applied(payment(amount, "Rechnung Nr. 2150"), open_items=rows) == {"P1": {"2150": amount}}


def test_a_part_payment_by_another_customer():
	"""A number without its amount, from someone else who is known: perhaps a slip, so a person looks."""
	matches, decisions = run(payment(50.0, "INV-2026-00106 Teilzahlung"))
	assert matches.empty and "payer_differs" in [reason.code for reason in decisions.iloc[0]["reasons"]]


def test_one_rate_on_several_without_a_word():
	"""Several invoices paid less exactly 2 % each: an early-payment discount, also where nothing says so."""
	matches, _ = run(payment(343.10, "INV-2026-00101 INV-2026-00102"))
	assert matches["short_kind"].tolist() == ["discount", "discount"]
	assert run(payment(341.77, "INV-2026-00101 INV-2026-00102"))[0].empty


def test_a_slip_beside_a_standing_price():
	"""A number one slip away with a price that many invoices have may be an invoice paid long ago."""
	rows = [
		(f"INV-2026-{n:05d}", "C-1", "Borealis Marine GmbH", "DE111", 59.5, "") for n in (4711, 4900, 5200)
	]
	rows.append(("INV-2026-06600", "C-1", "Borealis Marine GmbH", "DE111", 83.17, ""))
	assert applied(payment(59.5, "INV-2026-04712"), open_items=items(rows)) == {}
	assert applied(payment(83.17, "INV-2026-06601"), open_items=items(rows)) == {
		"P1": {"INV-2026-06600": 83.17}
	}
