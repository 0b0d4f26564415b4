"""Values in the notations that a stream may say: exact, or refused with a reason."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.connectors.base import DataError
from collections_app.connectors.low_code.values import Notation, text, yes_no
from collections_app.engine.money import minor_digits

amounts = st.decimals(
	min_value=Decimal("-99999999999.99"),
	max_value=Decimal("99999999999.99"),
	places=2,
	allow_nan=False,
	allow_infinity=False,
)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(timezone.utc)).map(
	lambda one: one.replace(microsecond=0)
)


def grouped(amount: Decimal, comma: bool) -> str:
	written = f"{amount:,.2f}"
	return written.translate(str.maketrans(",.", ".,")) if comma else written


@settings(deadline=None)
@given(amounts)
def test_amounts_in_each_notation(amount):
	"""What was written comes back exactly, in whichever way it was written."""
	point, comma, minor = Notation(), Notation("decimal_comma"), Notation("minor_units")
	for written in (str(amount), grouped(amount, False), amount.copy_abs() * (1 if amount >= 0 else -1)):
		assert point.amount(written) == amount
	for written in (
		str(amount).replace(".", ","),
		grouped(amount, True),
		grouped(amount, True).replace(".", " "),
	):
		assert comma.amount(written) == amount
	for unit in ("EUR", "JPY", "KWD"):
		assert minor.amount(int(amount.scaleb(2)), unit) == amount.scaleb(2 - minor_digits(unit))
		assert minor.amount(str(int(amount.scaleb(2))), unit) == amount.scaleb(2 - minor_digits(unit))


@settings(deadline=None)
@given(st.integers(-(10**12), 10**12))
def test_floats_of_json(cents):
	"""A JSON number is a float here, and yet the amount is exact."""
	amount = Decimal(cents).scaleb(-2)
	assert Notation().amount(float(amount)) == amount
	assert Notation("decimal_comma").amount(float(amount)) == amount


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_a_number_or_an_error(written):
	"""Never another exception, never something that is not finite."""
	for notation in (Notation(), Notation("decimal_comma"), Notation("minor_units")):
		try:
			assert notation.amount(written, "EUR").is_finite()
		except DataError as error:
			assert "number" in str(error)


@pytest.mark.parametrize(
	"written",
	["1,23", "12,34.56", "1.234.567", "", "abc", "1e5", "NaN", "--5", "1,2345", True, None, {}],
)
def test_what_is_no_amount(written):
	with pytest.raises(DataError):
		Notation().amount(written)


def test_a_sign_behind_and_spaces_between():
	assert Notation().amount("1 234.50-") == Decimal("-1234.50")
	assert Notation("decimal_comma").amount("1'234,50") == Decimal("1234.50")
	with pytest.raises(DataError, match="whole number"):
		Notation("minor_units").amount("12.5", "EUR")


@settings(deadline=None)
@given(moments)
def test_times_in_each_notation(moment):
	for notation, written in {
		Notation(): moment.isoformat(),
		Notation(dates="epoch"): int(moment.timestamp()),
		Notation(dates="epoch_ms"): str(int(moment.timestamp()) * 1000),
		Notation(dates="%d.%m.%Y %H:%M:%S"): moment.strftime("%d.%m.%Y %H:%M:%S"),
	}.items():
		assert notation.time(written) == moment
		assert notation.day(written) == moment.date()


@settings(deadline=None)
@given(st.one_of(st.text(max_size=20), st.integers(), st.floats(), st.booleans()))
def test_any_value_is_a_day_or_an_error(value):
	for notation in (Notation(), Notation(dates="epoch"), Notation(dates="%Y/%m/%d")):
		try:
			assert isinstance(notation.day(value), date)
		except DataError:
			pass


def test_words():
	assert text(["Invoice ", None, " 4711\n", ""]) == "Invoice 4711"
	assert text(12.0) == "12" and text(True) == "true"
	with pytest.raises(DataError):
		text({"a": 1})
	assert yes_no("Yes") and not yes_no(0)
	with pytest.raises(DataError):
		yes_no("perhaps")
