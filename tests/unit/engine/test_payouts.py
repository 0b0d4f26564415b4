"""What a payout is made of adds up to what the bank gets, whatever is in it."""

import pandas as pd
import pytest

from collections_app.engine.payouts import payout_totals

COLUMNS = ["payout", "kind", "online_payment", "amount", "fee", "net"]


def totals(amount: float, *lines: tuple) -> dict[str, float]:
	payouts = pd.DataFrame([{"payout": "P", "amount": amount}])
	frame = pd.DataFrame([("P", *line) for line in lines], columns=COLUMNS)
	row = payout_totals(payouts, frame).iloc[0]
	return {name: float(row[name]) for name in ("payments", "refunds", "fees", "other")}


def test_ours():
	"""payments less refunds less fees are the payout"""
	found = totals(
		76.5, ("Payment", "O1", 100, 2, 98), ("Refund", "O2", -20, 0.5, -20.5), ("Fee", None, -1, 0, -1)
	)
	assert found == {"payments": 100, "refunds": 20, "fees": 3.5, "other": 0}


@pytest.mark.parametrize(
	"line", [("Payment", None, 50, 1, 49), ("Chargeback", "O1", -30, 15, -45), ("Other", None, 5, 0, 5)]
)
def test_the_rest(line):
	"""what is none of ours, chargebacks and corrections are other"""
	found = totals(98 + line[-1], ("Payment", "O1", 100, 2, 98), line)
	assert found == {"payments": 100, "refunds": 0, "fees": 2, "other": line[-1]}


def test_without_contents():
	assert totals(80) == {"payments": 0, "refunds": 0, "fees": 0, "other": 80}


def test_cents():
	lines = [("Payment", f"O{number}", 0.1, 0.01, 0.09) for number in range(3)]
	assert totals(0.27, *lines) == {"payments": 0.3, "refunds": 0, "fees": 0.03, "other": 0}


def test_each_payout_its_own():
	payouts = pd.DataFrame({"payout": ["B", "A", "C"], "amount": [1.0, 2.0, 3.0]}, index=[7, 8, 9])
	lines = pd.DataFrame([("A", "Payment", "O1", 2, 0, 2), ("B", "Payment", "", 1, 0, 1)], columns=COLUMNS)
	found = payout_totals(payouts, lines)
	assert list(found["payout"]) == ["B", "A", "C"]
	assert list(found["payments"]) == [0, 2, 0] and list(found["other"]) == [1, 0, 3]
