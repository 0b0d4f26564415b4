"""When to try again: pauses with backoff and jitter, what the provider says in Retry-After, and the circuit breaker."""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from collections_app.connectors.errors import TransientError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
IDEMPOTENT_METHODS = SAFE_METHODS | {"PUT", "DELETE"}
LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True)
class Backoff:
	"""`attempts` in all; the pause before the n-th again is random up to `base` * 2^n seconds, at most `cap`."""

	attempts: int = 4
	base: float = 0.5
	cap: float = 20

	def pause(self, attempt: int, random: Callable[[], float]) -> float:
		"""Seconds to wait after the attempt of that number (from 1); never less than half of what is reached."""
		reached = min(self.cap, self.base * 2 ** (attempt - 1))
		return reached * (0.5 + random() / 2)


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
	"""The time named by Retry-After (seconds or a date). A date is measured against the answer's own Date, so that a
	clock that is wrong on either side does not matter. At most a day ahead; None when there is none."""
	value = (headers.get("Retry-After") or "").strip()
	if not value:
		return None
	try:
		wait = timedelta(seconds=float(value))
	except (ValueError, OverflowError):
		named = _http_date(value)
		if not named:
			return None
		wait = named - (_http_date(headers.get("Date") or "") or now)
	return now + min(max(wait, timedelta()), LONGEST_WAIT)


def _http_date(value: str) -> datetime | None:
	try:
		parsed = parsedate_to_datetime(value)
	except (TypeError, ValueError):
		return None
	return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)


class Breaker:
	"""After `threshold` failed calls in a row nothing is tried for `pause`, then twice as long each time, up to
	`longest`; one call that succeeds closes it. Its memory is in `state`."""

	def __init__(
		self,
		state: MutableMapping[str, Any],
		now: Callable[[], datetime],
		name: str = "The provider",
		threshold: int = 5,
		pause: timedelta = timedelta(minutes=5),
		longest: timedelta = timedelta(hours=2),
	):
		self.state, self.now, self.name = state, now, name
		self.threshold, self.pause, self.longest = threshold, pause, longest

	@property
	def open_until(self) -> datetime | None:
		until = self.state.get("breaker", {}).get("open_until")
		return datetime.fromisoformat(until) if until else None

	def check(self) -> None:
		"""TransientError while it is open."""
		until = self.open_until
		if until and self.now() < until:
			raise TransientError(
				"{0} failed several times in a row; it is tried again at {1}.",
				self.name,
				f"{until:%Y-%m-%d %H:%M %Z}",
				next_allowed=until,
			)

	def succeeded(self) -> None:
		self.state.pop("breaker", None)

	def failed(self) -> None:
		entry = self.state.setdefault("breaker", {"failures": 0})
		entry["failures"] += 1
		over = entry["failures"] - self.threshold
		if over >= 0:
			wait = min(self.pause * 2 ** min(over, 16), self.longest)
			entry["open_until"] = (self.now() + wait).isoformat()
