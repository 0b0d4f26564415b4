"""Coface, credit insurance: an API key and a user's token, the contract in a header."""

from datetime import timedelta
from pathlib import Path

from collections_app.connectors import insurer_mapping as mapping
from collections_app.connectors.base import Manifest, Token, TransientError
from collections_app.connectors.coface import login as service
from collections_app.connectors.coface import mapper
from collections_app.connectors.http.auth import Together
from collections_app.connectors.http.tokens import Login
from collections_app.connectors.insurer import CreditInsurer

MANIFEST = Manifest.read(Path(__file__).parent)


class Coface(CreditInsurer):
	manifest = MANIFEST
	known = mapper.NAMES

	def auth(self) -> Together:
		self.client_options = {"headers": {self.credential("policy_header"): self.credential("policy")}}
		return Together(Login(self._log_in, prefix=""), service.key(self.credential("api_key")))

	def _log_in(self, login: Login) -> Token:
		entered = [self.credential(name) for name in ("api_key", "user", "password")]
		answer = service.ask(login, self.url("authentication_url"), *entered)
		token = mapping.text(answer, self.names, "token.access")
		if not token:
			raise TransientError("{0} answered without a token.", MANIFEST.label)
		seconds = float(mapping.text(answer, self.names, "token.seconds") or service.TOKEN_SECONDS)
		return Token(token, self.runtime.now() + timedelta(seconds=seconds))


CONNECTOR = Coface
