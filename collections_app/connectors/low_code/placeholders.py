"""{{since}} and the like in paths, parameters, bodies and headers: plain substitution, no template language.

A name may say how a time is written: {{since:%d.%m.%Y}}, {{since:epoch}} (seconds), {{since:epoch_ms}}.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timezone
from typing import Any
from urllib.parse import quote

from collections_app.connectors.errors import DataError

PATTERN = re.compile(r"\{\{\s*(\w+)\s*(?::([^{}]+))?\}\}")
# what a stream's request knows, besides the settings of the connection
SINCE, UNTIL, TODAY, ACCOUNT, TOKEN = "since", "until", "today", "account", "token"
BUILT_IN = (SINCE, UNTIL, TODAY, ACCOUNT, TOKEN)


def names(value: Any) -> Iterator[str]:
	"""The placeholders of a text, or of all texts in a structure."""
	text = value if isinstance(value, str) else json.dumps(value)
	return (found.group(1) for found in PATTERN.finditer(text))


def only_placeholder(value: Any) -> str:
	"""The name where a text is one placeholder and nothing else."""
	found = PATTERN.fullmatch(value.strip()) if isinstance(value, str) else None
	return found.group(1) if found else ""


def fill(text: str, values: Mapping[str, Any], quoted: bool = False) -> str:
	"""The text with its placeholders filled; `quoted`: each value stays one part of a path."""

	def filled(match: re.Match) -> str:
		value = _written(values.get(match.group(1), ""), (match.group(2) or "").strip())
		if not quoted:
			return value
		if value in ("", ".", ".."):
			raise DataError("{0} in the path would be filled with {1}.", match.group(0), repr(value))
		return quote(value, safe="")

	return PATTERN.sub(filled, text)


def fill_all(value: Any, values: Mapping[str, Any]) -> Any:
	"""A structure of JSON with all its texts filled. An entry that is one placeholder without a value is left out."""
	if isinstance(value, Mapping):
		kept = {key: one for key, one in value.items() if not _empty(one, values)}
		return {key: fill_all(one, values) for key, one in kept.items()}
	if isinstance(value, list):
		return [fill_all(one, values) for one in value if not _empty(one, values)]
	return fill(value, values) if isinstance(value, str) else value


def _empty(value: Any, values: Mapping[str, Any]) -> bool:
	name = only_placeholder(value)
	return bool(name) and values.get(name, "") in ("", None)


def _written(value: Any, form: str) -> str:
	if isinstance(value, date) and form:
		moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
		moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
		if form == "epoch":
			return str(int(moment.timestamp()))
		return str(int(moment.timestamp() * 1000)) if form == "epoch_ms" else moment.strftime(form)
	if isinstance(value, datetime):
		return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
	return value.isoformat() if isinstance(value, date) else str(value or "")
