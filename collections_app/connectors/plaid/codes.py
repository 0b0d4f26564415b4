"""What Plaid's error codes mean: they tell more than the status, which is 400 for most."""

from collections_app.connectors.bank_lines import text_of
from collections_app.connectors.base import DataError
from collections_app.connectors.http.answers import json_object, raise_for_code

ENDED = frozenset(
	{
		"ITEM_LOGIN_REQUIRED",
		"ITEM_NOT_FOUND",
		"INVALID_ACCESS_TOKEN",
		"ACCESS_NOT_GRANTED",
		"USER_PERMISSION_REVOKED",
		"NO_ACCOUNTS",
	}
)
MISCONFIGURED = frozenset({"INVALID_API_KEYS", "UNAUTHORIZED_ENVIRONMENT", "INVALID_PRODUCT"})
PASSING = frozenset({"INSTITUTION_ERROR", "API_ERROR", "PRODUCT_NOT_READY"})


class Mutated(DataError):
	"""Something changed while the pages were read: they have to be read again from the first one."""


def explain(status: int, body: bytes) -> str:
	"""Plaid's own codes tell more than the status, which is 400 for most."""
	answer = json_object(body)
	code, said = text_of(answer, "error_code"), text_of(answer, "error_message")
	raise_for_code("Plaid", code, said, status, ended=ENDED, misconfigured=MISCONFIGURED, passing=PASSING)
	if code == "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION":
		raise Mutated("{0}: {1}", "Plaid", said or code, status=status)
	raise_for_code("Plaid", text_of(answer, "error_type"), said, status, passing=PASSING)
	return said
