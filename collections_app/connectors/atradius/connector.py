"""Atradius: a token for client and application key; covers and non-payments behind it."""

from datetime import timedelta
from pathlib import Path

from collections_app.connectors import insurer_mapping as mapping
from collections_app.connectors.atradius import mapper
from collections_app.connectors.base import Manifest, Token, TransientError
from collections_app.connectors.http.auth import ApiKey, Basic, Together
from collections_app.connectors.http.tokens import Login
from collections_app.connectors.insurer import CreditInsurer

MANIFEST = Manifest.read(Path(__file__).parent)
APP_KEY = "Atradius-App-Key"
TOKEN_SECONDS = 1800  # where the answer does not say


class Atradius(CreditInsurer):
	manifest = MANIFEST
	known = mapper.NAMES

	def auth(self) -> Together:
		return Together(Login(self._log_in), self._app())

	def _app(self) -> ApiKey:
		return ApiKey(self.credential("app_key"), APP_KEY)

	def _log_in(self, login: Login) -> Token:
		client = Basic(self.credential("client_id"), self.credential("client_secret"))
		answer = login.ask(self.url("token_url"), auth=Together(client, self._app()))
		token = mapping.text(answer, self.names, "token.access")
		if not token:
			raise TransientError("{0} answered without a token.", MANIFEST.label)
		seconds = float(mapping.text(answer, self.names, "token.seconds") or TOKEN_SECONDS)
		return Token(token, self.runtime.now() + timedelta(seconds=seconds))


CONNECTOR = Atradius
