"""What the caller lends a connector: clock, sleep, the request log, tokens, and memory between calls.

The defaults are those of a program; tests and the runner give their own.
"""

import random
import time
from collections.abc import Callable, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any, Protocol


def utc_now() -> datetime:
	return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Token:
	"""An access token; `expires_at` (aware) None where the provider does not say."""

	access: str
	expires_at: datetime | None = None
	refresh: str = ""
	scope: str = ""


class TokenStore(Protocol):
	"""Keeps tokens between calls. Within `lock` nobody else renews the same one."""

	def get(self, key: str) -> Token | None: ...

	def set(self, key: str, token: Token | None) -> None: ...

	def lock(self, key: str) -> AbstractContextManager: ...


class MemoryTokens:
	"""Keeps tokens as long as the object lives."""

	def __init__(self, tokens: dict[str, Token] | None = None):
		self.tokens = dict(tokens or {})

	def get(self, key: str) -> Token | None:
		return self.tokens.get(key)

	def set(self, key: str, token: Token | None) -> None:
		if token:
			self.tokens[key] = token
		else:
			self.tokens.pop(key, None)

	def lock(self, key: str) -> AbstractContextManager:
		return nullcontext()


@dataclass(frozen=True)
class RequestRecord:
	"""One request as the log may show it: secrets are masked, bodies cut. `status` None when there was no answer."""

	method: str
	url: str
	status: int | None
	seconds: float
	attempt: int
	request: str = ""
	answer: str = ""
	error: str = ""


@dataclass(frozen=True)
class Runtime:
	"""`allowed_hosts`: `host:port` of local services that may be called although they are not public (also by plain
	http); empty unless the caller says so. `state` is JSON-able and outlives the connector: limits and breaker.
	`timeout`: seconds to connect and between two bytes; `deadline`: seconds for a whole answer. `max_wait`: the
	longest pause within one call; what takes longer is raised with its next allowed time.
	"""

	now: Callable[[], datetime] = utc_now
	sleep: Callable[[float], None] = time.sleep
	random: Callable[[], float] = random.random
	log: Callable[[RequestRecord], None] | None = None
	tokens: TokenStore = field(default_factory=MemoryTokens)
	state: MutableMapping[str, Any] = field(default_factory=dict)
	allowed_hosts: frozenset[str] = frozenset()
	timeout: tuple[float, float] = (10, 60)
	deadline: float = 300
	max_wait: float = 30

	def having(self, **changes) -> "Runtime":
		return replace(self, **changes)
