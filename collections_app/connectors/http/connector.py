"""Base of connectors over HTTP: the client is put together from the manifest, the configuration and `auth()`."""

import secrets
from collections.abc import Mapping, MutableMapping
from datetime import date
from functools import cached_property
from typing import Any

from collections_app.connectors.base import ConfigurationError, Connector, ConsentError, UnsupportedError
from collections_app.connectors.http.auth import Auth, NoAuth, Together
from collections_app.connectors.http.client import ANSWER_BYTES, HttpClient
from collections_app.connectors.http.tokens import AuthorizationCode
from collections_app.engine.texts import Text


class HttpConnector(Connector):
	"""A provider defines `auth`, and `client_options` where the defaults do not fit (see HttpClient)."""

	client_options: dict = {}

	def auth(self) -> Auth:
		"""How to authenticate, from `self.credential(...)`."""
		return NoAuth()

	@cached_property
	def http(self) -> HttpClient:
		"""The client for `base_url`."""
		fields = self.manifest.fields
		entered = self.config.get("credentials") or {}
		return HttpClient(
			self.url("base_url"),
			self.runtime,
			self.auth(),
			name=self.manifest.label,
			secrets=tuple(entered[one.name] for one in fields if one.secret and entered.get(one.name)),
			rules=tuple(self.manifest.limits.get("calls", ())),
			answer_bytes=self.manifest.limits.get("answer_bytes", ANSWER_BYTES),
			**self.client_options,
		)

	def url(self, name: str) -> str:
		"""An address of the chosen environment; what an administrator entered comes first."""
		environments = self.manifest.environments
		chosen = self.config.get("environment") or next(iter(environments), "")
		url = (self.config.get("urls") or {}).get(name) or environments.get(chosen, {}).get(name)
		if not url:
			raise ConfigurationError(
				"{0}: enter the address {1} of {2}.", self.manifest.label, name, Text(chosen or "the service")
			)
		return url

	def consent_url(self, redirect_uri: str, state: str, memory: MutableMapping[str, Any]) -> str:
		memory["verifier"] = secrets.token_urlsafe(48)
		return self._code_auth().consent_url(redirect_uri, state, memory["verifier"])

	def finish_consent(
		self, redirect_uri: str, answer: Mapping[str, str], memory: Mapping[str, Any]
	) -> date | None:
		self._code_auth().redeem(self.code_of(answer), redirect_uri, memory["verifier"])
		return None

	def code_of(self, answer: Mapping[str, str]) -> str:
		"""The code with which the browser came back, masked from now on. ConfigurationError when there is none."""
		code = answer.get("code")
		if not code:
			said = (answer.get("error_description") or answer.get("error") or "")[:200]
			raise ConfigurationError(
				"{0}: consent was not given ({1}).", self.manifest.label, said or Text("no code came back")
			)
		self.http.masker.add(code)
		return code

	def consent(self, key: str, field: str) -> str:
		"""As `kept_consent`; ConsentError when there is nothing."""
		value = self.kept_consent(key, field)
		if not value:
			raise ConsentError("{0}: nobody has given consent yet. Press Connect.", self.manifest.label)
		return value

	def kept_consent(self, key: str, field: str) -> str:
		"""What the consent screen brought (kept in the tokens under `key`), else what was entered in `field`; masked."""
		kept = self.runtime.tokens.get(key)
		value = (kept and kept.access) or self.credential(field)
		self.http.masker.add(value)
		return value

	def _code_auth(self) -> AuthorizationCode:
		auth = self.http.auth
		for part in auth.parts if isinstance(auth, Together) else (auth,):
			if isinstance(part, AuthorizationCode):
				return part
		raise UnsupportedError("consent_url")
