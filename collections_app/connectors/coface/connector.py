"""Coface, credit insurance: an API key and a user's token, the contract in a header.

After five wrong passwords Coface locks the user for a while: a login that is refused is not repeated.
"""

from datetime import timedelta
from pathlib import Path

from collections_app.connectors import insurer_mapping as mapping
from collections_app.connectors.base import Manifest, Token, TransientError
from collections_app.connectors.coface import mapper
from collections_app.connectors.http.auth import ApiKey, Together
from collections_app.connectors.http.tokens import Login
from collections_app.connectors.insurer import CreditInsurer

MANIFEST = Manifest.read(Path(__file__).parent)
TOKEN_SECONDS = 3600  # where the answer does not say


class Coface(CreditInsurer):
	manifest = MANIFEST
	known = mapper.NAMES

	def auth(self) -> Together:
		self.client_options = {"headers": {self.credential("policy_header"): self.credential("policy")}}
		return Together(Login(self._log_in, prefix=""), self._key())

	def _key(self) -> ApiKey:
		return ApiKey(self.credential("api_key"), "x-api-key")

	def _log_in(self, login: Login) -> Token:
		wanted = {
			"grantType": "password",
			"username": self.credential("user"),
			"password": self.credential("password"),
		}
		address = self.url("authentication_url") + "/token"
		answer = login.ask(address, json=wanted, auth=self._key())
		token = mapping.text(answer, self.names, "token.access")
		if not token:
			raise TransientError("Coface answered without a token.")
		seconds = float(mapping.text(answer, self.names, "token.seconds") or TOKEN_SECONDS)
		return Token(token, self.runtime.now() + timedelta(seconds=seconds))


CONNECTOR = Coface
