"""Base of the bank feeds over an API: account by account, each with its own place to go on, in whole days.

A window of an account is read to its end before its statement is given: only then equal lines can be told apart.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from collections_app.connectors.bank_lines import unique
from collections_app.connectors.base import (
	BadRecord,
	Checkpoint,
	ConfigurationError,
	ConnectorError,
	ConsentError,
	DataError,
	Discovery,
	ProviderAccount,
	Record,
	TransientError,
)
from collections_app.connectors.http import HttpConnector
from collections_app.connectors.http.cursors import Window, window
from collections_app.engine.statements import BankLine, Statement
from collections_app.engine.texts import Text, joined

STREAM = "transactions"
# banks book over weekends and holidays with a date that has passed
OVERLAP = timedelta(days=7)
# what a row that is not what the documentation says may raise
UNREADABLE = (DataError, KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
# what an account is refused with that a person has to see to, while the others may go on
REFUSED = frozenset({402, 403, 404})


@dataclass(frozen=True)
class BankAccount:
	"""An account behind a connection. `account_id` stays the same over consents; `path_id` is what the API calls it now.
	`problem`: why it cannot be read."""

	account_id: str
	path_id: str
	iban: str = ""
	currency: str = ""
	label: str = ""
	problem: str = ""


@dataclass(frozen=True)
class Fetched:
	"""What an account has: `rows` as the provider gives them; `reach`: the day the bank's data reach to."""

	rows: list[Any]
	reach: date | None = None


class BankFeed(HttpConnector):
	"""A provider says `accounts`, `fetch` and `line`; `consent_until` where it knows."""

	history: ClassVar[timedelta] = timedelta(days=90)

	@abstractmethod
	def accounts(self) -> list[BankAccount]:
		"""The accounts of the consent. ConsentError when it has ended."""

	@abstractmethod
	def fetch(self, account: BankAccount, period: Window) -> Fetched:
		"""All rows of the period's days, all pages."""

	@abstractmethod
	def line(self, row: Any, account: BankAccount) -> BankLine | None:
		"""A booked row as a line; None when it is not booked."""

	def consent_until(self) -> date | None:
		return None

	def check(self) -> str:
		accounts = self.accounts()
		until = self.consent_until()
		names = joined(
			", ",
			(Text("{0} ({1})", _name(one), one.problem) if one.problem else _name(one) for one in accounts),
		)
		if until:
			return Text("{0} account(s): {1}; consent until {2}", len(accounts), names, until)
		return Text("{0} account(s): {1}", len(accounts), names)

	def discover(self) -> Discovery:
		accounts = tuple(
			ProviderAccount(one.account_id, one.label, one.iban, one.currency)
			for one in self.accounts()
			if not one.problem
		)
		return Discovery((STREAM,), accounts, self.consent_until())

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""A Record per account; its data is a Statement. What one account's bank refuses does not stop the others: it is
		told, and read from where it was the next time. ConfigurationError when every account is refused."""
		places = dict(cursor.get("accounts") or {})
		accounts = self.wanted(self.accounts())
		waiting: list[TransientError] = []
		refusals: list[ConnectorError] = []
		for account in accounts:
			period = window(
				places.get(account.account_id, {}),
				self.runtime.now(),
				overlap=OVERLAP,
				initial=self.history,
			)
			try:
				fetched = self._fetch(account, period)
			except TransientError as error:
				waiting.append(error)
				continue
			except (ConfigurationError, *UNREADABLE) as error:
				if isinstance(error, ConfigurationError):
					if not is_refused_alone(error):
						raise
					refusals.append(error)
				yield BadRecord(stream, account.account_id, _name(account), _told(account, error))
			else:
				reach = min(fetched.reach or period.last_day, period.last_day)
				yield from self.statement(stream, account, fetched.rows, period.first_day, reach)
				places[account.account_id] = period.done()
			yield Checkpoint({"accounts": dict(places)}, source=_name(account))
		if refusals and len(refusals) == len(accounts):
			raise refusals[0]
		if waiting:
			raise _soonest(waiting, self.runtime.now())

	def tell_problems(self, stream: str, accounts: list[BankAccount]) -> Iterator[BadRecord]:
		"""Tells the accounts with a problem, for a provider that reads all of them at once. ConfigurationError when there is
		no other."""
		problems = [one for one in accounts if one.problem]
		if problems and len(problems) == len(accounts):
			raise ConfigurationError(problems[0].problem, status=403)
		for one in problems:
			yield BadRecord(stream, one.account_id, _name(one), Text("{0}: {1}", _name(one), one.problem))

	def _fetch(self, account: BankAccount, period: Window) -> Fetched:
		if account.problem:
			raise ConfigurationError(account.problem, status=403)
		return self.fetch(account, period)

	def described(self, account_id: str, describe: Callable[[], BankAccount]) -> BankAccount:
		"""What `describe` finds out about an account; one that is refused alone is one with a problem."""
		try:
			return describe()
		except (ConfigurationError, DataError) as error:
			if not is_refused_alone(error):
				raise
			return BankAccount(account_id, account_id, problem=error.text)

	def wanted(self, accounts: list[BankAccount]) -> list[BankAccount]:
		"""The accounts that are mapped; all of them when none is. A mapped one that the consent no longer covers is among
		them with its problem: it must not pass for one without movements."""
		mapped = self.config.get("accounts") or []
		found = {one.account_id for one in accounts}
		lost = [
			BankAccount(
				one,
				one,
				problem=Text(
					"{0}: the consent does not cover it. Connect again with all accounts, or disable this one.",
					self.manifest.label,
				),
			)
			for one in mapped
			if one not in found
		]
		return [one for one in accounts if not mapped or one.account_id in mapped] + lost

	def statement(
		self,
		stream: str,
		account: BankAccount,
		rows: Iterable[Any],
		first: date | None = None,
		reach: date | None = None,
	) -> Iterator[Record | BadRecord]:
		"""The rows as one Statement; a row that cannot be read is told and parked, the others go on."""
		lines, pending = [], 0
		for number, row in enumerate(rows, 1):
			try:
				line = self.line(row, account)
			except UNREADABLE as error:
				what = error.text if isinstance(error, DataError) else Text("{0} in it", repr(error))
				message = Text("{0}, transaction {1} cannot be read: {2}.", _name(account), number, what)
				payload = {"account": asdict(account), "row": row}
				yield BadRecord(stream, f"{account.account_id}-{number}", _name(account), message, payload)
				continue
			pending += line is None
			if line:
				lines.append(line)
		statement = Statement(
			account_iban=account.iban,
			account_other_id=account.account_id,
			currency=account.currency or (lines[0].currency if lines else ""),
			from_date=first,
			to_date=reach,
			lines=unique(lines),
			pending_count=pending,
		)
		yield Record(stream, f"{account.account_id}|{first}|{reach}", _name(account), statement)

	def read_again(self, stream: str, payload: Any) -> Iterator[Record | BadRecord]:
		"""A row parked before."""
		yield from self.statement(stream, BankAccount(**payload["account"]), [payload["row"]])


def is_refused_alone(error: ConnectorError) -> bool:
	"""Whether an error is about one account. Wrong credentials and an ended consent are about all of them."""
	return error.status in REFUSED and not isinstance(error, ConsentError)


def _name(account: BankAccount) -> str:
	return account.label or account.iban or account.account_id


def _told(account: BankAccount, error: Exception) -> Text:
	if isinstance(error, ConnectorError):
		return Text("{0}: {1}", _name(account), error.text)
	return Text("{0}: an answer that is not understood: {1}", _name(account), repr(error))


def _soonest(waiting: list[TransientError], now: datetime) -> TransientError:
	"""What to wait for: the account whose turn comes first. The others are held by the limits."""
	ahead = [one for one in waiting if not one.next_allowed or one.next_allowed > now] or waiting[-1:]
	return min(ahead, key=lambda one: one.next_allowed or now)
