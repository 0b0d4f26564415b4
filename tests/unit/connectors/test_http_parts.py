"""The parts of connectors over HTTP: each rule by itself, against a real server on 127.0.0.1 where one is needed."""

import base64
import hashlib
import hmac
import socket
from datetime import datetime, timedelta, timezone

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from collections_app.connectors.base import (
	ConfigurationError,
	ConsentError,
	DataError,
	RateLimitError,
	TransientError,
	UncertainError,
)
from collections_app.connectors.http import guard, pages
from collections_app.connectors.http.answers import json_object, raise_for_code
from collections_app.connectors.http.auth import ApiKey, Basic, HmacSigning, MutualTls, Together
from collections_app.connectors.http.client import HttpClient
from collections_app.connectors.http.cursors import window
from collections_app.connectors.http.limits import Limiter
from collections_app.connectors.http.masking import Masker
from collections_app.connectors.http.retries import Backoff, Breaker, retry_after
from collections_app.connectors.http.signatures import hmac_matches, timestamped_matches, within_tolerance
from collections_app.connectors.http.tokens import AuthorizationCode, ClientCredentials, JwtAssertion
from collections_app.connectors.runtime import MemoryTokens, Runtime, Token
from collections_app.tests.api_server import Answer, ApiServer, Refusal, Seen, route
from tests.unit.connectors.contract import Clock

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


class Things(ApiServer):
	done = 0

	@route("GET", "/things")
	def things(self, request: Seen):
		return {"headers": request.headers, "query": request.query}

	@route("POST", "/things")
	def add(self, request: Seen):
		self.done += 1
		return {"headers": request.headers, "body": request.body.decode()}

	@route("GET", "/big")
	def big(self, request: Seen):
		return Answer(b"x" * 5000)

	@route("GET", "/away")
	def away(self, request: Seen):
		return Answer("", 302, {"Location": request.query["to"]})

	@route("POST", "/token")
	def token(self, request: Seen):
		if request.form.get("client_secret") != "right-secret":
			raise Refusal(401)
		return self.issue_token()

	@route("GET", "/mine")
	def mine(self, request: Seen):
		self.require_bearer(request)
		return {"ok": True}


@pytest.fixture
def server():
	with Things() as server:
		yield server


@pytest.fixture
def clock():
	return Clock()


def client(server, clock, **options) -> HttpClient:
	runtime = options.pop("runtime", {})
	lent = Runtime(
		now=clock.now,
		sleep=clock.sleep,
		random=lambda: 1.0,
		allowed_hosts=frozenset({server.host}),
		timeout=(1, 0.3),
		**runtime,
	)
	return HttpClient(server.url, lent, options.pop("auth", None), name="Acme", **options)


class TestGuard:
	@pytest.mark.parametrize(
		"address",
		[
			*(
				"127.0.0.1",
				"10.1.2.3",
				"172.16.0.1",
				"192.168.1.1",
				"169.254.169.254",
				"0.0.0.0",
				"100.64.0.1",
			),
			*(
				"::1",
				"fe80::1",
				"fc00::1",
				"::ffff:127.0.0.1",
				"64:ff9b::7f00:1",
				"2002:7f00:1::",
				"224.0.0.1",
			),
		],
	)
	def test_what_is_not_public(self, address):
		assert not guard.is_public(address)

	def test_what_is_public(self):
		assert guard.is_public("93.184.216.34") and guard.is_public("2606:2800:220:1::1")

	@pytest.mark.parametrize(
		"url",
		[
			"http://bank.example",
			"https://127.0.0.1",
			"https://[::1]/",
			"https://a:b@bank.example",
			"ftp://x",
			"",
		],
	)
	def test_refused_as_written(self, url):
		with pytest.raises(ConfigurationError):
			guard.check_url(url)

	def test_a_name_that_leads_inside(self, monkeypatch):
		"""Judged on the open socket: whatever a name resolves to at that moment."""
		listener = socket.create_server(("127.0.0.1", 0))
		port = listener.getsockname()[1]
		real = socket.getaddrinfo
		monkeypatch.setattr(
			socket, "getaddrinfo", lambda host, *rest, **more: real("127.0.0.1", *rest, **more)
		)
		with pytest.raises(ConfigurationError, match="not a public address"):
			HttpClient(f"https://bank.example:{port}", Runtime(sleep=lambda seconds: None)).get("x")
		listener.close()

	def test_local_services_only_where_allowed(self, server, clock):
		assert client(server, clock).get("things").status == 200
		with pytest.raises(ConfigurationError):
			HttpClient(server.url, Runtime()).get("things")

	def test_redirects_are_judged(self, server, clock):
		"""Neither a private address nor another host's credentials by way of a redirect."""
		with pytest.raises(ConfigurationError):
			client(server, clock).get("away", {"to": "http://127.0.0.1:1/"})
		with pytest.raises(ConfigurationError):
			client(server, clock).get("away", {"to": "https://169.254.169.254/latest"})
		assert client(server, clock).get("away", {"to": "/things"}).json()["query"] == {}

	def test_credentials_stay_with_their_host(self, server, clock):
		with Things() as other:
			http = client(server, clock, auth=ApiKey("key-12345"))
			allowed = http.runtime.having(allowed_hosts=frozenset({server.host, other.host}))
			http = HttpClient(server.url, allowed, ApiKey("key-12345"))
			http.get("away", {"to": other.url + "/things"})
			assert "authorization" not in other.requests[0].headers

	def test_machine_settings_are_not_used(self):
		assert guard.guarded_session().trust_env is False


class TestClient:
	def test_cap(self, server, clock):
		with pytest.raises(DataError, match="more than 100 bytes"):
			client(server, clock, answer_bytes=100).get("big")

	@pytest.mark.parametrize("fault", ["500", "503", "timeout", "cut", "malformed"])
	def test_a_post_is_sent_once(self, server, clock, fault):
		"""Without a key nobody can know what became of it, so it is never sent again."""
		server.fault(fault)
		with pytest.raises(UncertainError):
			client(server, clock).post("things", {})
		assert len(server.requests) == 1

	@pytest.mark.parametrize("fault", ["500", "timeout", "cut", "malformed"])
	def test_a_post_with_a_key_is_repeated(self, server, clock, fault):
		server.fault(fault)
		client(server, clock).post("things", {}, idempotency_key="k1")
		assert [one.headers["idempotency-key"] for one in server.requests] == ["k1", "k1"]

	def test_nobody_listens(self, clock):
		"""A connection that never stood carried nothing: also a POST may come again later."""
		with Things() as server:
			gone = client(server, clock)
		with pytest.raises(TransientError):
			gone.post("things", {})

	def test_backoff(self, server, clock):
		server.fault("500", 3)
		client(server, clock).get("things")
		assert clock.slept == 0.5 + 1 + 2

	def test_retry_after_of_503(self, server, clock):
		server.fault("clock_skew", retry_after=7)
		client(server, clock).get("things")
		assert 6 <= clock.slept <= 8, "a wrong clock on the other side does not matter"

	def test_long_waits_are_not_slept(self, server, clock):
		server.fault("429", retry_after=600)
		with pytest.raises(RateLimitError) as raised:
			client(server, clock).get("things")
		assert raised.value.next_allowed == clock.now() + timedelta(seconds=600)
		assert clock.slept == 0

	def test_log(self, server, clock):
		log = []
		http = client(
			server, clock, auth=ApiKey("key-12345", "api_key", "query"), runtime={"log": log.append}
		)
		http.post("things", {"password": "pw", "nested": [{"token": "tt", "name": "Bob"}]})
		text = str(log)
		assert "key-12345" not in text and "'pw'" not in text and "Bob" in text
		assert (log[0].method, log[0].status, log[0].attempt) == ("POST", 200, 1)

	def test_own_words(self, server, clock):
		server.fault("422")
		with pytest.raises(DataError, match="Acme answered 422: provoked 422"):
			client(server, clock).post("things", {})


class TestAuth:
	def sent(self, server, clock, auth, **request) -> Seen:
		client(server, clock, auth=auth).request("POST", "things", **request)
		return server.requests[-1]

	def test_api_key(self, server, clock):
		assert self.sent(server, clock, ApiKey("k", "X-Key", prefix="Api ")).headers["x-key"] == "Api k"
		assert self.sent(server, clock, ApiKey("k", "key", "query")).query == {"key": "k"}
		assert self.sent(server, clock, ApiKey("k", "key", "body"), json={"a": 1}).json() == {
			"a": 1,
			"key": "k",
		}
		assert self.sent(server, clock, ApiKey("k", "key", "body"), data={"a": 1}).form["key"] == "k"

	def test_basic(self, server, clock):
		assert self.sent(server, clock, Basic("user", "p:w")).basic == ("user", "p:w")

	def test_hmac(self, server, clock):
		seen = self.sent(server, clock, HmacSigning("s3cret", "X-Sign", encoding="base64"), json={"a": 1})
		expected = hmac.new(b"s3cret", seen.body, hashlib.sha256).digest()
		assert base64.b64decode(seen.headers["x-sign"]) == expected

	def test_together(self, server, clock):
		seen = self.sent(server, clock, Together(ApiKey("k", "X-Key"), HmacSigning("s", "X-Sign")), json={})
		assert seen.headers["x-key"] == "k" and seen.headers["x-sign"]

	def test_token_is_renewed(self, server, clock):
		"""Before it ends, after a 401, and by one process only."""
		auth = ClientCredentials(server.url + "/token", "id", "right-secret")
		http = client(server, clock, auth=auth)
		http.get("mine")
		http.get("mine")
		assert len(server.calls("/token")) == 1
		clock.sleep(server.TOKEN_SECONDS - 30)
		http.get("mine")
		assert len(server.calls("/token")) == 2
		server.tokens.clear()
		http.get("mine")
		assert len(server.calls("/token")) == 3

	def test_a_token_that_another_process_got(self, server, clock):
		"""After a 401 the token in the store is dropped only when it is the one that was refused."""
		store = MemoryTokens()
		auth = ClientCredentials(server.url + "/token", "id", "right-secret")
		http = client(server, clock, auth=auth, runtime={"tokens": store})
		http.get("mine")
		refused = store.get("access")
		fresh = Token(server.issue_token()["access_token"])
		store.set("access", fresh)
		server.tokens.discard(refused.access)
		auth.used = refused.access
		assert auth.renew()
		assert store.get("access") == fresh
		auth.used = fresh.access
		auth.renew()
		assert store.get("access") is None

	def test_the_consent_is_not_to_blame(self, server, clock):
		"""Client credentials that are refused while a token is renewed are no ended consent."""
		store = MemoryTokens({"access": Token("", clock.now(), "refresh-0123")})
		auth = AuthorizationCode("https://x.example/auth", server.url + "/token", "id", "wrong-secret")
		with pytest.raises(ConfigurationError) as raised:
			client(server, clock, auth=auth, runtime={"tokens": store}).get("mine")
		assert not isinstance(raised.value, ConsentError)

	def test_refused_login(self, server, clock):
		auth = ClientCredentials(server.url + "/token", "id", "wrong-secret")
		with pytest.raises(ConfigurationError) as raised:
			client(server, clock, auth=auth).get("mine")
		assert "wrong-secret" not in str(raised.value)
		assert len(server.requests) == 1

	def test_jwt(self, server, clock):
		key = rsa.generate_private_key(65537, 2048)
		pem = key.private_bytes(
			serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
		).decode()
		seen = self.sent(server, clock, JwtAssertion(pem, {"iss": "app", "aud": "api"}, {"kid": "42"}))
		token = seen.headers["authorization"].removeprefix("Bearer ")
		claims = jwt.decode(token, key.public_key(), ["RS256"], audience="api", options={"verify_iat": False})
		assert claims["iss"] == "app" and claims["exp"] - claims["iat"] == 3600
		assert jwt.get_unverified_header(token)["kid"] == "42"

	def test_keys_that_are_none(self, server, clock):
		with pytest.raises(ConfigurationError, match="PEM"):
			self.sent(server, clock, JwtAssertion("no key", {}))
		with pytest.raises(ConfigurationError, match="PEM"):
			client(server, clock, auth=MutualTls("no", "key"))


class TestLimits:
	def limiter(self, clock, *rules, **options):
		self.state = options.pop("state", {})
		return Limiter(rules, self.state, clock.now, clock.sleep, **options)

	def test_window(self, clock):
		limiter = self.limiter(clock, {"calls": 2, "seconds": 10})
		for _ in range(5):
			limiter.acquire()
		assert clock.slept == pytest.approx(20, abs=0.1)

	def test_a_day(self, clock):
		clock.time = NOON
		limiter = self.limiter(clock, {"calls": 4, "day": "Europe/Berlin"})
		for _ in range(4):
			limiter.acquire("account")
		limiter.acquire("another account")
		with pytest.raises(RateLimitError) as raised:
			limiter.acquire("account")
		assert raised.value.next_allowed == datetime(2026, 3, 1, 23, tzinfo=timezone.utc)
		clock.time = raised.value.next_allowed
		limiter.acquire("account")

	def test_it_outlives_the_process(self, clock):
		self.limiter(clock, {"calls": 1, "seconds": 100}).acquire()
		with pytest.raises(RateLimitError):
			self.limiter(clock, {"calls": 1, "seconds": 100}, state=self.state).acquire()

	def test_what_the_provider_names(self, clock):
		limiter = self.limiter(clock)
		limiter.hold(clock.now() + timedelta(hours=1))
		with pytest.raises(RateLimitError):
			limiter.acquire()


class TestRetries:
	@pytest.mark.parametrize(
		("value", "seconds"),
		[
			("7", 7),
			("Sun, 01 Mar 2026 12:00:30 GMT", 30),
			("Sun, 01 Mar 2026 11:00:00 GMT", 0),
			("1e9", 86400),
		],
	)
	def test_retry_after(self, value, seconds):
		assert retry_after({"Retry-After": value}, NOON) == NOON + timedelta(seconds=seconds)

	@pytest.mark.parametrize("value", ["", "soon", "inf", "nan"])
	def test_nonsense(self, value):
		assert retry_after({"Retry-After": value}, NOON) in (None, NOON + timedelta(days=1))

	def test_jitter(self):
		backoff = Backoff(base=1, cap=8)
		assert [backoff.pause(n, lambda: 0.0) for n in (1, 2, 3, 9)] == [0.5, 1, 2, 4]
		assert [backoff.pause(n, lambda: 1.0) for n in (1, 2, 3, 9)] == [1, 2, 4, 8]

	def test_breaker(self, clock):
		state = {}
		breaker = Breaker(state, clock.now, threshold=2, pause=timedelta(minutes=5))
		breaker.failed()
		breaker.check()
		breaker.failed()
		with pytest.raises(TransientError) as raised:
			Breaker(state, clock.now).check()
		assert raised.value.next_allowed == clock.now() + timedelta(minutes=5)
		clock.sleep(301)
		breaker.check()
		breaker.failed()
		assert breaker.open_until == clock.now() + timedelta(minutes=10)
		breaker.succeeded()
		breaker.check()
		assert state == {}

	def test_an_open_breaker_asks_nothing(self, server, clock):
		state = {}
		server.fault("500", 1000)
		for _ in range(5):
			with pytest.raises(TransientError):
				client(server, clock, runtime={"state": state}).get("things")
		asked = len(server.requests)
		with pytest.raises(TransientError, match="tried again at"):
			client(server, clock, runtime={"state": state}).get("things")
		assert len(server.requests) == asked


class TestCursors:
	def test_the_end_is_set_first(self):
		first = window({}, NOON, initial=timedelta(days=10))
		assert (first.since, first.until) == (NOON - timedelta(days=10), NOON)
		second = window(first.done(), NOON + timedelta(days=1), overlap=timedelta(days=2))
		assert second.since == NOON - timedelta(days=2)

	def test_interrupted(self):
		first = window({}, NOON)
		again = window(first.at("page-7"), NOON + timedelta(days=1))
		assert (again.since, again.until, again.page) == (first.since, first.until, "page-7")

	def test_pieces_get_on(self):
		"""A longest window gets to now whatever the overlap."""
		cursor, reached = {}, []
		for _ in range(4):
			piece = window(
				cursor, NOON, initial=timedelta(days=9), longest=timedelta(days=3), overlap=timedelta(days=5)
			)
			cursor = piece.done()
			reached.append((NOON - piece.until).days)
		assert reached == [6, 3, 0, 0]

	def test_a_clock_that_was_ahead(self):
		ahead = window({}, NOON + timedelta(days=400)).done()
		assert window(ahead, NOON, overlap=timedelta(days=1)).since == NOON - timedelta(days=1)


class TestPages:
	class Lists(ApiServer):
		rows = [{"id": n} for n in range(5)]

		@route("GET", "/numbered")
		def numbered(self, request: Seen):
			start = (int(request.query["page"]) - 1) * self.page_size
			return {"rows": self.rows[start : start + self.page_size]}

		@route("GET", "/linked")
		def linked(self, request: Seen):
			rows, following = self.slice(request, self.rows)
			target = request.headers.get("x-next") or f"/linked?cursor={following}"
			return Answer(rows, headers={"Link": f'<{target}>; rel="next"'} if following else {})

		@route("GET", "/stuck")
		def stuck(self, request: Seen):
			return {"rows": [1, len(self.requests)], "next": "same"}

	@pytest.fixture
	def lists(self):
		with self.Lists() as server:
			yield server

	def test_numbers(self, lists, clock):
		for size in ({}, {"size_param": "size", "size": 2}):
			found = pages.by_number(client(lists, clock), "numbered", rows="rows", **size)
			assert [row["id"] for page in found for row in page["rows"]] == [0, 1, 2, 3, 4]

	def test_links(self, lists, clock):
		found = pages.by_link(client(lists, clock), "linked")
		assert [row["id"] for page in found for row in page] == [0, 1, 2, 3, 4]

	def test_a_link_to_another_host(self, lists, clock):
		with pytest.raises(DataError, match="another host"):
			list(pages.by_link(client(lists, clock), "linked", headers={"X-Next": "https://evil.example/"}))

	def test_no_end(self, lists, clock):
		with pytest.raises(TransientError, match="same next page"):
			list(pages.by_cursor(client(lists, clock), "stuck", rows="rows", next_cursor="next"))

	def test_the_same_page_again_and_again(self, lists, clock):
		lists.fault("duplicate_page", 50, after=1)
		with pytest.raises(TransientError, match="same page twice"):
			list(pages.by_number(client(lists, clock), "numbered", rows="rows"))


class TestSignatures:
	body = b'{"a": "\xc3\xa9"}'

	def sign(self, secret: str, body: bytes | None = None) -> str:
		return hmac.new(secret.encode(), body or self.body, hashlib.sha256).hexdigest()

	def test_rotation(self):
		assert hmac_matches(["00", self.sign("new")], self.body, ["old", "new"])
		assert hmac_matches(self.sign("new").upper(), self.body, "new")
		assert not hmac_matches(self.sign("other"), self.body, ["old", "new"])

	def test_nothing_matches_nothing(self):
		for given, secret in (("", "s"), (self.sign("x"), ""), ([], "s"), ("zz", "s"), (self.sign(""), "")):
			assert not hmac_matches(given, self.body, secret)

	def test_time(self):
		stamp = str(int(NOON.timestamp()))
		header = f"t={stamp},v1=00,v1={self.sign('s', stamp.encode() + b'.' + self.body)}"
		assert timestamped_matches(header, self.body, "s", NOON + timedelta(seconds=299))
		assert not timestamped_matches(header, self.body, "s", NOON + timedelta(seconds=301))
		assert not timestamped_matches(header.replace("t=", "t=1"), self.body, "s", NOON)
		assert not within_tolerance("nan", NOON) and not within_tolerance("", NOON)


class TestMasking:
	def test_forms_of_a_secret(self):
		masker = Masker(["p@ss/word+1"])
		encoded = base64.b64encode(b"p@ss/word+1").decode()
		for text in ("p@ss/word+1", "x=p%40ss%2Fword%2B1", encoded):
			assert "***" in masker.text(text) and "ss" not in masker.text(text).replace("***", "")

	def test_urls(self):
		url = Masker().url("https://user:pw12@bank.example/a?access_token=abc&name=Bob")
		assert url == "https://bank.example/a?access_token=***&name=Bob"

	def test_bodies(self):
		masker = Masker()
		assert masker.body(b"client_secret=abc&grant_type=x") == "client_secret=***&grant_type=x"
		assert masker.body(b"\xff\xfe") == "(2 bytes)"
		assert masker.body("y" * 5000).endswith("(5000 characters)")


@pytest.mark.parametrize("body", [b"", b"[1]", b'"text"', b"{", b"\xff", b"null"])
def test_a_body_that_is_no_object(body):
	assert json_object(body) == {}


def test_errors_by_code():
	codes = {"ended": {"GONE"}, "misconfigured": {"KEY"}, "passing": {"BUSY"}}
	for code, right in (("GONE", ConsentError), ("KEY", ConfigurationError), ("BUSY", TransientError)):
		with pytest.raises(right, match="Bank: told"):
			raise_for_code("Bank", code, "told.", 400, **codes)
	raise_for_code("Bank", "OTHER", "told", 400, **codes)
	with pytest.raises(TransientError, match="Bank: BUSY"):
		raise_for_code("Bank", "BUSY", "", 400, **codes)


def test_tokens_of_the_memory_store():
	store = MemoryTokens({"a": Token("x")})
	store.set("a", None)
	assert store.get("a") is None


def test_the_client_uses_only_the_guarded_session(server, clock):
	assert isinstance(client(server, clock).session.get_adapter("https://x"), guard._Adapter)
	assert isinstance(client(server, clock).session, requests.Session)
