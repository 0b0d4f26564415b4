"""The ways to authenticate that a definition can choose: what goes over the wire, what an administrator enters."""

from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from collections_app.connectors.base import ConfigurationError, ConsentError
from collections_app.connectors.http.auth import MutualTls, Together
from collections_app.connectors.low_code.auth import BUILDERS, ENTERED, KINDS
from collections_app.connectors.low_code.connector import connector_of
from collections_app.connectors.low_code.definition import Definition
from collections_app.connectors.manifest import AUTH_KINDS
from collections_app.connectors.runtime import MemoryTokens, Runtime
from collections_app.tests.api_server import ApiServer, Refusal, Seen, route
from sandbox.providers.ponto_connect import certificate
from tests.unit.connectors.definitions import minimal

MAPPING = {"reference": "id", "state": {"constant": "Sent"}}
CLIENT = {"client_id": "the-client", "client_secret": "the/secret+12345"}


class Echo(ApiServer):
	"""Takes everybody; what came is in `requests`."""

	@route("GET", "/things")
	def things(self, request: Seen):
		return [{"id": "1"}]

	@route("POST", "/things")
	def search(self, request: Seen):
		return [{"id": "1"}]

	@route("POST", "/token")
	def token(self, request: Seen):
		if "refresh_token" in request.form and request.form["refresh_token"] not in self.refresh_tokens:
			raise Refusal(400, {"error": "invalid_grant"})
		return self.issue_token(refresh=True)


@pytest.fixture
def server():
	with Echo() as server:
		yield server


def connector(server: Echo, auth: dict, credentials: dict, *, stream: dict | None = None, **more):
	values = minimal("message_status", MAPPING, **(stream or {}))
	values["environments"]["production"] |= {
		"token_url": "token",
		"authorize_url": "https://login.service.example/authorize",
	}
	urls = {"base_url": server.url, "token_url": f"{server.url}/token"}
	runtime = Runtime(allowed_hosts=frozenset({server.host}))
	made = connector_of(Definition.of({**values, "auth": auth, **more}))
	return made({"credentials": credentials, "urls": urls}, runtime)


def asked(server: Echo) -> Seen:
	return server.calls("/things")[-1]


@pytest.mark.parametrize(
	("auth", "header", "value"),
	[
		({"kind": "api_key", "name": "X-Key"}, "x-key", "key-12345"),
		({"kind": "api_key", "prefix": "Token"}, "authorization", "Token key-12345"),
		({"kind": "api_key", "prefix": "token="}, "authorization", "token=key-12345"),
	],
)
def test_a_key_in_a_header(server, auth, header, value):
	connector(server, auth, {"api_key": "key-12345"}).check()
	assert asked(server).headers[header] == value


def test_a_key_in_the_query_and_in_the_body(server):
	auth = {"kind": "api_key", "name": "key", "place": "query"}
	connector(server, auth, {"api_key": "key-12345"}).check()
	assert asked(server).query == {"key": "key-12345"}
	posted = {"method": "POST", "params": {"v": "2"}, "body": {"size": 5, "day": "{{today:%Y}}"}}
	connector(server, {**auth, "place": "body"}, {"api_key": "key-12345"}, stream=posted).check()
	assert asked(server).query == {"v": "2"}
	assert asked(server).json()["key"] == "key-12345" and asked(server).json()["size"] == 5


def test_basic_and_bearer(server):
	connector(server, {"kind": "basic"}, {"user": "me", "password": "pass-12345"}).check()
	assert asked(server).basic == ("me", "pass-12345")
	connector(server, {"kind": "bearer"}, {"access_token": "token-12345"}).check()
	assert asked(server).headers["authorization"] == "Bearer token-12345"


@pytest.mark.parametrize("basic", [True, False])
def test_client_credentials(server, basic):
	auth = {"kind": "client_credentials", "scope": "read", "basic": basic}
	connector(server, auth, CLIENT).check()
	grant = server.calls("/token")[0]
	assert grant.form["grant_type"] == "client_credentials" and grant.form["scope"] == "read"
	given = grant.basic if basic else (grant.form["client_id"], grant.form["client_secret"])
	assert given == tuple(CLIENT.values())
	assert asked(server).headers["authorization"].removeprefix("Bearer ") in server.tokens


def test_authorization_code(server):
	"""Before a person consented it says so; after it the token is used."""
	service = connector(server, {"kind": "authorization_code", "scope": "read"}, CLIENT)
	assert service.manifest.consent
	with pytest.raises(ConsentError):
		service.check()
	memory = {}
	address = service.consent_url("https://site.example/back", "state-1", memory)
	query = parse_qs(urlsplit(address).query)
	assert address.startswith("https://login.service.example/authorize?")
	assert query["client_id"] == [CLIENT["client_id"]] and query["state"] == ["state-1"]
	service.finish_consent("https://site.example/back", {"code": "code-12345"}, memory)
	service.check()
	assert asked(server).headers["authorization"].removeprefix("Bearer ") in server.tokens


def test_a_signed_token(server):
	"""Signed with the key of the connection, its claims filled from its settings."""
	key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
	pem = key.private_bytes(
		serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
	).decode()
	auth = {"kind": "jwt", "claims": {"iss": "{{issuer}}", "aud": "service"}, "key_id": "{{issuer}}-1"}
	service = connector(
		server,
		auth,
		{"private_key": pem, "issuer": "us"},
		settings=[{"name": "issuer", "label": "Issuer"}],
	)
	token_url = service.config["urls"].pop("token_url")
	service.check()
	sent = asked(server).headers["authorization"].removeprefix("Bearer ")
	assert jwt.decode(sent, key.public_key(), algorithms=["RS256"], audience="service")["iss"] == "us"
	assert jwt.get_unverified_header(sent)["kid"] == "us-1"
	# where there is a token address it is exchanged
	exchanging = type(service)({**service.config, "urls": {**service.config["urls"], "token_url": token_url}})
	exchanging.runtime = service.runtime.having(tokens=MemoryTokens())
	exchanging.check()
	assert "jwt-bearer" in server.calls("/token")[0].form["grant_type"]
	assert asked(server).headers["authorization"].removeprefix("Bearer ") in server.tokens


def test_a_client_certificate_besides(server):
	public, private = certificate()
	entered = {"certificate": public, "certificate_key": private, "access_token": "token-12345"}
	service = connector(server, {"kind": "bearer", "client_certificate": True}, entered)
	assert isinstance(service.http.auth, Together) and isinstance(service.http.auth.parts[0], MutualTls)
	service.check()
	assert asked(server).headers["authorization"] == "Bearer token-12345"


def test_what_is_missing_is_named(server):
	for kind in KINDS:
		if kind in ("none", "login"):
			continue
		with pytest.raises(ConfigurationError, match=ENTERED[kind][0].label):
			connector(server, {"kind": kind}, {}).check()


def test_each_kind_is_complete():
	assert set(KINDS) == set(BUILDERS) == set(ENTERED)
	assert {*KINDS} - {"bearer"} <= set(AUTH_KINDS)
