"""Allianz Trade: every change is a job; its fate is asked for, or told by a call-back.

The call-back bears no signature. So the address that Allianz Trade is given for each job is signed by us, and what a call
says is not believed: it only has the covers read.
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from collections_app.connectors.allianz_trade import mapper
from collections_app.connectors.base import (
	Action,
	Manifest,
	Refresh,
	Token,
	TransientError,
	WebhookRequest,
)
from collections_app.connectors.http.tokens import Login
from collections_app.connectors.insurer import STREAM, CreditInsurer

MANIFEST = Manifest.read(Path(__file__).parent)


class AllianzTrade(CreditInsurer):
	manifest = MANIFEST
	known = mapper.NAMES

	def auth(self) -> Login:
		return Login(self._log_in)

	def push_headers(self, action: Action) -> dict[str, str]:
		address, secret = self.credential("callback_url"), self.credential("callback_secret")
		if not (address and secret):
			return {}
		wanted = mapper.callback_header(address, secret, action.key)
		self.http.masker.add(wanted)  # the address in it is a secret
		return {self.credential("callback_header"): wanted}

	def verify_webhook(self, request: WebhookRequest) -> bool:
		"""Whether the address called is one that we signed; the body has no signature and is not read."""
		about, signature = mapper.called_about(request.url)
		secret = self.credential("callback_secret")
		if not (about and secret):
			return False
		wanted = mapper.signature(secret, about)
		return hmac.compare_digest(wanted.encode(), signature.encode())

	def webhook_id(self, request: WebhookRequest) -> str:
		return hashlib.sha256(request.url.encode() + b"|" + request.body).hexdigest()

	def read_webhook(self, request: WebhookRequest) -> Iterator[Refresh]:
		yield Refresh(STREAM)

	def _log_in(self, login: Login) -> Token:
		"""The token lasts an hour and cannot be renewed: another one is asked for."""
		wanted = {"apiKey": self.credential("api_key")}
		answer = login.ask("idp/oauth2/authorize", json=wanted)
		token = answer.get("access_token") if isinstance(answer, dict) else None
		if not token:
			raise TransientError("{0} answered without a token.", MANIFEST.label)
		seconds = float(answer.get("expires_in") or 3600)
		return Token(token, self.runtime.now() + timedelta(seconds=seconds))


CONNECTOR = AllianzTrade
