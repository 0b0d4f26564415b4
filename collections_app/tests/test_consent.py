"""Consent: begun from the form, finished by the browser that began it, told in time before it ends."""

from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import frappe
from frappe.utils import add_days, getdate

from collections_app.connectors.base import ConfigurationError, ConsentError, Manifest
from collections_app.connectors.http.tokens import AuthorizationCode
from collections_app.connectors.runtime import Runtime
from collections_app.services.connectors import consent, registry
from collections_app.services.connectors.credentials import FrappeTokens
from collections_app.tests.acme_app.connectors.acme_bank import connector as acme
from collections_app.tests.acme_app.server import AcmeServer
from collections_app.tests.api_server import Refusal, Seen, route
from collections_app.tests.desk import make_user, signed_in
from collections_app.tests.test_connector_api import AcmeTestCase


class ConsentServer(AcmeServer):
	"""Gives a token for the code `good`, and renews it."""

	@route("POST", "/oauth/code")
	def redeem(self, request: Seen):
		form = request.form
		known = form.get("code") == "good" and form.get("code_verifier")
		if not known and form.get("refresh_token") not in self.refresh_tokens:
			raise Refusal(400, {"error": "invalid_grant"})
		self.refresh_tokens.discard(form.get("refresh_token"))
		return self.issue_token(refresh=True)


def by_code(self) -> AuthorizationCode:
	return AuthorizationCode(
		"https://acme.example/authorize",
		self.url("base_url") + "/oauth/code",
		self.credential("client_id"),
		self.credential("client_secret"),
	)


class TestConsent(AcmeTestCase):
	def setUp(self):
		super().setUp()
		self.server.stop()
		self.server = ConsentServer().start()
		self.addCleanup(self.server.stop)
		frappe.local.conf["collections_allowed_hosts"] = [self.server.host]
		for patched in (
			patch.object(acme.AcmeBank, "auth", by_code),
			patch.object(acme, "MANIFEST", Manifest(**{**vars(acme.MANIFEST), "consent": True})),
		):
			patched.start()
			self.addCleanup(patched.stop)
		self.config = self.acme()

	def begin(self) -> dict[str, str]:
		address = urlsplit(consent.begin(self.config))
		return {name: values[0] for name, values in parse_qs(address.query).items()}

	def test_there_and_back(self):
		"""The code that comes back with our state is worth a token, which renews itself"""
		asked = self.begin()
		self.assertTrue(asked["redirect_uri"].endswith(consent.RETURN))
		self.assertEqual(asked["code_challenge_method"], "S256")
		consent.finish(asked["state"], {"code": "good"})
		first = FrappeTokens(self.config.name).get("access")
		self.assertIn("2 account", registry.connect(self.config, self.runtime()).check())
		self.server.tokens.clear()
		self.assertIn("2 account", registry.connect(self.config, self.runtime()).check())
		self.assertNotEqual(FrappeTokens(self.config.name).get("access").refresh, first.refresh)

	def runtime(self) -> Runtime:
		return Runtime(tokens=FrappeTokens(self.config.name), allowed_hosts=frozenset({self.server.host}))

	def test_state(self):
		"""A state is worth one answer, of the user who began, and nobody can make one up"""
		state = self.begin()["state"]
		with signed_in(make_user("System Manager")), self.assertRaises(frappe.PermissionError):
			consent.finish(state, {"code": "good"})
		for unknown in (state, "made-up", ""):
			self.assertRaises(frappe.PermissionError, consent.finish, unknown, {"code": "good"})
		self.assertIsNone(FrappeTokens(self.config.name).get("access"))

	def test_refused(self):
		"""A person who says no, and a wrong code, are told"""
		with self.assertRaisesRegex(ConfigurationError, "access_denied"):
			consent.finish(self.begin()["state"], {"error": "access_denied"})
		with self.assertRaises(ConfigurationError):
			consent.finish(self.begin()["state"], {"code": "bad"})

	def test_withdrawn(self):
		"""A consent that has ended says: press Connect"""
		with self.assertRaisesRegex(ConsentError, "Connect"):
			registry.connect(self.config, self.runtime()).check()
		consent.finish(self.begin()["state"], {"code": "good"})
		self.server.tokens.clear()
		self.server.refresh_tokens.clear()
		with self.assertRaisesRegex(ConsentError, "Connect"):
			registry.connect(self.config, self.runtime()).check()


class TestReminder(AcmeTestCase):
	def reminders(self, config) -> list:
		return frappe.get_all("ToDo", {"reference_name": config.name, "status": "Open"})

	def test_in_time_and_once(self):
		"""Fourteen days before the end there is a task, once for each end"""
		near, far, ended = self.acme(), self.acme(), self.acme()
		near.db_set("consent_until", add_days(getdate(), consent.WARN_DAYS))
		far.db_set("consent_until", add_days(getdate(), consent.WARN_DAYS + 1))
		ended.db_set("consent_until", add_days(getdate(), -1))
		for _ in range(2):
			consent.warn_of_ends()
		self.assertEqual([len(self.reminders(one)) for one in (near, far, ended)], [1, 0, 1])
		self.assertEqual(near.reload().status, "Warning")
		near.db_set("consent_until", add_days(getdate(), 5))
		consent.warn_of_ends()
		self.assertEqual(len(self.reminders(near)), 2)
