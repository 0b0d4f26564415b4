"""Plaid signs its calls with a JWT (ES256) over the digest of the body; the public key is fetched once by its id."""

import hashlib
import hmac
from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime
from typing import Any

import jwt

from collections_app.connectors.base import DataError, WebhookRequest
from collections_app.connectors.http.signatures import header_of, within_tolerance


def is_genuine(
	request: WebhookRequest,
	fetch_key: Callable[[str], Mapping[str, Any]],
	state: MutableMapping[str, Any],
	now: datetime,
) -> bool:
	"""Whether the call is Plaid's, unchanged, and not older than five minutes. When a new key comes the others are asked
	for again: one that Plaid has expired is no longer believed."""
	token = header_of(request.headers, "Plaid-Verification")
	try:
		header = jwt.get_unverified_header(token)
		if header.get("alg") != "ES256" or not header.get("kid"):
			return False
		key = _key(header["kid"], fetch_key, state)
		if key.get("expired_at"):
			return False
		claims = jwt.decode(
			token,
			jwt.PyJWK(dict(key), algorithm="ES256").key,
			algorithms=["ES256"],
			options={"verify_iat": False, "verify_exp": False},
		)
	except (DataError, jwt.PyJWTError, ValueError, TypeError):
		return False
	digest = hashlib.sha256(request.body).hexdigest()
	same = hmac.compare_digest(digest, str(claims.get("request_body_sha256", "")))
	return same and within_tolerance(claims.get("iat"), now)


def _key(
	kid: str, fetch_key: Callable[[str], Mapping[str, Any]], state: MutableMapping[str, Any]
) -> Mapping[str, Any]:
	if kid not in state.get("webhook_keys", {}):
		state["webhook_keys"] = {kid: dict(fetch_key(kid))}
	return state["webhook_keys"][kid]
