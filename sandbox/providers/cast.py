"""Who plays in the demo and behind the desk's connections: the simulators, each on a port of its own, and their prompter.

The prompter is told over HTTP what to play, by whoever runs elsewhere: the demo on a bench, a test.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sandbox.paths import HOME
from sandbox.providers import (
	atradius,
	coface_information,
	companies_house,
	creditsafe,
	gocardless_bank_data,
	hubspot,
	opensanctions,
	pingen,
	stripe,
	twilio,
)
from sandbox.providers.api_server import ApiServer, Seen, route

PAGE = 50
# what a provider remembers while it is not asked: with it a connection still works after a restart
KEPT = (
	*("tokens", "refresh_tokens", "requisitions", "messages", "letters"),
	*("companies", "events", "watched", "orders", "monitorings", "notifications", "covers", "overdues"),
)


@dataclass(frozen=True)
class Role:
	"""A provider: its simulator, and what a person enters for it."""

	start: Callable[[int], ApiServer]
	credentials: Callable[[], dict[str, str]]


def _role(server: type[ApiServer], credentials: Callable[[], dict[str, str]], **options) -> Role:
	return Role(lambda port: server(port=port, page_size=PAGE, **options), credentials)


def _of_gocardless() -> dict[str, str]:
	"""Without the requisition: the demo and a person at the desk give consent themselves."""
	return {**gocardless_bank_data.CREDENTIALS, "requisition_id": ""}


# by the name of the connector
ROLES: dict[str, Role] = {
	"atradius": _role(atradius.AtradiusServer, lambda: atradius.CREDENTIALS),
	"coface_information": _role(
		coface_information.CofaceInformationServer, lambda: coface_information.CREDENTIALS
	),
	"companies_house": _role(companies_house.CompaniesHouseServer, lambda: companies_house.CREDENTIALS),
	"creditsafe": _role(creditsafe.CreditsafeServer, lambda: creditsafe.CREDENTIALS),
	"gocardless_bank_data": _role(gocardless_bank_data.GoCardlessBankDataServer, _of_gocardless, daily=1000),
	"hubspot": _role(hubspot.HubSpotServer, lambda: hubspot.CREDENTIALS),
	"opensanctions": _role(opensanctions.OpenSanctionsServer, lambda: opensanctions.CREDENTIALS),
	"pingen": _role(pingen.PingenServer, lambda: pingen.CREDENTIALS),
	"stripe": _role(stripe.StripeServer, lambda: stripe.CREDENTIALS),
	"twilio": _role(twilio.TwilioServer, lambda: {**twilio.CREDENTIALS, "status_callback": ""}),
}


class Cast:
	"""All simulators, running within a `with` block. `ports` by name, 0 or none for any; `memory`: a file with what they
	knew when they ended."""

	def __init__(self, ports: dict[str, int] | None = None, memory: Path | None = None):
		ports = ports or {}
		self.servers = {name: role.start(ports.get(name, 0)) for name, role in ROLES.items()}
		self.prompter = Prompter(self, port=ports.get("prompter", 0))
		self.memory = memory
		self.day: tuple[int, date] | None = None
		self._lock = threading.Lock()

	def __enter__(self) -> "Cast":
		self._recall()
		for server in self._all():
			server.start()
		return self

	def __exit__(self, *exception) -> None:
		for server in self._all():
			server.stop()
		self._remember()

	@property
	def ports(self) -> dict[str, int]:
		return {
			**{name: server.port for name, server in self.servers.items()},
			"prompter": self.prompter.port,
		}

	def play(self, seed: int, as_of: date) -> None:
		"""From now on the providers have what the sample company's day brings."""
		with self._lock:
			if self.day != (seed, as_of):
				self._bring(seed, as_of)

	def _bring(self, seed: int, as_of: date) -> None:
		from sandbox.company.at_providers import bring

		bring(self.servers, seed, as_of)
		self.day = (seed, as_of)

	def forget(self) -> None:
		"""Nobody has sent or asked anything yet."""
		with self._lock:
			if self.day:
				self._bring(*self.day)
		self.servers["twilio"].messages.clear()
		post = self.servers["pingen"]
		post.letters.clear()
		post.keys.clear()

	def fall(self) -> None:
		"""A company under monitoring is rated worse."""
		from sandbox.company.at_credit_providers import fall

		with self._lock:
			fall(self.servers["creditsafe"])

	def deliver(self) -> None:
		"""What was given to them to send has arrived; what they were asked for is decided on."""
		self.servers["atradius"].decide()
		self.servers["coface_information"].settle()
		for message in self.servers["twilio"].messages:
			if message["status"] == "queued":
				message["status"] = "delivered"
		for letter in self.servers["pingen"].letters:
			letter["attributes"]["status"] = "delivered"

	def _all(self) -> list[ApiServer]:
		return [*self.servers.values(), self.prompter]

	def _recall(self) -> None:
		known = json.loads(self.memory.read_text()) if self.memory and self.memory.exists() else {}
		if day := known.get("day"):
			self.play(day[0], date.fromisoformat(day[1]))
		# and what was done to them since
		for name, values in known.get("servers", {}).items():
			for attribute, value in values.items():
				if name in self.servers and attribute in _kept(self.servers[name]):
					kind = type(getattr(self.servers[name], attribute))
					setattr(self.servers[name], attribute, kind(value))

	def _remember(self) -> None:
		if not self.memory:
			return
		known = {
			name: {one: _plain(getattr(server, one)) for one in _kept(server)}
			for name, server in self.servers.items()
		}
		self.memory.parent.mkdir(parents=True, exist_ok=True)
		self.memory.write_text(json.dumps({"servers": known, "day": self.day}, default=str))


class Prompter(ApiServer):
	"""What the others play is said here; it is no provider."""

	def __init__(self, cast: Cast, **options):
		super().__init__(**options)
		self.cast = cast

	@route("GET", "/cast")
	def cast_list(self, request: Seen):
		return {
			name: {"url": server.url, "host": server.host, "credentials": ROLES[name].credentials()}
			for name, server in self.cast.servers.items()
		}

	@route("GET", "/home")
	def home(self, request: Seen):
		return {"home": str(HOME)}

	@route("POST", "/play")
	def play(self, request: Seen):
		asked = request.json()
		self.cast.play(asked["seed"], date.fromisoformat(asked["as_of"]))
		return {}

	@route("POST", "/forget")
	def forget_sent(self, request: Seen):
		self.cast.forget()
		return {}

	@route("POST", "/fall")
	def rated_worse(self, request: Seen):
		self.cast.fall()
		return {}

	@route("POST", "/deliver")
	def deliver(self, request: Seen):
		self.cast.deliver()
		return {}

	@route("POST", "/fault")
	def provoke(self, request: Seen):
		asked = request.json()
		self.cast.servers[asked.pop("provider")].fault(**asked)
		return {}


def _kept(server: ApiServer) -> list[str]:
	"""A name may be that of a method elsewhere."""
	return [one for one in KEPT if isinstance(getattr(server, one, None), list | dict | set)]


def _plain(value: Any) -> Any:
	return sorted(value) if isinstance(value, set) else value
