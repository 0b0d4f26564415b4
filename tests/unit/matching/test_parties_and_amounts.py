"""Payments without a number: who pays and the amount, and what must not be applied."""

from __future__ import annotations

import pandas as pd
import pytest

from collections_app.engine.matching import MatchInputError, MatchSettings
from tests.unit.matching.frames import applied, items, one, payment, run


def test_payer_by_account_and_amount_of_one_item():
	found, decision = one(33.33, "invoice", name="somebody")
	assert found == {"INV-2026-00103": 33.33}
	assert (decision.status, decision.customer, decision.rule) == ("apply", "C-1", "amount")
	assert 0.98 <= decision.confidence < 1


@pytest.mark.parametrize(
	"name", ["Castell Verlag Ltd", "CASTELL VERLAG LTD", "Castel Verlag Ltd", "Castell Verlg Ltd"]
)
def test_payer_by_a_name_with_slips(name):
	assert one(512.40, "", name=name, iban="")[0] == {"INV-2026-00106": 512.40}


def test_names_that_differ_in_the_legal_form_alone_are_told_apart():
	assert one(88.00, "", name="Castell Verlag Inc.", iban="")[0] == {"INV-2026-00108": 88.00}
	found, decision = one(88.00, "", name="Castell Verlag", iban="")
	assert found == {} and decision.status == "review"
	assert {one["customer"] for one in decision.proposals} == {"C-2", "C-3"}


def test_an_alias_names_the_customer():
	aliases = pd.DataFrame([{"kind": "iban", "value": "XX 99", "customer": "C-2"}])
	pay = payment(512.40, "", name="CV Group", iban="XX99")
	assert applied(pay) == {}
	assert applied(pay, aliases=aliases) == {"P1": {"INV-2026-00106": 512.40}}


def test_an_account_number_is_learned_from_sure_payments():
	known = payment(88.00, "INV-2026-00107", name="Castell Verlag Ltd", iban="XX77")
	later = payment(512.40, "", name="", iban="XX77")
	assert applied(later) == {}
	assert applied(known, later)["P2"] == {"INV-2026-00106": 512.40}


def test_an_account_number_that_pays_for_several_customers_is_not_learned():
	known = payment(88.00, "INV-2026-00107", name="Castell Verlag Ltd", iban="XX77")
	other = payment(64.20, "INV-2026-00109", name="Dunkel Foods SARL", iban="XX77")
	later = payment(512.40, "", name="", iban="XX77")
	assert set(applied(known, other, later)) == {"P1", "P2"}


def test_a_name_between_two_customers_is_uncertain():
	assert one(512.40, "", name="Castell Verlag Ltc", iban="")[0] == {}


def test_equal_amounts_are_not_guessed_but_proposed():
	found, decision = one(64.20, "", name="Dunkel Foods SARL", iban="FR444")
	assert found == {} and decision.status == "review"
	invoices = {one["allocations"][0]["invoice"] for one in decision.proposals}
	assert invoices == {"INV-2026-00109", "INV-2026-00110"}


def test_what_a_number_settles_is_no_longer_a_choice():
	found = applied(
		payment(64.20, "", name="Dunkel Foods SARL", iban="FR444"),
		payment(64.20, "INV-2026-00110", name="Dunkel Foods SARL", iban="FR444"),
	)
	assert found == {"P1": {"INV-2026-00109": 64.20}, "P2": {"INV-2026-00110": 64.20}}


def test_a_combination_that_adds_up():
	assert one(110.97 + 22.46, "several invoices")[0] == {"INV-2026-00101": 100.10, "INV-2026-00103": 33.33}


def test_the_whole_balance():
	found, decision = one(441.20, "")
	assert len(found) == 5 and decision.rule == "balance"


def test_an_item_posted_after_the_payment_is_not_guessed():
	later = items(posting_date="2026-11-18")
	assert applied(payment(33.33, ""), open_items=later) == {}


@pytest.mark.parametrize(
	"text", ["refund", "Gehalt November", "Teilzahlung", "mehrere Rechnungen", "cheque 483920"]
)
def test_words_and_numbers_that_speak_against_the_amount(text):
	assert one(33.33, text)[0] == {}


def test_a_customers_name_is_no_purpose():
	rows = [("INV-2026-00101", "C-1", "Atlas Insurance Tax Ltd", "DE111", 100.10, "")]
	assert applied(payment(100.10, "", name="Atlas Insurance Tax Ltd"), open_items=items(rows)) == {
		"P1": {"INV-2026-00101": 100.10}
	}


def test_two_payments_for_one_item_by_amount_go_to_review():
	assert applied(payment(33.33, ""), payment(33.33, "")) == {}


def test_a_second_payment_of_an_invoice_is_not_applied_again():
	matches, decisions = run(payment(100.10, "INV-2026-00101"), payment(100.10, "INV-2026-00101"))
	assert matches["payment_id"].tolist() == ["P1"]
	assert decisions["status"].tolist() == ["apply", "review"]
	assert "already_claimed" in {reason.code for reason in decisions["reasons"][1]}


def test_part_payments_share_an_invoice_up_to_what_is_open():
	part = [payment(40.0, "INV-2026-00101 part payment") for _ in range(3)]
	assert applied(*part) == {"P1": {"INV-2026-00101": 40.0}, "P2": {"INV-2026-00101": 40.0}}


def test_another_currency_is_never_applied():
	found, decision = one(100.10, "INV-2026-00101", currency="USD")
	assert found == {} and decision.status == "review"
	assert decision.reasons[0].code == "currency_differs"


def test_someone_elses_invoice_paid_to_the_cent_is_applied_but_not_in_part():
	dunkel = {"name": "Dunkel Foods SARL", "iban": "FR444"}
	assert one(100.10, "INV-2026-00101", **dunkel)[0] == {"INV-2026-00101": 100.10}
	assert one(50.00, "INV-2026-00101 acompte", **dunkel)[0] == {}


def test_debits_strangers_and_broken_amounts_are_left_alone():
	matches, decisions = run(
		payment(-33.33, "INV-2026-00103"),
		payment(1234.56, "tax", name="Tax Office", iban="LT9"),
		payment("12,x", "INV-2026-00103"),
		payment(33.33, "INV-2026-00103"),
	)
	assert matches["payment_id"].tolist() == ["P4"]
	assert decisions["status"].tolist() == ["none", "none", "none", "apply"]
	assert decisions["reasons"][2][0].code == "not_an_amount"


def test_minor_units_of_the_currency_count():
	rows = [("INV-2026-00101", "C-1", "Borealis Marine GmbH", "DE111", 1000, "")]
	yen = items(rows, currency="JPY")
	assert applied(payment(1000, "INV-2026-00101", currency="JPY"), open_items=yen) == {
		"P1": {"INV-2026-00101": 1000}
	}


def test_the_threshold_is_the_users():
	strict = MatchSettings(apply_confidence=0.999)
	assert applied(payment(33.33, ""), settings=strict) == {}
	assert applied(payment(100.10, "INV-2026-00101"), settings=strict) != {}
	with pytest.raises(ValueError, match="apply_confidence"):
		MatchSettings(apply_confidence=2)


def test_broken_frames_are_named():
	with pytest.raises(MatchInputError, match="items lack the column outstanding"):
		run(payment(1), open_items=items().drop(columns="outstanding"))
	with pytest.raises(MatchInputError, match="Row 3 of the items"):
		run(payment(1), open_items=items().assign(outstanding=[1, 2, None, *range(7)]))


def test_empty_frames_give_empty_answers():
	matches, decisions = run(payment(33.33, ""), open_items=items().iloc[:0])
	assert matches.empty and decisions["status"].tolist() == ["none"]
	matches, decisions = run(payment(33.33, ""), open_items=items())
	assert len(decisions) == 1
