"""Two real processes renew the same access at the same time: no refresh token, worth one use, is shown twice."""

import multiprocessing
import time

from sandbox.providers.api_server import Refusal, Seen, route
from sandbox.providers.ponto_connect import PontoConnectServer, credentials
from tests.sandbox import token_workers as workers

TIMES = 8


class StrictServer(PontoConnectServer):
	"""A token ends as soon as it is given, and a refresh token that comes twice ends the whole consent, as providers do
	who take that for a theft."""

	TOKEN_SECONDS = 1

	def __init__(self):
		super().__init__()
		self.shown: list[str] = []

	@route("POST", "/oauth2/token")
	def token(self, request: Seen):
		given = request.form.get("refresh_token")
		if given in self.shown:
			self.refresh_tokens.clear()
			raise Refusal(400, {"error": "invalid_grant"})
		self.shown.append(given)
		time.sleep(0.05)  # long enough for the other one to come by
		return super().token(request)


def test_a_refresh_token_is_shown_once(own_site, tmp_path):
	with StrictServer() as server:
		first = server.issue_token(refresh=True)["refresh_token"]
		import frappe

		frappe.local.conf["collections_allowed_hosts"] = [server.host]
		name = workers.prepare(server.url, first, credentials())
		log = str(tmp_path / "workers.log")
		given = (own_site, name, server.host, TIMES, time.time() + 6, log)
		processes = multiprocessing.get_context("spawn")
		running = [processes.Process(target=spawned, args=given) for _ in range(2)]
		for one in running:
			one.start()
		for one in running:
			one.join(120)
		told = open(log).read()
		assert [one.exitcode for one in running] == [0, 0], told
		assert len(server.shown) == len(set(server.shown)) > TIMES, "each renewed, none with another's token"


def spawned(site: str, connector: str, host: str, times: int, start_at: float, log: str) -> None:
	workers.use(site, connector, host, times, start_at, log)
