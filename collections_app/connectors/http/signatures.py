"""Webhook signatures: computed over the raw bytes, compared in constant time, within a tolerance of time."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

TOLERANCE = 300  # seconds; what Stripe and others recommend


def hmac_matches(
	given: str | Iterable[str],
	payload: bytes,
	secrets: str | Iterable[str],
	algorithm: str = "sha256",
	encoding: str = "hex",
) -> bool:
	"""Whether one of the given signatures is the HMAC of the payload with one of the secrets (several while they are
	rotated). Every pair is compared. Empty secrets never match."""
	given = [given] if isinstance(given, str) else list(given)
	secrets = [secrets] if isinstance(secrets, str) else list(secrets)
	matches = False
	for secret in secrets:
		if not secret:
			continue
		expected = hmac.new(secret.encode(), payload, getattr(hashlib, algorithm)).digest()
		for one in given:
			matches |= hmac.compare_digest(expected, _decode(one, encoding))
	return matches


def within_tolerance(
	timestamp: str | int | float, now: datetime, seconds: int = TOLERANCE, per_second: int = 1
) -> bool:
	"""Whether a signed Unix time is at most `seconds` away from now, before or after. `per_second`: 1000 of milliseconds."""
	try:
		return abs(now.timestamp() - float(timestamp) / per_second) <= seconds
	except (TypeError, ValueError):
		return False


def timestamped_matches(
	header: str,
	body: bytes,
	secrets: str | Iterable[str],
	now: datetime,
	tolerance: int = TOLERANCE,
	scheme: str = "v1",
) -> bool:
	"""A header `t=…,v1=…[,v1=…]` over `t.body`, as Stripe sends it."""
	pairs = [part.strip().partition("=")[::2] for part in (header or "").split(",")]
	timestamp = dict(pairs).get("t", "")
	given = [value for name, value in pairs if name == scheme]
	if not within_tolerance(timestamp, now, tolerance):
		return False
	return hmac_matches(given, timestamp.encode() + b"." + body, secrets)


def header_of(headers: Mapping[str, str], name: str) -> str:
	"""A header whatever its spelling."""
	return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def _decode(text: str, encoding: str) -> bytes:
	try:
		if encoding == "hex":
			return bytes.fromhex(text.strip())
		return base64.b64decode(text.strip(), validate=True)
	except (ValueError, binascii.Error):
		return b""
