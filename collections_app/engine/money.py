"""Amounts and currencies: rounding, and integer minor units where sums or equality decide.

Amounts in frames are float64 rounded to the currency's minor unit. Floats add up with a tiny error, so
whatever compares or sums to decide (is it paid? is the promise kept?) does so in integer minor units
(cents).

Digits per currency: ISO 4217, list of currencies ("minor unit"), for those that differ from two.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import numpy as np
import pandas as pd

from collections_app.engine.texts import SaidError

DEFAULT_DIGITS = 2
MINOR_DIGITS: dict[str, int] = {
	# none
	**dict.fromkeys(
		"BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),
		0,
	),
	# three
	**dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
	# four
	**dict.fromkeys("CLF UYW".split(), 4),
}
# A float64 keeps fifteen decimal digits: up to here every amount survives the way to minor units and back.
LARGEST_MINOR = 10**15


class AmountError(SaidError):
	"""An amount that is no number, is infinite, or is too large to be exact."""


def minor_digits(currency: str | None) -> int:
	"""Digits after the decimal point of a currency (ISO 4217 code, any case): JPY 0, EUR 2, KWD 3.

	A code that the table does not list has two.
	"""
	return MINOR_DIGITS.get((currency or "").strip().upper(), DEFAULT_DIGITS)


def to_minor(amount: Any, currency: str | None) -> int:
	"""One amount (int, float, str, Decimal; major units) as integer minor units, half away from zero.

	>>> to_minor("12.345", "EUR"), to_minor(1200, "JPY"), to_minor("1.2345", "KWD")
	(1235, 1200, 1235)

	AmountError when it is no finite number or is beyond 10**15 minor units.
	"""
	try:
		# repr of a float is its shortest decimal text, so 2.675 is taken as written and not as 2.67499999…
		number = amount if isinstance(amount, Decimal) else Decimal(str(amount).strip())
	except InvalidOperation:
		raise AmountError("Not an amount: {0}", repr(amount)) from None
	if not number.is_finite():
		raise AmountError("Not an amount: {0}", repr(amount))
	minor = int(number.scaleb(minor_digits(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
	if abs(minor) > LARGEST_MINOR:
		raise AmountError("Amount too large: {0}", f"{amount} {currency or ''}".rstrip())
	return minor


def from_minor(minor: int, currency: str | None) -> float:
	"""Integer minor units as an amount in major units (the nearest float64)."""
	return int(minor) / 10 ** minor_digits(currency)


def from_minor_decimal(minor: int, currency: str | None) -> Decimal:
	"""Integer minor units as an exact Decimal with the currency's digits."""
	return Decimal(int(minor)).scaleb(-minor_digits(currency))


def round_money(amount: Any, currency: str | None) -> float:
	"""One amount rounded to its currency's minor unit, half away from zero. AmountError as in `to_minor`."""
	return from_minor(to_minor(amount, currency), currency)


def minor_series(amounts: pd.Series, currencies: pd.Series | str | None) -> pd.Series:
	"""Amounts (float64, already rounded) as int64 minor units, row by row.

	`currencies`: a Series of the same index, or one code for all. NaN raises AmountError naming the first
	such row, as does an amount that is infinite or beyond 10**15 minor units.
	"""
	values = amounts.astype("float64")
	scaled = values * _factors(values.index, currencies)
	wrong = ~(scaled.abs() <= LARGEST_MINOR)
	if wrong.any():
		row = wrong.idxmax()
		raise AmountError("Row {0}: not an amount: {1}", repr(row), amounts.loc[row])
	return _half_away(scaled).astype("int64")


def amount_series(minor: pd.Series, currencies: pd.Series | str | None) -> pd.Series:
	"""Minor units (int64) as amounts in major units (float64), row by row; the reverse of `minor_series`."""
	return minor.astype("float64") / _factors(minor.index, currencies)


def round_series(amounts: pd.Series, currencies: pd.Series | str | None) -> pd.Series:
	"""Amounts rounded to their currency's minor unit, half away from zero. NaN stays NaN."""
	values = amounts.astype("float64")
	factors = _factors(values.index, currencies)
	return _half_away(values * factors) / factors


def _factors(index: pd.Index, currencies: pd.Series | str | None) -> Any:
	if currencies is None or isinstance(currencies, str):
		return float(10 ** minor_digits(currencies))
	codes = currencies.astype("category")
	by_code = [10.0 ** minor_digits(code) for code in codes.cat.categories]
	positions = codes.cat.codes.to_numpy()
	# Position -1 is a missing code: the default applies, as in minor_digits(None).
	return pd.Series(np.array([*by_code, 10.0**DEFAULT_DIGITS])[positions], index=index)


def _half_away(scaled: pd.Series) -> pd.Series:
	size = scaled.abs()
	whole = np.floor(size)
	# The tolerance undoes float products such as 1.005 * 100 = 100.49999999999999.
	tolerance = np.minimum(size * 4.5e-16, 0.1)
	return np.sign(scaled) * (whole + (size - whole >= 0.5 - tolerance))
