"""Payouts of payment providers: which bank line brings which."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from collections_app.engine.matching import normalise
from collections_app.engine.matching.booked import SHORTEST_REFERENCE
from collections_app.engine.matching.match import read_payments
from collections_app.engine.matching.openitems import NO_DAY, day_column, require, text_column, to_minor_list
from collections_app.engine.matching.settings import MatchSettings
from collections_app.engine.reasons import Reason

NEEDED = ("payout", "currency", "amount")
# Between the day a provider names and the bank's lie weekends and holidays.
MOST_DAYS = 7
SURE, BY_AMOUNT = 0.995, 0.9


def match_payouts(
	payments: pd.DataFrame, payouts: pd.DataFrame, settings: MatchSettings | None = None
) -> dict[str, list[dict[str, Any]]]:
	"""Which payouts the bank lines may be.

	payments: as `match_payments` takes them. payouts: payout, currency, amount (major units); optional reference (the
	provider's), statement_text (what it says it writes on the bank statement), arrives_on.

	Returns payment_id -> proposals, surest first: dicts of payout, amount, confidence and reasons. Sure is an exact amount
	with the provider's text or reference on the line, where no other payout and no other line fit as well.
	"""
	settings = settings or MatchSettings()
	require(payouts, NEEDED, "payouts")
	currency = payouts["currency"].astype(str).str.strip().str.upper()
	rows = list(
		zip(
			text_column(payouts, "payout"),
			currency,
			to_minor_list(payouts["amount"], currency, "payouts", "amount"),
			payouts["amount"].tolist(),
			text_column(payouts, "reference"),
			text_column(payouts, "statement_text"),
			day_column(payouts, "arrives_on", NO_DAY),
			strict=True,
		)
	)
	found: dict[str, list[dict[str, Any]]] = {}
	for payment in read_payments(payments):
		text = normalise.compact(f"{payment.name} {payment.text}")
		rated = []
		for payout, code, minor, amount, reference, statement_text, day in rows:
			known = NO_DAY not in (day, payment.day)
			if (code, minor) != (payment.currency, payment.amount) or (
				known and abs(day - payment.day) > MOST_DAYS
			):
				continue
			says = any(
				len(key := normalise.compact(one)) >= SHORTEST_REFERENCE and key in text
				for one in (reference, statement_text)
			)
			reasons = [Reason("payout", {"payout": reference or payout})]
			if says:
				reasons.append(Reason("same_reference", {"reference": statement_text or reference}))
			rated.append(
				{
					"payout": payout,
					"amount": amount,
					"confidence": SURE if says else BY_AMOUNT,
					"reasons": [one.to_dict() for one in reasons],
				}
			)
		if rated:
			found[payment.payment_id] = _ranked(rated)
	claims = Counter(
		rated[0]["payout"] for rated in found.values() if rated[0]["confidence"] >= settings.apply_confidence
	)
	for rated in found.values():
		if claims[rated[0]["payout"]] > 1:
			_lower(rated[0], 0.5, Reason("claimed_by_several"))
	return found


def _ranked(rated: list[dict[str, Any]]) -> list[dict[str, Any]]:
	rated.sort(key=lambda one: -one["confidence"])
	best = [one for one in rated if one["confidence"] == rated[0]["confidence"]]
	for one in best if len(best) > 1 else ():
		_lower(one, 0.9 / len(best), Reason("several_fit", {"count": len(best)}))
	return sorted(rated, key=lambda one: -one["confidence"])


def _lower(one: dict[str, Any], confidence: float, reason: Reason) -> None:
	one["confidence"] = min(one["confidence"], confidence)
	one["reasons"] = [*one["reasons"], reason.to_dict()]
