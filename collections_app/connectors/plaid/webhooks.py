"""Plaid signs its calls with a JWT (ES256) over the digest of the body."""

import hashlib
from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime
from typing import Any

from collections_app.connectors.base import WebhookRequest
from collections_app.connectors.http.signatures import header_of, within_tolerance
from collections_app.connectors.http.signed_tokens import claims_of, same_text


def is_genuine(
	request: WebhookRequest,
	fetch_key: Callable[[str], Mapping[str, Any]],
	state: MutableMapping[str, Any],
	now: datetime,
) -> bool:
	"""Whether the call is Plaid's, unchanged, and not older than five minutes."""
	token = header_of(request.headers, "Plaid-Verification")
	claims = claims_of(token, "ES256", fetch_key, state, now)
	digest = hashlib.sha256(request.body).hexdigest()
	return same_text(claims.get("request_body_sha256"), digest) and within_tolerance(claims.get("iat"), now)
