"""Keeps secrets out of logs and messages: known values wherever they stand, and values under telling names."""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

MASK = "***"
SHORTEST = 4  # a shorter value would mask half of every text
SENSITIVE = re.compile(
	r"auth|token|secret|passw|pwd|api[-_]?key|signature|assertion|cookie|private|otp|credential|^code$|^key$|^access$|^refresh$",
	re.IGNORECASE,
)


class Masker:
	"""`secrets` are the values to hide; more can be added while tokens come and go."""

	def __init__(self, secrets: Iterable[str] = ()):
		self._forms: set[str] = set()
		self.add(*secrets)

	def add(self, *secrets: str) -> None:
		for secret in secrets:
			if secret and len(secret) >= SHORTEST:
				self._forms |= {secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode()}
				self._forms.add(json.dumps(secret)[1:-1])
				# each line of a key of several lines
				self._forms |= {
					line for line in secret.splitlines() if len(line) > 20 and "-----" not in line
				}

	def text(self, text: str) -> str:
		for form in sorted(self._forms, key=len, reverse=True):
			text = text.replace(form, MASK)
		return text

	def url(self, url: str) -> str:
		parts = urlsplit(url)
		query = [
			(name, MASK if SENSITIVE.search(name) else value)
			for name, value in parse_qsl(parts.query, keep_blank_values=True)
		]
		host = parts.netloc.rpartition("@")[2]
		return self.text(urlunsplit(parts._replace(netloc=host, query=urlencode(query, safe="*"))))

	def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
		return {
			name: MASK if SENSITIVE.search(name) else self.text(str(value)) for name, value in headers.items()
		}

	def body(self, body: bytes | str | None, limit: int = 2000) -> str:
		"""A body as the log may show it: JSON and forms by field, other text as it is, binary data by its size."""
		if not body:
			return ""
		if isinstance(body, bytes):
			try:
				body = body.decode("utf-8")
			except UnicodeDecodeError:
				return f"({len(body)} bytes)"
		try:
			body = json.dumps(self.values(json.loads(body)), ensure_ascii=False)
		except ValueError:
			if re.fullmatch(r"[\w.%*+-]+=[^\s]*", body):
				pairs = parse_qsl(body, keep_blank_values=True)
				body = urlencode([(n, MASK if SENSITIVE.search(n) else v) for n, v in pairs], safe="*")
		text = self.text(body)
		return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"

	def values(self, value: Any, name: str = "") -> Any:
		"""The same structure with what stands under a telling name hidden, at every depth."""
		if isinstance(value, Mapping):
			return {key: self.values(one, str(key)) for key, one in value.items()}
		if isinstance(value, list):
			return [self.values(one, name) for one in value]
		if isinstance(value, str) and value:
			return MASK if SENSITIVE.search(name) else self.text(value)
		return value
