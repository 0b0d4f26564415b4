"""The words of the form beside those of a definition: which field says what."""

from collections_app.connectors.low_code.targets import TARGETS

# word of the form -> word of the definition
AUTH = {
	"None": "none",
	"API Key": "api_key",
	"Bearer Token": "bearer",
	"Basic": "basic",
	"Login": "login",
	"Client Credentials": "client_credentials",
	"Authorization Code": "authorization_code",
	"JWT": "jwt",
}
PLACES = {"Header": "header", "Query": "query", "Body": "body"}
TARGET = {target.label: name for name, target in TARGETS.items()}
CURSORS = {"Everything Each Time": "none", "Date": "date", "Time": "time", "Token": "token"}
PAGING = {
	"One Answer": "none",
	"Page Number": "number",
	"Offset": "offset",
	"Cursor": "cursor",
	"Link": "link",
}
AMOUNTS = {"1,234.56": "decimal_point", "1.234,56": "decimal_comma", "Minor Units": "minor_units"}
# field of the form -> key, where the value is the same
HEAD = {
	"connector_name": "name",
	"category": "category",
	"description": "description",
	"needs": "needs",
	"docs": "docs",
}
ADDRESSES = {"url": "base_url", "token_url": "token_url", "authorize_url": "authorize_url"}
ACCOUNTS = ("path", "rows", "id", "iban", "currency", "label")
# which fields of the form belong to a way to authenticate
KEY = {"key_name": "name", "key_prefix": "prefix"}
OAUTH = {**KEY, "scope": "scope", "basic_client": "basic"}
AUTH_FIELDS: dict[str, dict[str, str]] = {
	"none": {},
	"api_key": {**KEY, "key_place": "place"},
	"bearer": {},
	"basic": {},
	"login": {
		**KEY,
		"login_path": "login_path",
		"login_body": "login_body",
		"login_token": "token",
		"login_expires_in": "expires_in",
	},
	"client_credentials": OAUTH,
	"authorization_code": OAUTH,
	"jwt": {**KEY, "jwt_claims": "claims", "jwt_algorithm": "algorithm", "jwt_key_id": "key_id"},
}
STREAM = {
	"stream": "name",
	"label": "label",
	"path": "path",
	"rows_at": "rows",
	"condition": "where",
	"every_minutes": "every_minutes",
	"dates": "dates",
}
JSON_FIELDS = ("login_body", "jwt_claims", "headers", "params", "body")
CHECKS = ("basic_client", "client_certificate")
PAGES = {
	"none": {},
	"number": {"page_param": "param", "page_first": "first", "page_next": "next", "size_param": "size_param"},
	"offset": {"page_param": "param", "page_next": "next", "size_param": "size_param"},
	"cursor": {"page_param": "param", "page_next": "next", "size_param": "size_param"},
	"link": {"page_next": "next"},
}
SETTING = {"setting": "name", "label": "label", "default_value": "default", "help_text": "help"}
