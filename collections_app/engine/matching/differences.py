"""What it may mean that a referenced invoice is not paid to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from collections_app.engine.matching import proposals as rules
from collections_app.engine.matching.openitems import DiscountTerms
from collections_app.engine.matching.settings import MatchSettings
from collections_app.engine.matching.words import Purpose
from collections_app.engine.money import from_minor, minor_digits
from collections_app.engine.reasons import Reason

# Early-payment discounts are agreed in half percents; the deducted amount is rounded to the cent.
RATE_STEP = 0.005
# A few cents are rounding only where they are next to nothing of the invoice.
ROUNDING_SHARE = 0.02


@dataclass(frozen=True)
class Difference:
	"""A rule for the difference and how sure it makes the match. `kind`: "discount", "fee" or "rounding" when
	the invoice may be closed with it, "" when the rest stays open (or, of an overpayment, goes on account). `is_stated`: the payer's own words say so."""

	rule: str
	kind: str
	confidence: float
	is_stated: bool
	reasons: tuple[Reason, ...]


def difference_of(
	open_amount: int, paid: int, purpose: Purpose, currency: str, settings: MatchSettings
) -> Difference:
	"""The meaning of paying `paid` of `open_amount` (minor units, both > 0, not equal)."""
	short = open_amount - paid
	if is_rounding(open_amount, short, currency, settings) and not purpose.part and not purpose.discount:
		reason = Reason("rounding", {"amount": from_minor(short, currency), "currency": currency})
		return Difference(rules.REFERENCE_ROUNDING, "rounding", 0.985, False, (reason,))
	money = {"amount": from_minor(abs(short), currency), "currency": currency}
	if short < 0:
		within = -short <= settings.largest_excess * open_amount
		confidence = 0.985 if within and not purpose.part and not purpose.discount else 0.9
		return Difference(rules.REFERENCE_EXCESS, "", confidence, False, (Reason("excess", money),))
	if purpose.part:
		return Difference(rules.REFERENCE_PART, "", 0.995, True, (Reason("part_stated", money),))
	percent = 100 * short / open_amount
	if short <= settings.largest_discount * open_amount + 1:
		agreed = is_discount_rate(open_amount, short)
		if purpose.discount or agreed:
			reason = Reason("discount", {"percent": round(percent, 2), "stated": purpose.discount, **money})
			confidence = 0.995 if purpose.discount else 0.985
			return Difference(rules.REFERENCE_DISCOUNT, "discount", confidence, purpose.discount, (reason,))
	if short <= settings.largest_fee * 10 ** minor_digits(currency) and short < open_amount / 2:
		return Difference(rules.REFERENCE_FEE, "fee", 0.985, False, (Reason("fee", money),))
	return Difference(rules.REFERENCE_PART, "", 0.982, False, (Reason("part", money),))


def by_terms(short: int, day: int, terms: DiscountTerms | None, currency: str) -> Difference | None:
	"""The difference as the discount that the payment terms of the invoice grant; None where it is not that amount.

	Taken in time it is as good as said by the payer. Taken later it is for a person: nothing was agreed for that day.
	"""
	if terms is None or not short or abs(short - terms.amount) > 1:
		return None
	money = {"amount": from_minor(short, currency), "currency": currency}
	until = day_text(terms.until)
	if day <= terms.until:
		reason = Reason("discount_terms", {"until": until, **money})
		return Difference(rules.REFERENCE_DISCOUNT, "discount", 0.995, True, (reason,))
	reason = Reason("discount_late", {"until": until, **money})
	return Difference(rules.REFERENCE_DISCOUNT, "discount", 0.9, False, (reason,))


def day_text(day: int) -> str:
	"""A day since 1970 as YYYY-MM-DD."""
	return str(date(1970, 1, 1) + timedelta(days=day))


def is_rounding(open_amount: int, short: int, currency: str, settings: MatchSettings) -> bool:
	"""Whether `short` (minor units; < 0: paid too much) is so little that the payer merely rounded."""
	limit = round(settings.largest_rounding * 10 ** minor_digits(currency))
	return abs(short) <= min(limit, ROUNDING_SHARE * open_amount)


def is_discount_rate(open_amount: int, short: int) -> bool:
	"""Whether `short` is a discount of whole or half percents, rounded either way."""
	steps = round(short / open_amount / RATE_STEP)
	return steps > 0 and abs(short - steps * RATE_STEP * open_amount) < 1
