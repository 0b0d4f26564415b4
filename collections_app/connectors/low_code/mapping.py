"""A row of an answer as the dataclass of its stream's target, by the mapping of the stream."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from collections_app.connectors.bank_feed import BankAccount
from collections_app.connectors.bank_lines import is_return, reference
from collections_app.connectors.errors import DataError
from collections_app.connectors.low_code import placeholders, targets
from collections_app.connectors.low_code.streams import MappedField, Stream
from collections_app.connectors.low_code.values import Notation, empty, text
from collections_app.connectors.records import (
	BankLine,
	Cover,
	CreditReport,
	CustomerField,
	MessageStatus,
	Payment,
)
from collections_app.engine.provider_scales import scale_between
from collections_app.engine.statements.identity import external_id
from collections_app.engine.texts import Text, joined

# constants are written as in this app, not as at the service
OURS = Notation()
LINE_FIELDS = frozenset(one.name for one in fields(BankLine))


@dataclass(frozen=True)
class Problem:
	"""What is wrong with one field of a row (`message`, a Text); no field: with the row."""

	field: str
	message: str

	@property
	def text(self) -> Text:
		return Text("{0}: {1}", self.field, self.message) if self.field else Text(self.message)


class RowError(DataError):
	"""A row that cannot be mapped, with all that is wrong with it."""

	def __init__(self, problems: list[Problem]):
		super().__init__(joined("; ", (one.text for one in problems)))
		self.problems = problems


class Mapper:
	"""Maps the rows of one stream. `service`: the connector's name; `today`: the day for {{today}}."""

	def __init__(self, stream: Stream, service: str, today: date):
		self.stream, self.service, self.today = stream, service, today
		self.target = targets.TARGETS[stream.target]
		# an amount in minor units needs its currency first
		self.fields = sorted(stream.fields, key=lambda one: "currency" not in one.name)

	def wanted(self, row: Any) -> bool:
		"""Whether the stream's condition holds for the row."""
		return not self.stream.where.text or bool(self.stream.where.find(row))

	def values(self, row: Any, unit: str = "") -> tuple[dict[str, Any], list[Problem]]:
		"""What was found for each mapped field, as its kind, and what is wrong. `unit`: the account's currency."""
		found: dict[str, Any] = {}
		problems: list[Problem] = []
		for one in self.fields:
			spec = self.target.field(one.name)
			try:
				value, notation = self._raw(one, row)
				if empty(value):
					if spec.required:
						problems.append(Problem(one.name, self._missing(one)))
					continue
				of = "instructed_currency" if one.name == "instructed_amount" else "currency"
				found[one.name] = notation.read(spec, value, found.get(of) or unit)
			except DataError as error:
				problems.append(Problem(one.name, error.text))
		return found, problems

	def _raw(self, one: MappedField, row: Any) -> tuple[Any, Notation]:
		if one.constant:
			return placeholders.fill(one.constant, {placeholders.TODAY: self.today}), OURS
		value = one.expression.find(row)
		if one.values and not isinstance(value, list | dict):
			said = text("" if value is None else value)
			if said in one.values:
				return one.values[said], OURS
		return value, self.stream.notation

	def _missing(self, one: MappedField) -> str:
		return Text("{0} finds nothing in the row", repr(one.expression.text))

	def line(self, row: Any, account: BankAccount) -> BankLine:
		"""A row as a bank line of the account. RowError names each field that is wrong."""
		found, problems = self.values(row, account.currency)
		unit = found.get("currency") or account.currency
		if not unit and not problems:
			problems.append(Problem("currency", Text("neither the row nor the account says it")))
		amount, said = _signed(found)
		problems += said
		if problems:
			raise RowError(problems)
		booked, remittance = found["booking_date"], found.get("remittance", "")
		end_to_end = reference(found.get("end_to_end_id"))
		code = found.get("bank_transaction_code", "")
		identity = found.get("external_id") or external_id(
			account.account_id, "", booked, amount, " ".join(filter(None, (end_to_end, remittance)))
		)
		told = {name: value for name, value in found.items() if name in LINE_FIELDS}
		return BankLine(
			**{
				"value_date": booked,
				"is_reversal": is_return(code),
				**told,
				"external_id": identity,
				"amount": amount,
				"currency": unit,
				"end_to_end_id": end_to_end,
			}
		)

	def of_account(self, row: Any, account: BankAccount) -> bool:
		"""Whether a list of several accounts has the row for this one."""
		said = next((one for one in self.stream.fields if one.name == "account"), None)
		if not said:
			return True
		value = said.expression.find(row) if said.expression.text else said.constant
		if empty(value):
			return True  # mapping it tells what is missing
		return _compact(text(value)) in {_compact(account.account_id), _compact(account.iban)}

	def records(self, row: Any) -> list[tuple[str, Any]]:
		"""A row as identity and dataclass, of a customer one for each field. RowError names each field that is wrong."""
		found, problems = self.values(row)
		if problems:
			raise RowError(problems)
		return BUILDERS[self.stream.target](self, found)


def _signed(found: Mapping[str, Any]) -> tuple[Decimal, list[Problem]]:
	"""The amount from the account holder's view: + is money received."""
	if "amount" in found:
		amount = found["amount"]
		if "direction" in found:
			amount = abs(amount) if found["direction"] == "Credit" else -abs(amount)
	elif "paid_in" in found or "paid_out" in found:
		amount = abs(found.get("paid_in", Decimal(0))) - abs(found.get("paid_out", Decimal(0)))
	else:
		return Decimal(0), [Problem("amount", Text("the row has none"))]
	return amount or Decimal(0), []


def _compact(number: str) -> str:
	return "".join(number.split()).upper()


def _identity(found: dict[str, Any], *parts: Any) -> str:
	return found.pop("external_id", "") or "|".join(str(one) for one in parts if one not in ("", None))


def _report(mapper: Mapper, found: dict[str, Any]) -> list[tuple[str, CreditReport]]:
	identity = _identity(found, found["customer_id"], found["reported_on"])
	if found.get("credit_limit") is not None and not found.get("currency"):
		raise RowError([Problem("currency", Text("a credit limit needs one"))])
	score = found.pop("score", None)
	worst, best = found.pop("score_worst", 0.0), found.pop("score_best", 100.0)
	if score is not None:
		try:
			found["score_0_100"] = scale_between(mapper.service, worst, best).place(score)
		except ValueError as error:
			raise RowError([Problem("score", error.args[0])]) from None
		found.setdefault("provider_score", f"{score:g}")
	percent = found.pop("probability_percent", None)
	if percent is not None:
		found.setdefault("probability_of_default", percent / 100)
	probability = found.get("probability_of_default")
	if probability is not None and not 0 <= probability <= 1:
		name = "probability_of_default" if percent is None else "probability_percent"
		raise RowError([Problem(name, Text("is no probability"))])
	details = found.pop("details", {})
	found["details"] = details if isinstance(details, dict) else {"details": details}
	found.setdefault("provider", mapper.service)
	return [(identity, CreditReport(**found))]


def _cover(mapper: Mapper, found: dict[str, Any]) -> list[tuple[str, Cover]]:
	identity = _identity(found, found["customer_id"], found.get("reference") or found.get("valid_from"))
	if found["amount"] < 0:
		raise RowError([Problem("amount", Text("a cover is not negative"))])
	found.setdefault("insurer", mapper.service)
	return [(identity, Cover(**found))]


def _status(mapper: Mapper, found: dict[str, Any]) -> list[tuple[str, MessageStatus]]:
	identity = _identity(found, found["reference"], found["state"])
	return [(identity, MessageStatus(**found))]


def _payment(mapper: Mapper, found: dict[str, Any]) -> list[tuple[str, Payment]]:
	identity = _identity(found, found["reference"], found["status"])
	return [(identity, Payment(**found))]


def _customer_fields(mapper: Mapper, found: dict[str, Any]) -> list[tuple[str, CustomerField]]:
	"""A record for each field of the customer that the row fills."""
	prefix = targets.CUSTOMER_PREFIX
	who = {name: one for name, one in found.items() if not name.startswith(prefix)}
	changed = who.get("changed_at")
	made = []
	for name, value in found.items():
		if name.startswith(prefix):
			fieldname = name.removeprefix(prefix)
			identity = "|".join((who["customer_id"], fieldname, changed.isoformat() if changed else value))
			made.append((identity, CustomerField(fieldname=fieldname, value=value, **who)))
	return made


BUILDERS = {
	"credit_report": _report,
	"cover": _cover,
	"message_status": _status,
	"payment": _payment,
	"customer_field": _customer_fields,
}
