"""Outbound requests go to public https addresses only.

The address is judged when it is written (scheme, literal addresses) and again on the open socket, before a byte is sent:
whatever a name resolves to at that moment, and wherever a redirect leads, nothing private is reached.
"""

import ipaddress
import ssl
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from collections_app.connectors.errors import ConfigurationError
from collections_app.engine.texts import Text

NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
	"""Whether an IP address may be called: not private, loopback, link-local, multicast or reserved, also where IPv6
	only wraps an IPv4 address."""
	ip = ipaddress.ip_address(address.partition("%")[0])
	if ip.version == 6:
		wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
		if ip in NAT64:
			wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
		if wrapped:
			ip = wrapped
	return ip.is_global and not ip.is_multicast


def check_url(url: str, allowed_hosts: frozenset[str] = frozenset()) -> None:
	"""ConfigurationError unless the URL may be called. `allowed_hosts`: `host:port` that are called in any case."""
	parts = urlsplit(url)
	if parts.username or parts.password:
		raise ConfigurationError("The address of {0} must not hold a user name or password.", parts.hostname)
	if not parts.hostname:
		raise ConfigurationError("{0} is not an address.", url or Text("An empty text"))
	if is_allowed(parts.hostname, parts.port, allowed_hosts):
		return
	if parts.scheme != "https":
		raise ConfigurationError("The address of {0} must begin with https://.", parts.hostname)
	try:
		public = is_public(parts.hostname)
	except ValueError:
		return  # a name: judged when it is connected
	if not public:
		raise _refusal(parts.hostname)


def is_allowed(host: str | None, port: int | None, allowed_hosts: frozenset[str]) -> bool:
	return f"{host}:{port}" in allowed_hosts


def guarded_session(
	allowed_hosts: frozenset[str] = frozenset(), context: ssl.SSLContext | None = None
) -> requests.Session:
	"""A session whose every connection is judged. `context` carries a client certificate. Proxies and `.netrc` of the
	machine are not used: they would take a request where it cannot be judged."""
	session = requests.Session()
	session.trust_env = False
	session.mount("https://", _Adapter(allowed_hosts, context))
	session.mount("http://", _Adapter(allowed_hosts, None))
	return session


def _refusal(host: str) -> ConfigurationError:
	return ConfigurationError("{0} is not a public address; it is not called.", host)


class _Judged:
	"""Mixed into urllib3's connections: the peer is judged as soon as there is one."""

	allowed_hosts: frozenset[str] = frozenset()

	def _new_conn(self):
		sock = super()._new_conn()
		if not is_allowed(self.host, self.port, self.allowed_hosts):
			peer = sock.getpeername()[0]
			if not is_public(peer):
				sock.close()
				raise _refusal(self.host)
		return sock


class _Adapter(HTTPAdapter):
	def __init__(self, allowed_hosts: frozenset[str], context: ssl.SSLContext | None):
		self._allowed_hosts, self._context = allowed_hosts, context
		super().__init__(max_retries=0)

	def init_poolmanager(self, *args, **kwargs):
		if self._context:
			kwargs["ssl_context"] = self._context
		super().init_poolmanager(*args, **kwargs)
		judged = {"allowed_hosts": self._allowed_hosts}
		http = type("JudgedHTTP", (_Judged, HTTPConnection), judged)
		https = type("JudgedHTTPS", (_Judged, HTTPSConnection), judged)
		self.poolmanager.pool_classes_by_scheme = {
			"http": type("JudgedHTTPPool", (HTTPConnectionPool,), {"ConnectionCls": http}),
			"https": type("JudgedHTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": https}),
		}
