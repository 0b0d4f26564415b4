"""Whole corpora: how much is applied and how much of it is right, whatever the numbers look like; and what never happens."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.engine.matching import match_payments
from collections_app.engine.matching.reason_codes import REASON_CODES
from tests.unit.matching.corpus import NUMBERS, corpus


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS.keys())
def test_precision_and_straight_through_rate(number):
	items, payments, truth = corpus(number, seed=11)
	matches, decisions = match_payments(payments, items)
	found: dict[str, dict[str, float]] = defaultdict(dict)
	for row in matches.itertuples():
		found[row.payment_id][row.invoice] = row.amount
	right = sum(
		pays == pytest.approx(truth[payment], abs=0.005) for payment, pays in found.items() if truth[payment]
	)
	wanted = sum(1 for pays in truth.values() if pays)
	assert right >= 0.998 * len(found)
	assert right >= 0.85 * wanted
	assert len(decisions) == len(payments)
	for reason in (one for reasons in decisions["reasons"] for one in reasons):
		assert set(REASON_CODES[reason.code]) <= set(reason.params)


AMOUNTS = st.sampled_from([-50.0, -12.5, 10.0, 10.01, 20.0, 50.0, 100.0, 100.1, 110.1])
TEXTS = st.lists(
	st.sampled_from(
		[
			"INV-2026-00001",
			"INV-2026-00002",
			"00003",
			"4",
			"2026/5",
			"INV-",
			"Teilzahlung",
			"2%",
			",",
			"PO7001",
		]
	),
	max_size=5,
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=7), st.lists(st.tuples(AMOUNTS, TEXTS), min_size=1, max_size=7))
def test_never_more_than_is_open_nor_more_than_was_paid(open_amounts, credits):
	items = pd.DataFrame(
		{
			"invoice": [f"INV-2026-{n:05d}" for n in range(1, len(open_amounts) + 1)],
			"customer": "C-1",
			"customer_name": "Heron Glass Ltd",
			"currency": ["EUR" if n % 4 else "USD" for n in range(1, len(open_amounts) + 1)],
			"outstanding": open_amounts,
			"po_no": "PO7001",
		}
	)
	payments = pd.DataFrame(
		{
			"payment_id": [f"P{n}" for n in range(len(credits))],
			"amount": [amount for amount, _ in credits],
			"currency": "EUR",
			"counterparty_name": "Heron Glass Ltd",
			"remittance": [text for _, text in credits],
		}
	)
	matches, decisions = match_payments(payments, items)
	joined = matches.merge(items, on="invoice").merge(
		payments[["payment_id", "amount", "currency"]], on="payment_id", suffixes=("", "_paid")
	)
	assert (joined["currency"] == joined["currency_paid"]).all()
	assert (joined["amount"] * joined["outstanding"] > 0).all()
	taken = matches.groupby("invoice")["amount"].sum()
	limit = items.set_index("invoice")["outstanding"]
	assert all(abs(amount) <= abs(limit[invoice]) + 1e-9 for invoice, amount in taken.items())
	for reason in (one for reasons in decisions["reasons"] for one in reasons):
		assert set(REASON_CODES[reason.code]) <= set(reason.params)
	used = matches.groupby("payment_id")["amount"].sum()
	for row in decisions.itertuples():
		amount = payments.set_index("payment_id")["amount"][row.payment_id]
		if row.status == "apply":
			assert used[row.payment_id] + row.unallocated == pytest.approx(amount)
			assert row.confidence >= 0.98
		else:
			assert row.payment_id not in used


def test_the_order_of_the_items_does_not_matter():
	items, payments, _ = corpus(NUMBERS["ERPNext's"], seed=5, size=200)
	first, _ = match_payments(payments, items)
	second, _ = match_payments(payments, items.iloc[::-1])
	keys = ["payment_id", "invoice", "amount", "rule"]
	assert set(first[keys].itertuples(index=False)) == set(second[keys].itertuples(index=False))
