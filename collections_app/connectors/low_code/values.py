"""Values of an answer as amounts, days, times and texts, in the notation that a stream says. DataError says what is wrong."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

from collections_app.connectors.bank_lines import currency, day, moment, money, words
from collections_app.connectors.errors import DataError
from collections_app.connectors.low_code import targets
from collections_app.engine.money import from_minor_decimal
from collections_app.engine.texts import Text

DECIMAL_POINT, DECIMAL_COMMA, MINOR_UNITS = AMOUNTS = ("decimal_point", "decimal_comma", "minor_units")
EXAMPLES = {DECIMAL_POINT: "1,234.56", DECIMAL_COMMA: "1.234,56", MINOR_UNITS: "123456"}
# any other notation of days and times is a pattern of strftime
ISO, EPOCH, EPOCH_MS = "iso", "epoch", "epoch_ms"
VALUE = Text("value")
SPACES = "\u0020\u00a0\u202f\u2009'’"
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
YES = frozenset({"true", "yes", "y", "1", "on"})
NO = frozenset({"false", "no", "n", "0", "off"})
# indicators of the side of the account, in the words of ISO 20022, SWIFT and most APIs
DIRECTIONS = {
	"credit": "Credit",
	**dict.fromkeys(("crdt", "cr", "c", "in", "incoming", "inbound", "received", "+"), "Credit"),
	"debit": "Debit",
	**dict.fromkeys(("dbit", "dr", "d", "out", "outgoing", "outbound", "sent", "-"), "Debit"),
}


def empty(value: Any) -> bool:
	return value is None or value == "" or value == []


@dataclass(frozen=True)
class Notation:
	"""How a stream writes amounts (one of AMOUNTS) and days and times (`iso`, `epoch`, `epoch_ms` or a pattern)."""

	amounts: str = DECIMAL_POINT
	dates: str = ISO

	def read(self, field: targets.TargetField, value: Any, unit: str = "") -> Any:
		"""The value as the field's kind; `unit` is the currency of an amount."""
		kind = field.kind
		if kind == targets.AMOUNT:
			return self.amount(value, unit)
		if kind == targets.NUMBER:
			return float(self.number(value))
		if kind == targets.DATE:
			return self.day(value)
		if kind == targets.TIME:
			return self.time(value)
		if kind == targets.CHOICE:
			return choice(value, field.choices)
		return {
			targets.YES_NO: yes_no,
			targets.CURRENCY: currency,
			targets.TEXT: text,
			targets.ANY: lambda one: one,
		}[kind](value)

	def amount(self, value: Any, unit: str = "") -> Decimal:
		"""Exactly what was written; minor units by the digits of their currency."""
		number = self.number(value)
		if self.amounts != MINOR_UNITS:
			return number
		if number != number.to_integral_value():
			raise DataError("{0} is no whole number of minor units", repr(value))
		return from_minor_decimal(int(number), unit)

	def number(self, value: Any) -> Decimal:
		if isinstance(value, float):
			# fifteen digits are what a float keeps; the rest is its noise
			return money(format(value, ".15g"), VALUE)
		if isinstance(value, bool) or not isinstance(value, str):
			return money(value, VALUE)
		written = value.strip()
		if written.endswith("-"):
			written = "-" + written[:-1].strip()
		for sign in SPACES:
			written = written.replace(sign, "")
		if self.amounts == DECIMAL_COMMA:
			written = written.translate(str.maketrans(".,", ",."))
		if not (PLAIN.fullmatch(written) or GROUPED.fullmatch(written)):
			raise DataError("{0} is no number such as {1}", repr(value), EXAMPLES[self.amounts])
		return money(written.replace(",", ""), VALUE)

	def day(self, value: Any) -> date:
		if self.dates == ISO:
			return day(value, VALUE)
		return self.time(value).date()

	def time(self, value: Any) -> datetime:
		"""An aware time; without a zone it counts as UTC."""
		try:
			if self.dates == ISO:
				return moment(value)
			if self.dates in (EPOCH, EPOCH_MS):
				seconds = float(money(value, VALUE)) / (1000 if self.dates == EPOCH_MS else 1)
				return datetime.fromtimestamp(seconds, timezone.utc)
			read = datetime.strptime(str(value).strip(), self.dates)
		except (ValueError, OverflowError, OSError):
			raise DataError("{0} is no date in the notation {1}", repr(value), self.dates) from None
		return read if read.tzinfo else read.replace(tzinfo=timezone.utc)


def yes_no(value: Any) -> bool:
	if isinstance(value, bool):
		return value
	word = str(value).strip().lower()
	if word not in YES | NO:
		raise DataError("{0} is neither yes nor no", repr(value))
	return word in YES


def text(value: Any) -> str:
	"""One line; several texts are joined."""
	if isinstance(value, dict):
		raise DataError("it is an object, not a text")
	if isinstance(value, bool):
		return "true" if value else "false"
	if isinstance(value, list):
		return words([text(one) for one in value if not empty(one)])
	if isinstance(value, float):
		return f"{value:.15g}"
	return " ".join(str(value).split())


def choice(value: Any, choices: Iterable[str]) -> str:
	"""One of the choices, whatever its case; a direction also in the words of banks."""
	word = text(value).lower()
	choices = tuple(choices)
	if choices == targets.DIRECTIONS and word in DIRECTIONS:
		return DIRECTIONS[word]
	for one in choices:
		if one.lower() == word:
			return one
	raise DataError("{0} is none of {1}; translate it under Values", repr(value), ", ".join(choices))
