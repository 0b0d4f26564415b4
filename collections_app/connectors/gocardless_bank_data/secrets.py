"""GoCardless's login: user secrets for an access token of a day and a refresh token of thirty."""

from collections.abc import Mapping
from typing import Any

from collections_app.connectors.base import ConfigurationError, Token
from collections_app.connectors.http.tokens import TokenAuth


class Secrets(TokenAuth):
	"""User secrets give an access token (24 hours) and a refresh token (30 days)."""

	def __init__(self, secret_id: str, secret_key: str):
		super().__init__()
		self.secret_id, self.secret_key = secret_id, secret_key

	def fetch(self, old: Token | None) -> Token:
		if old and old.refresh:
			try:
				return self._token(self.ask("token/refresh/", json={"refresh": old.refresh}), old.refresh)
			except ConfigurationError:
				pass  # the refresh token has had its day
		secrets = {"secret_id": self.secret_id, "secret_key": self.secret_key}
		return self._token(self.ask("token/new/", json=secrets))

	def _token(self, answer: Mapping[str, Any], refresh: str = "") -> Token:
		return self.token_of(
			{
				"access_token": answer.get("access"),
				"refresh_token": answer.get("refresh"),
				"expires_in": answer.get("access_expires"),
			},
			refresh,
		)

	def secrets(self) -> tuple[str, ...]:
		return (self.secret_key,)
