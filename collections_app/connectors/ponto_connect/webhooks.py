"""Ibanity signs its calls with a JWT (RS512) in the header `Signature`; it vouches for the body, the application and the time."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from datetime import datetime
from typing import Any

from collections_app.connectors.base import BadRecord, DataError, Refresh, WebhookRequest
from collections_app.connectors.http.signatures import header_of
from collections_app.connectors.http.signed_tokens import claims_of, same_text
from collections_app.engine.texts import Text

TOLERANCE = 30  # seconds; that of Ibanity's own libraries
# what brings new transactions, at once or with the next synchronization
NEWS = frozenset(
	{
		"pontoConnect.account.transactionsCreated",
		"pontoConnect.account.transactionsUpdated",
		"pontoConnect.account.reauthorized",
		"pontoConnect.integration.accountAdded",
	}
)


def is_genuine(
	request: WebhookRequest,
	fetch_key: Callable[[str], Mapping[str, Any]],
	state: MutableMapping[str, Any],
	now: datetime,
	issuer: str,
	application: str,
) -> bool:
	"""Whether the call is Ibanity's, unchanged, for this application and in time. Without an application nobody is believed."""
	claims = claims_of(header_of(request.headers, "signature"), "RS512", fetch_key, state, now)
	digest = base64.b64encode(hashlib.sha512(request.body).digest()).decode()
	seconds = now.timestamp()
	try:
		in_time = float(claims["iat"]) <= seconds + TOLERANCE and float(claims["exp"]) >= seconds - TOLERANCE
	except (KeyError, TypeError, ValueError):
		return False
	return (
		same_text(claims.get("digest"), digest)
		and same_text(claims.get("iss"), issuer)
		and bool(application)
		and same_text(claims.get("aud"), application)
		and in_time
	)


def key_of(keys: Any, kid: str) -> Mapping[str, Any]:
	"""The active signing key of that id among those the API lists. DataError when there is none."""
	found = keys.get("keys") if isinstance(keys, Mapping) else None
	for key in found or ():
		if key.get("kid") == kid and key.get("use") == "sig" and key.get("status") == "ACTIVE":
			return key
	raise DataError("{0} has no active key {1}.", "Ibanity", kid)


def news(request: WebhookRequest, stream: str, identity: str) -> Iterator[BadRecord | Refresh]:
	"""Whether there is something to read. Other events (details, failed synchronizations) need nothing."""
	try:
		if json.loads(request.body)["data"]["type"] in NEWS:
			yield Refresh(stream)
	except (ValueError, KeyError, TypeError) as error:
		yield BadRecord(stream, identity, "webhook", Text("Not readable: {0}", repr(error)))
