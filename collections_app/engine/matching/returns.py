"""Payments that the bank took back: which receipt a line of money going out returns.

A direct debit that the debtor's bank returns, a card payment charged back, a transfer recalled. The bank repeats what
it can of the original (its end-to-end reference, the parties, the text) and may add a charge of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from collections_app.engine.matching import normalise
from collections_app.engine.matching.booked import SHORTEST_REFERENCE
from collections_app.engine.matching.match import read_payments
from collections_app.engine.matching.openitems import NO_DAY, day_column, require, text_column, to_minor_list
from collections_app.engine.matching.parties import iban_key, likeness, name_key
from collections_app.engine.matching.proposals import Payment
from collections_app.engine.matching.settings import MatchSettings
from collections_app.engine.money import from_minor, minor_digits
from collections_app.engine.reasons import Reason

NEEDED = ("voucher_no", "account", "currency", "amount")
# An unauthorised direct debit can be taken back for thirteen months (SEPA Direct Debit Core rulebook, 4.3.4).
LONGEST_DAYS = 400
SAME_END_TO_END, NAMES_INVOICE, SAME_IBAN, SAME_NAME, SAME_AMOUNT = 0.99, 0.97, 0.95, 0.9, 0.5
WITH_CHARGE = 0.95
# What banks write on a payment that came back, in the languages payers use most.
RETURNED = re.compile(
	r"RUCKLASTSCHRIFT|RUECKLASTSCHRIFT|RUCKGABE|RUECKGABE|RUCKBELASTUNG|RUECKBELASTUNG|RETOURE|RETURNED|CHARGEBACK"
	r"|UNPAID|DISHONOU?RED|BOUNCED|REJECTED|RECALL|REJET|IMPAYE|RAPPEL DE FONDS|DEVOLUCION|DEVUELT|IMPAGADO|INSOLUTO"
	r"|STORNO|STORNER|ONBETAALD|TERUGBOEKING|DEVOLVID|R-TRANSA|\bNSF\b"
)


@dataclass(frozen=True)
class _Receipt:
	voucher_no: str
	account: str
	currency: str
	amount: int
	customer: str
	name: str
	iban: str
	end_to_end_id: str
	day: int
	invoices: tuple[str, ...]


@dataclass(frozen=True)
class _Return:
	receipt: _Receipt
	charge: int
	confidence: float
	reasons: tuple[Reason, ...]

	@property
	def rank(self) -> tuple[float, int]:
		"""Of equally sure ones, that for which more speaks comes first."""
		return (self.confidence, len(self.reasons))


def says_returned(text: str) -> bool:
	"""Whether the words of a bank line speak of a payment that came back."""
	return bool(RETURNED.search(normalise.fold(text)))


def match_returns(
	returns: pd.DataFrame, receipts: pd.DataFrame, settings: MatchSettings | None = None
) -> dict[str, list[dict[str, Any]]]:
	"""Which receipts were returned.

	returns: as `match_payments` takes them, with `account` (the ledger account of the bank); the amount is < 0. receipts:
	voucher_no, account, currency, amount (major units, > 0); optional customer, counterparty_name, counterparty_iban,
	end_to_end_id, date, invoices (a list).

	Returns payment_id -> proposals, surest first: dicts of customer, voucher_no, amount (of the receipt), charge (what
	went out beyond it, at most `largest_fee`), confidence and reasons. MatchInputError names a missing column.
	"""
	settings = settings or MatchSettings()
	require(returns, ("account",), "returns")
	known = _read(receipts)
	accounts = dict(zip(text_column(returns, "payment_id"), text_column(returns, "account"), strict=True))
	found = {}
	for payment in read_payments(returns):
		rated = [
			one
			for receipt in known
			if receipt.account == accounts[payment.payment_id] and (one := _rate(payment, receipt, settings))
		]
		if rated:
			found[payment.payment_id] = [_as_dict(one) for one in _ranked(rated)[: settings.proposals]]
	return found


def _read(receipts: pd.DataFrame) -> list[_Receipt]:
	require(receipts, NEEDED, "receipts")
	receipts = receipts.reset_index(drop=True)
	currency = receipts["currency"].astype(str).str.strip().str.upper()
	texts = ("customer", "counterparty_name", "counterparty_iban", "end_to_end_id")
	invoices = receipts["invoices"] if "invoices" in receipts else [()] * len(receipts)
	return [
		_Receipt(*values, tuple(paid))
		for *values, paid in zip(
			text_column(receipts, "voucher_no"),
			text_column(receipts, "account"),
			currency,
			to_minor_list(receipts["amount"], currency, "receipts", "amount"),
			*(text_column(receipts, one) for one in texts),
			day_column(receipts, "date", NO_DAY),
			invoices,
			strict=True,
		)
	]


def _rate(payment: Payment, receipt: _Receipt, settings: MatchSettings) -> _Return | None:
	charge = -(payment.amount or 0) - receipt.amount
	limit = round(settings.largest_fee * 10 ** minor_digits(payment.currency))
	if payment.currency != receipt.currency or not 0 <= charge <= limit:
		return None
	if NO_DAY not in (payment.day, receipt.day) and not 0 <= payment.day - receipt.day <= LONGEST_DAYS:
		return None
	text = normalise.compact(payment.text)
	named = [one for one in receipt.invoices if _stands_in(one, text)]
	score = likeness(name_key(payment.name), name_key(receipt.name)) if payment.name and receipt.name else 0.0
	evidence = (
		(_stands_in(receipt.end_to_end_id, text), SAME_END_TO_END, "same_end_to_end", {}),
		(named, NAMES_INVOICE, "references_found", {"invoices": named}),
		(
			payment.iban and iban_key(payment.iban) == iban_key(receipt.iban),
			SAME_IBAN,
			"payer_by_iban",
			{"score": 100.0},
		),
		(score >= settings.certain_name_score, SAME_NAME, "payer_by_name", {"score": round(score, 1)}),
	)
	speaks = [(confidence, Reason(code, params)) for holds, confidence, code, params in evidence if holds]
	if not speaks and charge:
		return None
	confidence = max((one for one, _ in speaks), default=SAME_AMOUNT)
	reasons = [Reason("returned_payment", {"voucher": receipt.voucher_no}), *(one for _, one in speaks)]
	if charge:
		confidence = min(confidence, WITH_CHARGE)
		money = {"amount": from_minor(charge, payment.currency), "currency": payment.currency}
		reasons.append(Reason("return_charge", money))
	return _Return(receipt, charge, confidence, tuple(reasons))


def _stands_in(number: str, text: str) -> bool:
	key = normalise.compact(number)
	return len(key) >= SHORTEST_REFERENCE and key in text


def _ranked(rated: list[_Return]) -> list[_Return]:
	"""Surest first, of equals the latest receipt; these are less sure, since each may be meant."""
	rated = sorted(rated, key=lambda one: (*one.rank, one.receipt.day), reverse=True)
	best = [one for one in rated if one.rank == rated[0].rank]
	if len(best) > 1:
		reason = Reason("several_fit", {"count": len(best)})
		best = [
			replace(one, confidence=0.9 * one.confidence / len(best), reasons=(*one.reasons, reason))
			for one in best
		]
	return sorted([*best, *rated[len(best) :]], key=lambda one: -one.confidence)


def _as_dict(one: _Return) -> dict[str, Any]:
	receipt = one.receipt
	return {
		"customer": receipt.customer,
		"voucher_no": receipt.voucher_no,
		"amount": from_minor(receipt.amount, receipt.currency),
		"charge": from_minor(one.charge, receipt.currency),
		"confidence": one.confidence,
		"reasons": [reason.to_dict() for reason in one.reasons],
	}
