"""Base of the bank feeds over an API: account by account, each with its own place to go on, in whole days.

A window of an account is read to its end before its statement is given: only then equal lines can be told apart.
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from collections_app.connectors.bank_lines import unique
from collections_app.connectors.base import (
	BadRecord,
	Checkpoint,
	ConfigurationError,
	DataError,
	Discovery,
	ProviderAccount,
	Record,
	TransientError,
)
from collections_app.connectors.http import HttpConnector
from collections_app.connectors.http.cursors import Window, window
from collections_app.engine.statements import BankLine, Statement

STREAM = "transactions"
# banks book over weekends and holidays with a date that has passed
OVERLAP = timedelta(days=7)
# what a row that is not what the documentation says may raise
UNREADABLE = (DataError, KeyError, TypeError, ValueError, AttributeError, ArithmeticError)


@dataclass(frozen=True)
class BankAccount:
	"""An account behind a connection. `account_id` stays the same over consents; `path_id` is what the API calls it now."""

	account_id: str
	path_id: str
	iban: str = ""
	currency: str = ""
	label: str = ""


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
		names = ", ".join(one.label or one.iban or one.account_id for one in accounts)
		return f"{len(accounts)} account(s): {names}" + (f"; consent until {until}" if until else "")

	def discover(self) -> Discovery:
		accounts = tuple(
			ProviderAccount(one.account_id, one.label, one.iban, one.currency) for one in self.accounts()
		)
		return Discovery((STREAM,), accounts, self.consent_until())

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""A Record per account; its data is a Statement. What one account's bank refuses does not stop the others."""
		places = dict(cursor.get("accounts") or {})
		waiting: list[TransientError] = []
		for account in self.wanted(self.accounts()):
			period = window(
				places.get(account.account_id, {}),
				self.runtime.now(),
				overlap=OVERLAP,
				initial=self.history,
			)
			try:
				fetched = self.fetch(account, period)
			except TransientError as error:
				waiting.append(error)
				continue
			except UNREADABLE as error:
				said = (
					str(error)
					if isinstance(error, DataError)
					else f"an answer that is not understood: {error!r}"
				)
				yield BadRecord(stream, account.account_id, _name(account), f"{_name(account)}: {said}")
			else:
				reach = min(fetched.reach or period.last_day, period.last_day)
				yield from self.statement(stream, account, fetched.rows, period.first_day, reach)
				places[account.account_id] = period.done()
			yield Checkpoint({"accounts": dict(places)}, source=_name(account))
		if waiting:
			raise _soonest(waiting, self.runtime.now())

	def wanted(self, accounts: list[BankAccount]) -> list[BankAccount]:
		"""The accounts that are mapped; all of them when none is. A mapped one that the consent no longer covers must not
		pass for one without movements."""
		mapped = self.config.get("accounts") or []
		missing = set(mapped) - {one.account_id for one in accounts}
		if missing:
			raise ConfigurationError(
				f"{self.manifest.label}: the consent does not cover {', '.join(sorted(missing))}. "
				"Connect again with all accounts, or disable those."
			)
		return [one for one in accounts if not mapped or one.account_id in mapped]

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
				what = str(error) if isinstance(error, DataError) else f"{error!r} in it"
				message = f"{_name(account)}, transaction {number} cannot be read: {what}."
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


def _name(account: BankAccount) -> str:
	return account.label or account.iban or account.account_id


def _soonest(waiting: list[TransientError], now: datetime) -> TransientError:
	"""What to wait for: the account whose turn comes first. The others are held by the limits."""
	ahead = [one for one in waiting if not one.next_allowed or one.next_allowed > now] or waiting[-1:]
	return min(ahead, key=lambda one: one.next_allowed or now)
