"""Plaid's hosted Link: what is asked for, and what it brought."""

from collections.abc import Mapping
from typing import Any


def link_request(state: str, back: str, countries: str, webhook: str, token: str) -> dict[str, Any]:
	"""The body of /link/token/create. `countries`: codes with commas; `token`: of an Item that is there, which is connected
	again and stays the same."""
	asked = {
		"client_name": "Collections",
		"language": "en",
		"country_codes": [one.strip().upper() for one in countries.split(",")],
		"user": {"client_user_id": state},
		"hosted_link": {"completion_redirect_uri": back},
	}
	if webhook:
		asked["webhook"] = webhook
	return asked | ({"access_token": token} if token else {"products": ["transactions"]})


def public_token_of(answer: Mapping[str, Any]) -> str:
	"""What the first new Item can be exchanged for; empty when none was linked."""
	results = [(one.get("results") or {}) for one in answer.get("link_sessions") or ()]
	added = [item for one in results for item in one.get("item_add_results") or ()]
	return added[0]["public_token"] if added else ""
