"""Webhooks signed with a JWT that vouches for the body's digest; the provider's public key is fetched once by its id.

Whoever makes up key ids must not have us ask the provider each time: an unknown one is asked for once a minute at most.
"""

import hmac
from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime
from typing import Any

import jwt

from collections_app.connectors.base import ConfigurationError, DataError

KEYS, ASKED = "webhook_keys", "webhook_keys_asked"
PAUSE = 60  # seconds
Fetch = Callable[[str], Mapping[str, Any]]


def claims_of(
	token: str, algorithm: str, fetch_key: Fetch, state: MutableMapping[str, Any], now: datetime
) -> dict[str, Any]:
	"""What a token says, its signature checked; empty when it is not believed. `fetch_key` gives the JWK of an id; its
	TransientError is not caught: the call may come again. Times, audience and digest are the caller's to judge."""
	try:
		header = jwt.get_unverified_header(token)
		kid = header.get("kid")
		if header.get("alg") != algorithm or not isinstance(kid, str):
			return {}
		key = _key(kid, fetch_key, state, now)
		if not key or key.get("expired_at"):
			return {}
		return jwt.decode(
			token,
			jwt.PyJWK(dict(key), algorithm=algorithm).key,
			algorithms=[algorithm],
			options={"verify_iat": False, "verify_exp": False, "verify_aud": False},
		)
	except (ConfigurationError, DataError, jwt.PyJWTError, ValueError, TypeError):
		return {}


def same_text(given: Any, expected: str) -> bool:
	"""Compared in constant time."""
	return hmac.compare_digest(str(given or "").encode(), expected.encode())


def _key(
	kid: str, fetch_key: Fetch, state: MutableMapping[str, Any], now: datetime
) -> Mapping[str, Any] | None:
	"""When a new key comes the others are forgotten: one that the provider has withdrawn is no longer believed."""
	known = state.get(KEYS) or {}
	if kid not in known:
		if now.timestamp() - state.get(ASKED, 0) < PAUSE:
			return None
		state[ASKED] = now.timestamp()
		known = state[KEYS] = {kid: dict(fetch_key(kid))}
	return known[kid]
