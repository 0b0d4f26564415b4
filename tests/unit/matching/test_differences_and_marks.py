"""Rounding as a kind of difference, aliases of customers with nothing open, and the places of references in a text."""

from __future__ import annotations

import pandas as pd
import pytest

from collections_app.engine.matching import MatchSettings, match_payments, reference_spans
from tests.unit.matching.frames import items, payment

FIRST = "INV-2026-00101"


def matched(amount, text, settings=None, **more):
	matches, decisions = match_payments(
		pd.DataFrame([payment(amount, text, **more)]), items(), None, settings or MatchSettings()
	)
	(match,) = matches.itertuples()
	return match, next(decisions.itertuples())


@pytest.mark.parametrize(("amount", "short"), [(100.07, 0.03), (100.14, -0.04), (100.05, 0.05)])
def test_a_few_cents_are_rounding(amount, short):
	match, decision = matched(amount, FIRST)
	assert (match.rule, match.short_kind) == ("reference_rounding", "rounding")
	assert match.short == pytest.approx(short)
	assert match.amount + decision.unallocated == pytest.approx(amount)


@pytest.mark.parametrize(
	("amount", "text", "settings", "kind"),
	[
		(100.04, FIRST, MatchSettings(), "fee"),
		(100.07, FIRST, MatchSettings(largest_rounding=0), "fee"),
		(100.07, f"{FIRST} part payment", MatchSettings(), ""),
		(100.07, f"{FIRST} skonto", MatchSettings(), "discount"),
		(100.07, FIRST, MatchSettings(largest_rounding=0, largest_fee=0), ""),
	],
)
def test_what_is_no_rounding(amount, text, settings, kind):
	assert matched(amount, text, settings)[0].short_kind == kind


def test_a_negative_limit_is_refused():
	with pytest.raises(ValueError, match="largest_rounding"):
		MatchSettings(largest_rounding=-1)


def test_an_account_that_also_pays_for_a_customer_with_nothing_open_is_not_sure():
	paid = pd.DataFrame([payment(512.40, "thanks", name="", iban="XX999")])
	alias = {"kind": "iban", "value": "XX999", "customer": "C-2"}
	aliases = pd.DataFrame([alias])
	assert match_payments(paid, items(), aliases)[1]["status"].tolist() == ["apply"]
	both = pd.DataFrame([alias, {**alias, "customer": "C-77"}])
	assert match_payments(paid, items(), both)[1]["status"].tolist() == ["review"]


def test_references_are_marked_where_they_stand():
	text = "Größe: INV 2026/00101, ré 2205 vom 11.11.2026"
	spans = reference_spans(text, items())
	assert [(text[one["start"] : one["end"]], one["invoices"]) for one in spans] == [
		("INV 2026/00101", [FIRST]),
		("2205", ["INV-2026-02205"]),
	]


@pytest.mark.parametrize("text", ["", "thank you", "ﬁnal ½ ßß 99"])
def test_nothing_to_mark(text):
	assert reference_spans(text, items()) == []
	assert reference_spans(FIRST, items(rows=[])) == []
