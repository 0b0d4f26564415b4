"""A connector that is defined, not coded: its requests, pages and mapping come from a `Definition`.

Bank transactions are read as every bank feed reads them, account by account; all else page by page.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from collections_app.connectors.bank_feed import UNREADABLE, BankAccount, BankFeed, Fetched
from collections_app.connectors.base import (
	BadRecord,
	Checkpoint,
	DataError,
	Discovery,
	Record,
)
from collections_app.connectors.http.answers import Response
from collections_app.connectors.http.auth import Auth
from collections_app.connectors.http.cursors import Window, window
from collections_app.connectors.low_code import placeholders
from collections_app.connectors.low_code.definition import ACCOUNT_FIELD, Definition
from collections_app.connectors.low_code.mapping import Mapper
from collections_app.connectors.low_code.paging import answers, first_answer, rows_of
from collections_app.connectors.low_code.streams import BANK, Stream
from collections_app.connectors.low_code.values import empty, text
from collections_app.engine.statements import BankLine
from collections_app.engine.texts import Text

SHORTEST_TOKEN = 8  # characters


def connector_of(definition: Definition) -> type["LowCodeConnector"]:
	"""The connector class of a definition."""
	return type(
		"LowCodeConnector", (LowCodeConnector,), {"definition": definition, "manifest": definition.manifest()}
	)


class LowCodeConnector(BankFeed):
	"""`definition` says all; see `connector_of`."""

	definition: ClassVar[Definition]
	# the stream of bank transactions that is being read
	_bank_stream: Stream | None = None

	@property
	def client_options(self) -> dict[str, Any]:
		settings = self.settings()
		headers = {name: placeholders.fill(one, settings) for name, one in self.definition.headers.items()}
		options: dict[str, Any] = {"headers": {name: one for name, one in headers.items() if one}}
		if self.definition.auth.login_path:
			options["classify"] = self._hide_login
		return options

	def _hide_login(self, response: Response) -> None:
		"""What a login answers is never logged, wherever in it the token stands."""
		path = urlsplit(self.http.url(self.definition.auth.login_path)).path
		if urlsplit(response.url).path == path:
			self.http.masker.add(*words_of(response))

	def auth(self) -> Auth:
		return self.definition.auth.build(self)

	def settings(self) -> dict[str, str]:
		"""What the connection entered besides its credentials, and the day."""
		names = [one.name for one in self.definition.settings]
		return {name: self.credential(name) for name in names}

	def known_url(self, name: str) -> str:
		"""An address of the environment; empty where the definition has none."""
		named = self.definition.environments.get(self.config.get("environment") or "", {})
		return self.url(name) if name in named or name in (self.config.get("urls") or {}) else ""

	def check(self) -> str:
		"""Asks for the address that the definition names, else for the accounts, else for the first page of a stream."""
		if self.definition.check_path:
			self.http.get(placeholders.fill(self.definition.check_path, self.settings(), quoted=True))
			return Text("{0} answers.", self.manifest.label)
		if self.definition.accounts.path:
			return super().check()
		stream = self.definition.streams[0]
		account = self.first_account() if stream.target == BANK else None
		rows = rows_of(stream.rows, self.first_answer(stream, account))
		name = Text(stream.label or stream.name)
		return Text("{0} answers: {1} row(s) on the first page of {2}.", self.manifest.label, len(rows), name)

	def discover(self) -> Discovery:
		banks = any(one.target == BANK for one in self.definition.streams)
		found = super().discover().accounts if banks else ()
		return Discovery(tuple(one.name for one in self.definition.streams), found)

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		spec = self.definition.stream(stream)
		if spec.target == BANK:
			self._bank_stream, self.history = spec, timedelta(days=spec.history_days)
			yield from super().read(stream, cursor)
		else:
			yield from self._records(spec, cursor)

	def read_again(self, stream: str, payload: Any) -> Iterator[Record | BadRecord]:
		"""A row parked before, by the mapping as it is now."""
		spec = self.definition.stream(stream)
		if spec.target == BANK:
			self._bank_stream = spec
			yield from super().read_again(stream, payload)
		else:
			yield from self._row(spec, self.mapper(spec), payload["row"])

	# -- bank accounts

	def accounts(self) -> list[BankAccount]:
		said = self.definition.accounts
		if not said.path:
			number = "".join(self.credential(ACCOUNT_FIELD.name).split())
			iban = number if number[:2].isalpha() else ""
			return [BankAccount(number, number, iban, label=number)]
		answer = self.http.get(placeholders.fill(said.path, self.settings(), quoted=True)).json()
		return [self._account(row) for row in rows_of(said.rows, answer)]

	def _account(self, row: Any) -> BankAccount:
		said = self.definition.accounts
		parts = {name: getattr(said, name) for name in ("id", "iban", "currency", "label")}
		found = {name: one.find(row) if one.text else None for name, one in parts.items()}
		written = {name: "" if empty(one) else text(one) for name, one in found.items()}
		if not written["id"]:
			raise DataError(
				"{0} finds nothing in an account of {1}.", repr(said.id.text), self.manifest.label
			)
		return BankAccount(
			written["id"], written["id"], written["iban"], written["currency"].upper(), written["label"]
		)

	def fetch(self, account: BankAccount, period: Window) -> Fetched:
		spec = self._bank_stream
		mapper, rows = self.mapper(spec), []
		for answer in answers(self.http, spec, self.known(spec, period, account)):
			rows += rows_of(spec.rows, answer)
		return Fetched([row for row in rows if mapper.wanted(row) and mapper.of_account(row, account)])

	def line(self, row: Any, account: BankAccount) -> BankLine:
		return self.mapper(self._bank_stream).line(row, account)

	# -- everything else

	def _records(self, spec: Stream, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""Page by page. What was read is kept at once; where to go on moves only when all has been read."""
		period = window(cursor, self.runtime.now(), initial=timedelta(days=spec.history_days))
		mapper, token = self.mapper(spec), cursor.get("token", "")
		for answer in answers(self.http, spec, self.known(spec, period, token=token)):
			for row in rows_of(spec.rows, answer):
				yield from self._row(spec, mapper, row)
			if spec.cursor == "token" and not empty(following := spec.next_token.find(answer)):
				token = text(following)
			yield Checkpoint(dict(cursor))
		yield Checkpoint({"token": token} if spec.cursor == "token" else period.done())

	def _row(self, spec: Stream, mapper: Mapper, row: Any) -> Iterator[Record | BadRecord]:
		try:
			if not mapper.wanted(row):
				return
			records = mapper.records(row)
		except UNREADABLE as error:
			said = error.text if isinstance(error, DataError) else Text("{0} in it", repr(error))
			label = spec.label or spec.name
			digest = hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest()[:20]
			message = Text("{0}: a row cannot be mapped: {1}.", label, said)
			yield BadRecord(spec.name, digest, label, message, {"row": row})
			return
		for identity, data in records:
			yield Record(spec.name, identity, spec.label or spec.name, data)

	# -- shared

	def mapper(self, spec: Stream) -> Mapper:
		return Mapper(spec, self.manifest.label, self.today)

	@property
	def today(self) -> date:
		return self.runtime.now().date()

	def known(
		self, spec: Stream, period: Window, account: BankAccount | None = None, token: str = ""
	) -> dict[str, Any]:
		"""What the placeholders of a request stand for."""
		by_time = spec.cursor == "time"
		return {
			**self.settings(),
			placeholders.SINCE: period.since if by_time else period.first_day,
			placeholders.UNTIL: period.until if by_time else period.last_day,
			placeholders.TODAY: self.today,
			placeholders.TOKEN: token,
			placeholders.ACCOUNT: account.path_id if account else "",
		}

	def first_account(self) -> BankAccount:
		"""The first one that is mapped and can be read."""
		found = self.wanted(self.accounts())
		if not found:
			raise DataError("{0} lists no account.", self.manifest.label)
		readable = next((one for one in found if not one.problem), None)
		if not readable:
			raise DataError(found[0].problem)
		return readable

	def first_answer(self, spec: Stream, account: BankAccount | None = None) -> Any:
		"""The first page of a stream, from the beginning; of bank transactions, of an account."""
		period = window({}, self.runtime.now(), initial=timedelta(days=spec.history_days))
		return first_answer(self.http, spec, self.known(spec, period, account))


def words_of(response: Response) -> Iterator[str]:
	"""Every word in an answer that is long enough for a token, keys aside."""
	try:
		waiting = [response.json()]
	except DataError:
		waiting = [response.text]
	while waiting:
		found = waiting.pop()
		if isinstance(found, str):
			yield from (word for word in found.split() if len(word) >= SHORTEST_TOKEN)
		elif isinstance(found, Mapping | list):
			waiting += found.values() if isinstance(found, Mapping) else found
