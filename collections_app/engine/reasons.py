"""A reason: why the engine decided something, as a code and its values.

The engine never writes sentences for people: services turn a code and its parameters into a sentence of the
reader's language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Reason:
	"""Why something was decided.

	`code`: a short snake_case word, stable over versions (it is stored and translated).
	`params`: values the sentence needs; names are strings, values are JSON types (see `plain`).
	"""

	code: str
	params: dict[str, Any] = field(default_factory=dict)

	def __post_init__(self) -> None:
		if not isinstance(self.code, str) or not self.code:
			raise ValueError(f"A reason needs a code, got {self.code!r}")
		object.__setattr__(self, "params", {str(key): plain(value) for key, value in self.params.items()})

	def __hash__(self) -> int:
		return hash((self.code, repr(sorted(self.params.items(), key=lambda pair: pair[0]))))

	def to_dict(self) -> dict[str, Any]:
		"""The reason as a dict that `json.dumps` takes: {"code": …, "params": {…}}."""
		return {"code": self.code, "params": dict(self.params)}

	@classmethod
	def from_dict(cls, data: dict[str, Any]) -> Reason:
		"""The reason that `to_dict` gave. ValueError when `data` is not such a dict."""
		if not isinstance(data, dict) or "code" not in data:
			raise ValueError(f"Not a reason: {data!r}")
		return cls(code=data["code"], params=dict(data.get("params") or {}))


def plain(value: Any) -> Any:
	"""`value` as a JSON type: numpy scalars become Python's, dates become ISO text, NaN and NaT become None.

	Tuples, lists and sets become lists (sets sorted); dicts are converted inside. Other types become text.
	"""
	if value is None or isinstance(value, bool | int | str):
		return value
	if isinstance(value, np.generic):
		return plain(value.item()) if not isinstance(value, np.datetime64) else plain_date(value)
	if isinstance(value, float):
		return None if value != value else value
	if isinstance(value, datetime | date):
		return plain_date(value)
	if isinstance(value, set | frozenset):
		return sorted((plain(one) for one in value), key=str)
	if isinstance(value, list | tuple):
		return [plain(one) for one in value]
	if isinstance(value, dict):
		return {str(key): plain(one) for key, one in value.items()}
	return str(value)


def plain_date(value: Any) -> str | None:
	"""A date, datetime, Timestamp or datetime64 as "YYYY-MM-DD" (the time of day is dropped); NaT is None."""
	if value != value:
		return None
	if isinstance(value, np.datetime64):
		return str(value.astype("datetime64[D]"))
	return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
