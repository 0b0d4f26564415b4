"""Coface's login, the same for all its services: an API key, and the token of a user.

After five wrong passwords Coface locks the user for a while: a login that is refused is not repeated.
"""

from collections.abc import Mapping
from typing import Any

from collections_app.connectors.http.auth import ApiKey
from collections_app.connectors.http.tokens import Login

TOKEN_SECONDS = 3600  # where the answer does not say


def key(value: str) -> ApiKey:
	return ApiKey(value, "x-api-key")


def ask(login: Login, address: str, api_key: str, user: str, password: str) -> Mapping[str, Any]:
	"""What the authentication API at `address` answers."""
	wanted = {"grantType": "password", "username": user, "password": password}
	return login.ask(f"{address}/token", json=wanted, auth=key(api_key))
