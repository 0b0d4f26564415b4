"""Bank lines that were booked before they came: a voucher on the same account, of the same amount, not reconciled yet.

People book a payment by its advice and reconcile it when the bank shows it. Such a line must not be booked a second
time. That an amount fits says little (rents and standing prices fit every month), so sure is only what also carries
the voucher's reference, or names the invoices that the voucher paid.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from collections_app.engine.matching import normalise
from collections_app.engine.matching.match import read_payments
from collections_app.engine.matching.openitems import (
	NO_DAY,
	day_column,
	require,
	text_column,
	to_minor_list,
)
from collections_app.engine.matching.parties import PartyIndex
from collections_app.engine.matching.proposals import Payment
from collections_app.engine.matching.settings import MatchSettings
from collections_app.engine.money import from_minor
from collections_app.engine.reasons import Reason

NEEDED = ("voucher_type", "voucher_no", "account", "currency", "amount")
# Days between the voucher's date and the bank's: what bears the same reference may lie long in a drawer, an amount
# alone must not reach the next month's payment.
SAME_REFERENCE_DAYS, SAME_AMOUNT_DAYS = 90, 14
# A shorter reference stands in too many texts.
SHORTEST_REFERENCE = 5
SURE, BY_REFERENCE_ALONE, BY_PARTY, BY_AMOUNT = 0.995, 0.97, 0.95, 0.5


@dataclass(frozen=True)
class _Voucher:
	voucher_type: str
	voucher_no: str
	account: str
	currency: str
	amount: int
	customer: str
	reference: str
	day: int
	invoices: tuple[str, ...]


@dataclass(frozen=True)
class _Booked:
	"""Vouchers (rows) that one bank line may be, and how sure that is."""

	rows: tuple[int, ...]
	confidence: float
	reasons: tuple[Reason, ...]

	def less_sure(self, confidence: float, reason: Reason) -> _Booked:
		return replace(self, confidence=min(self.confidence, confidence), reasons=(*self.reasons, reason))


def match_booked(
	payments: pd.DataFrame,
	vouchers: pd.DataFrame,
	aliases: pd.DataFrame | None = None,
	settings: MatchSettings | None = None,
) -> dict[str, list[dict[str, Any]]]:
	"""Which vouchers the bank lines may be.

	payments: as `match_payments` takes them, with `account` (the ledger account of the bank); an amount < 0 is money
	that went out. vouchers, one row each: voucher_type, voucher_no, account, currency, amount (major units; what is not
	reconciled of it, < 0 where money went out); optional customer, customer_name, reference, date, invoices (a list of
	the invoices it pays). Several vouchers of one reference are also taken together.

	Returns payment_id -> proposals, surest first: dicts of customer ("" when the voucher has none or they differ),
	confidence, vouchers (dicts: voucher_type, voucher_no, amount) and reasons. From `apply_confidence` on, a proposal
	is the only one of its payment and no other payment wants its vouchers. MatchInputError names a missing column.
	"""
	settings = settings or MatchSettings()
	require(payments, ("account",), "payments")
	known = _read(vouchers)
	accounts = dict(zip(text_column(payments, "payment_id"), text_column(payments, "account"), strict=True))
	parties = _parties(vouchers, aliases, settings)
	groups = _groups(known)
	found: dict[str, list[_Booked]] = {}
	for payment in read_payments(payments):
		candidates = groups.get((accounts[payment.payment_id], payment.currency, payment.amount or 0), ())
		customers = parties.find(payment.name, payment.iban) if candidates else None
		rated = [one for rows in candidates if (one := _rate(payment, rows, known, customers))]
		if rated:
			found[payment.payment_id] = _ranked(rated, settings)
	_settle_claims(found, settings)
	return {
		payment: [_as_dict(one, known) for one in rated[: settings.proposals]]
		for payment, rated in found.items()
	}


def _read(vouchers: pd.DataFrame) -> list[_Voucher]:
	require(vouchers, NEEDED, "vouchers")
	vouchers = vouchers.reset_index(drop=True)
	currency = vouchers["currency"].astype(str).str.strip().str.upper()
	invoices = vouchers["invoices"] if "invoices" in vouchers else [()] * len(vouchers)
	return [
		_Voucher(*values, tuple(paid))
		for *values, paid in zip(
			text_column(vouchers, "voucher_type"),
			text_column(vouchers, "voucher_no"),
			text_column(vouchers, "account"),
			currency,
			to_minor_list(vouchers["amount"], currency, "vouchers", "amount"),
			text_column(vouchers, "customer"),
			text_column(vouchers, "reference"),
			day_column(vouchers, "date", NO_DAY),
			invoices,
			strict=True,
		)
	]


def _parties(vouchers: pd.DataFrame, aliases: pd.DataFrame | None, settings: MatchSettings) -> PartyIndex:
	columns = {one: text_column(vouchers, one) for one in ("customer", "customer_name")}
	named = pd.DataFrame(columns)
	return PartyIndex(named[named["customer"] != ""], aliases, settings)


def _groups(vouchers: list[_Voucher]) -> dict[tuple[str, str, int], list[tuple[int, ...]]]:
	"""(account, currency, amount) -> vouchers of that amount, and several of one reference that add up to it."""
	found: dict[tuple[str, str, int], list[tuple[int, ...]]] = defaultdict(list)
	together: dict[tuple[str, str, str], list[int]] = defaultdict(list)
	for row, one in enumerate(vouchers):
		found[one.account, one.currency, one.amount].append((row,))
		if key := _key(one.reference):
			together[one.account, one.currency, key].append(row)
	for (account, currency, _), rows in together.items():
		if len(rows) > 1:
			found[account, currency, sum(vouchers[row].amount for row in rows)].append(tuple(rows))
	return found


def _key(number: str) -> str:
	"""A number for comparing; "" where it is too short, or no number at all, to stand for one payment."""
	key = normalise.compact(number)
	return key if len(key) >= SHORTEST_REFERENCE and any(one.isdigit() for one in number) else ""


def _rate(payment: Payment, rows: tuple[int, ...], vouchers: list[_Voucher], party: Any) -> _Booked | None:
	"""How sure it is that the line is these vouchers; None where only the amount speaks for it, and too little."""
	ones = [vouchers[row] for row in rows]
	apart = max(abs(one.day - payment.day) if one.day != NO_DAY else 0 for one in ones)
	text = normalise.compact(payment.text)
	reference = all((key := _key(one.reference)) and key in text for one in ones)
	paid = [invoice for one in ones for invoice in one.invoices]
	named = bool(paid) and all((key := _key(invoice)) and key in text for invoice in paid)
	customers = {one.customer for one in ones if one.customer}
	agrees = bool(customers) and customers <= set(party.customers)
	differs = bool(customers) and party.certain and not agrees
	reasons = [Reason("booked_before", {"vouchers": [one.voucher_no for one in ones]})]
	if reference or named:
		if apart > SAME_REFERENCE_DAYS:
			return None
		code, params = ("same_reference", {"reference": ones[0].reference})
		reasons.append(Reason(code, params) if reference else Reason("references_found", {"invoices": paid}))
		found = _Booked(rows, SURE, tuple(reasons))
		return found.less_sure(BY_REFERENCE_ALONE, Reason("payer_differs")) if differs else found
	if apart > SAME_AMOUNT_DAYS or len(rows) > 1 or differs:
		return None
	by_party = Reason(f"payer_by_{party.by}", {"score": round(party.score, 1)}) if agrees else None
	return _Booked(
		rows, BY_PARTY if agrees else BY_AMOUNT, (*reasons, by_party) if by_party else tuple(reasons)
	)


def _ranked(rated: list[_Booked], settings: MatchSettings) -> list[_Booked]:
	"""Surest first; where several are equally sure, none is sure."""
	rated = sorted(rated, key=lambda one: -one.confidence)
	best = [one for one in rated if one.confidence == rated[0].confidence]
	if len(best) > 1:
		reason = Reason("several_fit", {"count": len(best)})
		limit = min(0.9, settings.apply_confidence - 0.01)
		rated = [one.less_sure(limit / len(best), reason) if one in best else one for one in rated]
	return sorted(rated, key=lambda one: -one.confidence)


def _settle_claims(found: dict[str, list[_Booked]], settings: MatchSettings) -> None:
	"""A voucher is one payment: where two lines want it, both wait."""
	sure = {
		payment: rated[0]
		for payment, rated in found.items()
		if rated[0].confidence >= settings.apply_confidence
	}
	claims = Counter(row for one in sure.values() for row in one.rows)
	for payment, one in sure.items():
		if any(claims[row] > 1 for row in one.rows):
			found[payment][0] = one.less_sure(0.5, Reason("claimed_by_several"))


def _as_dict(one: _Booked, vouchers: list[_Voucher]) -> dict[str, Any]:
	chosen = [vouchers[row] for row in one.rows]
	customers = {voucher.customer for voucher in chosen}
	return {
		"customer": customers.pop() if len(customers) == 1 else "",
		"confidence": one.confidence,
		"vouchers": [
			{
				"voucher_type": voucher.voucher_type,
				"voucher_no": voucher.voucher_no,
				"amount": from_minor(voucher.amount, voucher.currency),
			}
			for voucher in chosen
		],
		"reasons": [reason.to_dict() for reason in one.reasons],
	}
