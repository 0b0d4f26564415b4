"""Authentication by a token that is fetched, kept in the caller's store, and renewed before it expires or after a 401."""

import base64
import hashlib
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import jwt
import requests

from collections_app.connectors.errors import ConfigurationError, ConsentError, DataError, TransientError
from collections_app.connectors.http.auth import Auth, Basic, NoAuth
from collections_app.connectors.runtime import Token

EARLY = timedelta(seconds=60)  # renewed before the end, so that none expires on its way


class TokenAuth(Auth):
	"""Base: `fetch(old)` returns a new Token. `key` names it in the store; `header` and `prefix` say where it goes."""

	def __init__(self, key: str = "access", header: str = "Authorization", prefix: str = "Bearer "):
		self.key, self.header, self.prefix = key, header, prefix
		self.client = None
		self.used = ""

	def bind(self, client) -> None:
		self.client = client

	def ready(self) -> None:
		self.token()

	def apply(self, request: requests.Request) -> None:
		self.used = self.token().access
		request.headers[self.header] = self.prefix + self.used

	def token(self) -> Token:
		"""The token to use now, renewed where needed; only one process renews at a time."""
		store = self.client.runtime.tokens
		token = store.get(self.key)
		if not token or self._ends(token):
			with store.lock(self.key):
				token = store.get(self.key)  # another process may have been faster
				if not token or self._ends(token):
					token = self.fetch(token)
					store.set(self.key, token)
		self.client.masker.add(token.access, token.refresh)
		return token

	def renew(self) -> bool:
		"""The token was refused before its time: it is dropped, what refreshes it is kept. One that another process got
		meanwhile stays."""
		store = self.client.runtime.tokens
		with store.lock(self.key):
			token = store.get(self.key)
			if token and token.access == self.used:
				store.set(
					self.key, Token("", self.client.runtime.now(), token.refresh) if token.refresh else None
				)
		return True

	def fetch(self, old: Token | None) -> Token:
		raise ConfigurationError("{0} gives no tokens.", self.client.name)

	def ask(self, url: str, *, auth: Auth | None = None, **request) -> Any:
		"""POSTs to the token endpoint; the JSON it answers. Refused credentials are a ConfigurationError."""
		try:
			return self.client.request("POST", url, safe=True, auth=auth or NoAuth(), **request).json()
		except DataError as error:
			raise ConfigurationError(
				"{0} refuses to log in: {1}", self.client.name, error.text, status=error.status
			) from None

	def token_of(self, answer: Mapping[str, Any], refresh: str = "") -> Token:
		"""An OAuth2 token answer as a Token."""
		access = answer.get("access_token") if isinstance(answer, Mapping) else None
		if not access:
			raise TransientError("{0} answered without a token.", self.client.name)
		expires_at = None
		if answer.get("expires_in"):
			expires_at = self.client.runtime.now() + timedelta(seconds=float(answer["expires_in"]))
		return Token(access, expires_at, answer.get("refresh_token") or refresh, answer.get("scope") or "")

	def _ends(self, token: Token) -> bool:
		return not token.access or bool(
			token.expires_at and token.expires_at - EARLY <= self.client.runtime.now()
		)


class Login(TokenAuth):
	"""A provider's own login: `log_in(ask)` posts by `ask(path, json=…)` and returns the Token."""

	def __init__(self, log_in: Callable[["Login"], Token], **options):
		super().__init__(**options)
		self.log_in = log_in

	def fetch(self, old: Token | None) -> Token:
		return self.log_in(self)


class ClientCredentials(TokenAuth):
	"""OAuth2 client credentials; the client's id and secret go in the form or, `basic`, in the header."""

	def __init__(
		self,
		token_url: str,
		client_id: str,
		client_secret: str,
		scope: str = "",
		basic: bool = False,
		extra: Mapping[str, str] | None = None,
		**options,
	):
		super().__init__(**options)
		self.token_url, self.client_id, self.client_secret = token_url, client_id, client_secret
		self.scope, self.basic, self.extra = scope, basic, dict(extra or {})

	def fetch(self, old: Token | None) -> Token:
		return self.token_of(self.grant({"grant_type": "client_credentials", "scope": self.scope}))

	def grant(self, form: Mapping[str, str]) -> Any:
		form = {name: value for name, value in {**form, **self.extra}.items() if value}
		if self.basic:
			return self.ask(self.token_url, data=form, auth=Basic(self.client_id, self.client_secret))
		form |= {"client_id": self.client_id, "client_secret": self.client_secret}
		return self.ask(self.token_url, data=form)

	def secrets(self) -> tuple[str, ...]:
		return (self.client_secret,)


class AuthorizationCode(ClientCredentials):
	"""OAuth2 authorization code: a person consents once in the browser, then the refresh token keeps it alive.

	`consent_url` begins it (with PKCE), `redeem` ends it; between the two the caller keeps state and verifier.
	"""

	def __init__(self, authorize_url: str, *args, **options):
		super().__init__(*args, **options)
		self.authorize_url = authorize_url

	def consent_url(self, redirect_uri: str, state: str, verifier: str) -> str:
		digest = hashlib.sha256(verifier.encode()).digest()
		query = {
			"response_type": "code",
			"client_id": self.client_id,
			"redirect_uri": redirect_uri,
			"scope": self.scope,
			"state": state,
			"code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
			"code_challenge_method": "S256",
		}
		return f"{self.authorize_url}?{urlencode({name: value for name, value in query.items() if value})}"

	def redeem(self, code: str, redirect_uri: str, verifier: str) -> Token:
		form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
		self.client.masker.add(code, verifier)
		token = self.token_of(self.grant({**form, "code_verifier": verifier}))
		self.client.runtime.tokens.set(self.key, token)
		return token

	def fetch(self, old: Token | None) -> Token:
		if not old or not old.refresh:
			raise ConsentError("{0}: nobody has given consent yet. Press Connect.", self.client.name)
		self.client.masker.add(old.refresh)
		try:
			answer = self.grant({"grant_type": "refresh_token", "refresh_token": old.refresh})
		except ConfigurationError as error:
			if error.status in (
				None,
				401,
			):  # not the consent: the certificate, the address or the client's own credentials
				raise
			raise ConsentError(
				"{0}: the consent has ended or was withdrawn. Press Connect.",
				self.client.name,
				status=error.status,
			) from None
		return self.token_of(answer, old.refresh)


class JwtAssertion(TokenAuth):
	"""A JWT signed with our private key (RS256 unless said otherwise). Sent as it is, or, with `token_url`, exchanged for
	an access token. `claims` are added to iat, exp and jti."""

	def __init__(
		self,
		private_key: str,
		claims: Mapping[str, Any],
		headers: Mapping[str, str] | None = None,
		lifetime: timedelta = timedelta(hours=1),
		algorithm: str = "RS256",
		token_url: str = "",
		**options,
	):
		super().__init__(**options)
		self.private_key, self.claims, self.headers = private_key, dict(claims), dict(headers or {})
		self.lifetime, self.algorithm, self.token_url = lifetime, algorithm, token_url

	def fetch(self, old: Token | None) -> Token:
		now = self.client.runtime.now()
		ends = now + self.lifetime
		claims = {"iat": int(now.timestamp()), "exp": int(ends.timestamp()), "jti": uuid.uuid4().hex}
		try:
			assertion = jwt.encode(
				{**claims, **self.claims}, self.private_key, algorithm=self.algorithm, headers=self.headers
			)
		except (ValueError, TypeError, jwt.PyJWTError):
			raise ConfigurationError(
				"{0}: the private key cannot be read; it is a PEM text.", self.client.name
			) from None
		if not self.token_url:
			return Token(assertion, ends)
		self.client.masker.add(assertion)
		grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
		return self.token_of(self.ask(self.token_url, data={"grant_type": grant, "assertion": assertion}))

	def secrets(self) -> tuple[str, ...]:
		return (self.private_key,)
