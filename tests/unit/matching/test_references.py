"""Numbers as payers write them, and what differing amounts mean."""

from __future__ import annotations

import pytest

from tests.unit.matching.frames import items, one, payment, run

FIRST = "INV-2026-00101"


@pytest.mark.parametrize(
	"text",
	[
		FIRST,
		"inv-2026-00101",
		"INV/2026/00101",
		"INV 2026 00101",
		"INV202600101",
		"lNV-2O26-OO101",
		"VIR SEPA RECU INV-2026-001 01",
		"Re. 2026/101 vom 01.09.2026",
		"Rg 00101",
		"facture n°00101",
		"101",
		"ref 8471203399 INV-2026-00101 EUR 100.10",
		"/EREF/NOTPROVIDED INV-2026- 00101",
	],
)
def test_a_number_is_found_however_it_is_written(text):
	assert one(100.10, text)[0] == {FIRST: 100.10}


def test_the_structured_reference_and_the_end_to_end_id_are_read_too():
	assert one(100.10, "thanks", structured_reference=FIRST)[0] == {FIRST: 100.10}
	assert one(100.10, "thanks", end_to_end_id=FIRST)[0] == {FIRST: 100.10}


@pytest.mark.parametrize(
	"text",
	[
		"INV-2026-00101, INV-2026-00102",
		"INV-2026-00101+00102",
		"INV-2026-00101;102",
		"INV-2026-00101 001 02",
		"INV-2026-00101 bis INV-2026-00102",
		"PO70001 / INV-2026-00102",
	],
)
def test_several_numbers_that_add_up(text):
	assert one(350.10, text)[0] == {FIRST: 100.10, "INV-2026-00102": 250.00}


def test_a_range_names_all_between():
	found, _ = one(383.43, "INV-2026-00101 - 00103")
	assert found == {FIRST: 100.10, "INV-2026-00102": 250.00, "INV-2026-00103": 33.33}


def test_a_credit_note_is_netted():
	assert one(230.00, "INV-2026-00102 less INV-2026-00104")[0] == {
		"INV-2026-00102": 250.00,
		"INV-2026-00104": -20.00,
	}


def test_the_last_digits_must_have_the_amount():
	assert one(77.77, "invoice 205")[0] == {"INV-2026-02205": 77.77}
	found, decision = one(70.00, "invoice 205")
	assert found == {} and decision.status == "review"


def test_an_order_number_stands_for_its_invoice():
	assert one(512.40, "order PO70002", name="Castell Verlag Ltd", iban="")[0] == {"INV-2026-00106": 512.40}


@pytest.mark.parametrize(
	("amount", "text", "rule", "short", "kind"),
	[
		(98.10, f"{FIRST} abz. 2% Skonto", "reference_discount", 2.00, "discount"),
		(97.10, f"{FIRST} esc.", "reference_discount", 3.00, "discount"),
		(91.60, FIRST, "reference_fee", 8.50, "fee"),
		(50.05, f"{FIRST} Teilzahl ung", "reference_part", 0.0, ""),
	],
)
def test_less_than_is_open_is_applied_with_its_meaning(amount, text, rule, short, kind):
	matches, _ = run(payment(amount, text))
	(match,) = matches.itertuples()
	assert (match.invoice, match.amount, match.rule) == (FIRST, amount, rule)
	assert (match.short, match.short_kind) == (pytest.approx(short), kind)


def test_a_stated_part_counts_more_than_another_items_amount():
	assert one(77.77, f"{FIRST} part payment")[0] == {FIRST: 77.77}
	assert one(77.77, FIRST)[0] == {}


def test_a_discount_on_several_is_spread():
	matches, _ = run(payment(343.10, "INV-2026-00101 INV-2026-00102 2% Skonto"))
	assert dict(zip(matches["invoice"], matches["amount"], strict=True)) == {
		FIRST: 98.10,
		"INV-2026-00102": 245.0,
	}
	assert matches["short"].tolist() == [2.00, 5.00]


def test_what_is_paid_too_much_is_left_for_the_account():
	found, decision = one(110.10, FIRST)
	assert found == {FIRST: 100.10}
	assert (decision.status, decision.unallocated, decision.rule) == ("apply", 10.0, "reference_excess")


def test_too_much_that_is_another_open_invoice_goes_to_review():
	found, decision = one(177.87, FIRST)  # 100.10 + 77.77 of INV-2026-02205
	assert found == {} and decision.status == "review"
	assert "other_amount_exact" in {reason.code for reason in decision.reasons}


def test_a_sum_that_does_not_add_up_is_proposed_not_applied():
	found, decision = one(300.00, "INV-2026-00101, INV-2026-00102")
	assert found == {} and decision.status == "review"
	assert {part["invoice"] for part in decision.proposals[0]["allocations"]} == {FIRST, "INV-2026-00102"}


def test_one_slip_in_the_number_with_the_exact_amount():
	found, decision = one(77.77, "INV-2026-02206")
	assert found == {"INV-2026-02205": 77.77} and decision.rule == "near_reference"


def test_a_number_that_is_not_open_stops_matching_by_amount():
	found, decision = one(77.77, "INV-2025-09999")
	assert found == {} and decision.status == "review"
	assert decision.proposals[0]["allocations"][0]["invoice"] == "INV-2026-02205"


def test_a_month_is_no_number():
	rows = [("00011/2026", "C-1", "Borealis Marine GmbH", "DE111", 900.0, "")]
	matches, _ = run(payment(450.0, "11/2026 thanks"), open_items=items(rows))
	assert matches.empty


def test_a_short_plain_number_needs_the_amount():
	rows = [("4711", "C-1", "Borealis Marine GmbH", "DE111", 900.0, "")] * 1
	rows += [(str(n), "C-1", "Borealis Marine GmbH", "DE111", 10.0 + n, "") for n in range(5000, 5040)]
	assert run(payment(450.0, "customer 4711"), open_items=items(rows))[0].empty
	assert len(run(payment(900.0, "4711"), open_items=items(rows))[0]) == 1


def test_payment_terms_are_filled_earliest_first():
	rows = [(FIRST, "C-1", "Borealis Marine GmbH", "DE111", 60.0, "")] * 3
	terms = items(rows, item=["a", "b", "c"], due_date=["2026-12-01", "2026-10-01", "2026-11-01"])
	matches, _ = run(payment(90.0, f"{FIRST} part payment"), open_items=terms)
	assert list(zip(matches["item"], matches["amount"], strict=True)) == [("b", 60.0), ("c", 30.0)]
	matches, _ = run(payment(180.0, FIRST), open_items=terms)
	assert sorted(matches["item"]) == ["a", "b", "c"]
