"""Bank lines that were booked before they came, and payments that the bank took back."""

from __future__ import annotations

import pandas as pd
import pytest

from collections_app.engine.matching import MatchInputError, match_booked, match_returns, says_returned
from collections_app.engine.matching.reason_codes import REASON_CODES
from tests.unit.matching.frames import payment

BANK = "Bank - CT"


def voucher(name="PE-1", amount=119.0, reference="WIRE-2026-778", **values) -> dict:
	return {
		"voucher_type": "Payment Entry",
		"voucher_no": name,
		"account": BANK,
		"currency": "EUR",
		"amount": amount,
		"customer": "C-1",
		"customer_name": "Borealis Marine GmbH",
		"reference": reference,
		"date": "2026-11-15",
		"invoices": ["INV-2026-00101"],
		**values,
	}


def booked(payments, vouchers, aliases=None) -> dict:
	frame = pd.DataFrame(
		[{"account": BANK, **one, "payment_id": f"P{n}"} for n, one in enumerate(payments, start=1)]
	)
	found = match_booked(frame, pd.DataFrame(vouchers), aliases)
	for reason in (one for rated in found.values() for proposal in rated for one in proposal["reasons"]):
		assert set(REASON_CODES[reason["code"]]) <= set(reason["params"])
	return found


def first(payments, vouchers, **more) -> tuple[list[str], float]:
	"""Vouchers of the first payment's first proposal, and how sure it is."""
	rated = booked(payments, vouchers, **more).get("P1")
	return ([one["voucher_no"] for one in rated[0]["vouchers"]], rated[0]["confidence"]) if rated else ([], 0)


class TestBooked:
	@pytest.mark.parametrize(
		"line",
		[
			payment(119.0, "", end_to_end_id="WIRE-2026-778"),
			payment(119.0, "wire 2026 778 thank you", name="", iban=""),
			payment(119.0, "Invoice INV-2026-00101"),
		],
		ids=["end-to-end", "in the text, payer unknown", "names the invoice it paid"],
	)
	def test_sure(self, line):
		names, confidence = first([line], [voucher(), voucher("PE-2", 50)])
		assert names == ["PE-1"] and confidence >= 0.98

	@pytest.mark.parametrize(
		("line", "change", "lowest"),
		[
			(payment(119.0, "thanks"), {}, 0.9),
			(payment(119.0, "thanks", name="Zq Holding", iban=""), {}, 0.5),
			(payment(119.0, "WIRE-2026-778", name="Castell Verlag Ltd"), {}, 0.9),
		],
		ids=["party and amount", "amount alone", "reference, but another customer pays"],
	)
	def test_proposed(self, line, change, lowest):
		other = voucher("PE-9", 7, customer="C-2", customer_name="Castell Verlag Ltd")
		names, confidence = first([line], [voucher(**change), other])
		assert names == ["PE-1"] and lowest <= confidence < 0.98

	@pytest.mark.parametrize(
		("line", "change"),
		[
			(payment(119.01, "WIRE-2026-778"), {}),
			(payment(119.0, "WIRE-2026-778", currency="USD"), {}),
			(payment(119.0, "WIRE-2026-778", account="Other Bank - CT"), {}),
			(payment(-119.0, "WIRE-2026-778"), {}),
			(payment(119.0, "thanks"), {"date": "2026-10-15"}),
			(payment(119.0, "WIRE-2026-778"), {"date": "2026-07-01"}),
		],
		ids=["amount", "currency", "account", "direction", "last month's", "reference of long ago"],
	)
	def test_another_payment(self, line, change):
		assert first([line], [voucher(**change)]) == ([], 0)

	def test_two_alike(self):
		"""Two vouchers that fit the same way: none is sure."""
		names, confidence = first([payment(119.0, "WIRE-2026-778")], [voucher(), voucher("PE-2")])
		assert names and confidence < 0.98

	def test_two_lines(self):
		"""Two lines that want one voucher: neither is sure, also where one of them is surer."""
		found = booked([payment(119.0, "WIRE-2026-778")] * 2, [voucher()])
		assert [rated[0]["confidence"] for rated in found.values()] == [0.5, 0.5]

	def test_several_of_one_reference(self):
		names, confidence = first(
			[payment(200.0, "WIRE-2026-778")],
			[voucher(), voucher("PE-2", 81.0), voucher("PE-3", 1, "X-55555")],
		)
		assert names == ["PE-1", "PE-2"] and confidence >= 0.98

	def test_money_out(self):
		names, _ = first([payment(-119.0, "WIRE-2026-778")], [voucher(amount=-119.0)])
		assert names == ["PE-1"]

	def test_a_column_is_missing(self):
		with pytest.raises(MatchInputError, match="account"):
			match_booked(pd.DataFrame([payment(1)]), pd.DataFrame([voucher()]))


def receipt(name="PE-1", amount=119.0, **values) -> dict:
	return {
		"voucher_no": name,
		"account": BANK,
		"currency": "EUR",
		"amount": amount,
		"customer": "C-1",
		"counterparty_name": "Borealis Marine GmbH",
		"counterparty_iban": "DE111",
		"end_to_end_id": "SDD-2026-000451",
		"date": "2026-11-03",
		"invoices": ["INV-2026-00101"],
		**values,
	}


def returned(line: dict, *receipts: dict) -> list[dict]:
	frame = pd.DataFrame([{"account": BANK, **line}])
	found = match_returns(frame, pd.DataFrame(receipts)).get("P1", [])
	for reason in (one for proposal in found for one in proposal["reasons"]):
		assert set(REASON_CODES[reason["code"]]) <= set(reason["params"])
	return found


class TestReturned:
	def test_ranked_by_what_speaks_for_it(self):
		others = [
			receipt("PE-2", end_to_end_id="SDD-2", invoices=[], counterparty_iban="DE222"),
			receipt("PE-3", end_to_end_id="SDD-3", invoices=[], counterparty_name="X", counterparty_iban=""),
			receipt(),
		]
		found = returned(payment(-119.0, "RUECKLASTSCHRIFT SDD-2026-000451"), *others)
		assert [one["voucher_no"] for one in found] == ["PE-1", "PE-2", "PE-3"]
		assert found[0]["confidence"] >= 0.98 > found[1]["confidence"] > found[2]["confidence"]

	def test_charge(self):
		(found,) = returned(payment(-122.5, "SDD-2026-000451"), receipt())
		assert (found["amount"], found["charge"]) == (119.0, 3.5)
		assert found["confidence"] < 0.98

	@pytest.mark.parametrize(
		("line", "change"),
		[
			(payment(-118.99, "SDD-2026-000451"), {}),
			(payment(-145.0, "SDD-2026-000451"), {}),
			(payment(-119.0, "SDD-2026-000451"), {"date": "2026-11-18"}),
			(payment(-119.0, "SDD-2026-000451"), {"date": "2025-06-01"}),
			(payment(-119.0, "SDD-2026-000451"), {"account": "Other - CT"}),
			(payment(-121.0, "", name="", iban=""), {}),
		],
		ids=["less", "far more", "later payment", "too long ago", "account", "a charge and nothing else"],
	)
	def test_another_payment(self, line, change):
		assert returned(line, receipt(**change)) == []

	def test_two_alike(self):
		found = returned(payment(-119.0, "", iban="DE111"), receipt(), receipt("PE-2", date="2026-11-10"))
		assert [one["voucher_no"] for one in found] == ["PE-2", "PE-1"]
		assert found[0]["confidence"] < 0.5


@pytest.mark.parametrize(
	("text", "says"),
	[
		("SEPA Rücklastschrift MS03", True),
		("REJET DE PRELEVEMENT", True),
		("Chargeback 4711", True),
		("Direct debit returned unpaid", True),
		("devolución recibo", True),
		("Rent of the warehouse", False),
		("", False),
	],
)
def test_words_of_banks(text, says):
	assert says_returned(text) is says
