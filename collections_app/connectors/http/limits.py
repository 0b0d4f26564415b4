"""How often a provider may be called, kept in a state that outlives the process.

A rule is `{"calls": 100, "seconds": 60}` (any window of that length) or `{"calls": 4, "day": "UTC"}` (a calendar day of
that time zone).
"""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collections_app.connectors.errors import RateLimitError

LONGEST_DAY = 25 * 3600  # the day on which clocks are set back


class Limiter:
	"""`name` is the provider's, for the message. A wait of up to `max_wait` seconds is slept, a longer one raised."""

	def __init__(
		self,
		rules: Iterable[Mapping[str, Any]],
		state: MutableMapping[str, Any],
		now: Callable[[], datetime],
		sleep: Callable[[float], None],
		max_wait: float = 30,
		name: str = "The provider",
	):
		self.rules = tuple(rules)
		self.state, self.now, self.sleep = state, now, sleep
		self.max_wait, self.name = max_wait, name

	def acquire(self, scope: str = "") -> None:
		"""Counts one call within the rules; `scope` where each account or tenant has its own count."""
		while allowed := self.next_allowed(scope):
			wait = (allowed - self.now()).total_seconds()
			if wait > self.max_wait:
				raise RateLimitError(
					"{0} allows no more calls before {1}.",
					self.name,
					f"{allowed:%Y-%m-%d %H:%M:%S %Z}",
					next_allowed=allowed,
				)
			self.sleep(max(wait, 0.001))
		self._entry(scope)["calls"].append(self.now().timestamp())

	def next_allowed(self, scope: str = "") -> datetime | None:
		"""When the next call is allowed; None when now."""
		now, entry = self.now(), self._entry(scope)
		waits = [at for rule in self.rules if (at := self._after(rule, entry["calls"], now))]
		if entry.get("held") and (held := datetime.fromisoformat(entry["held"])) > now:
			waits.append(held)
		return max(waits, default=None)

	def hold(self, until: datetime, scope: str = "") -> None:
		"""The provider itself named a time: nothing goes out before."""
		self._entry(scope)["held"] = until.isoformat()

	def _after(self, rule: Mapping[str, Any], calls: list[float], now: datetime) -> datetime | None:
		if "day" in rule:
			zone = ZoneInfo(rule["day"])
			midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
			inside = [at for at in calls if at >= midnight.timestamp()]
			next_day = datetime.combine(midnight.date() + timedelta(days=1), time(), zone)
			return next_day.astimezone(now.tzinfo) if len(inside) >= rule["calls"] else None
		inside = sorted(at for at in calls if at > now.timestamp() - rule["seconds"])
		if len(inside) < rule["calls"]:
			return None
		return datetime.fromtimestamp(inside[-rule["calls"]] + rule["seconds"], now.tzinfo)

	def _entry(self, scope: str) -> dict[str, Any]:
		"""The calls still of interest: the longest window's, at most as many as the largest rule counts."""
		entry = self.state.setdefault("limits", {}).setdefault(scope, {"calls": []})
		longest = max((rule.get("seconds", LONGEST_DAY) for rule in self.rules), default=0)
		most = max((rule["calls"] for rule in self.rules), default=0)
		since = self.now().timestamp() - longest
		entry["calls"] = [at for at in entry["calls"] if at > since][-most:] if most else []
		return entry
