"""Redis, played by a small Python process or thread on 127.0.0.1, or the real one when `$SANDBOX_REDIS` names it.

Whoever serves the desk starts one in a process of its own (`python -m sandbox.redis_server <port>`) and notes its address in
`.sandbox/run/redis`; every later process joins it, so that all see the same cache and queues. Without one, or with
`$SANDBOX_REDIS_PRIVATE`, a process has its own in a thread.
"""

import os
import socket
import sys
import threading

from sandbox.paths import RUN

NOTE = RUN / "redis"


def connect() -> str:
	"""Find or start a Redis for this process; returns its address, which child processes inherit."""
	if address := os.environ.get("SANDBOX_REDIS_URL"):
		return address
	real = os.environ.get("SANDBOX_REDIS")
	if real:
		os.environ["SANDBOX_REDIS_TRACKING"] = "1"
	shared = None if os.environ.get("SANDBOX_REDIS_PRIVATE") else noted()
	address = real or shared or start_thread()
	os.environ["SANDBOX_REDIS_URL"] = address
	return address


def noted() -> str | None:
	"""The address of the running stand-in, if one runs."""
	address = NOTE.read_text().strip() if NOTE.exists() else ""
	if not address:
		return None
	port = int(address.rpartition(":")[2])
	with socket.socket() as probe:
		probe.settimeout(1)
		return address if probe.connect_ex(("127.0.0.1", port)) == 0 else None


def make_server(port: int = 0):
	"""A stand-in for Redis, bound but not yet serving."""
	from fakeredis import TcpFakeServer

	class Server(TcpFakeServer):
		def get_request(self):
			connection, address = super().get_request()
			# the answers of a pipeline are many small writes, each of which would wait for the client's acknowledgement
			connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
			return connection, address

	server = Server(("127.0.0.1", port), server_type="redis")
	server.daemon_threads = True
	return server


def start_thread() -> str:
	"""Serve from a thread of this process; returns the address."""
	server = make_server()
	threading.Thread(target=server.serve_forever, daemon=True).start()
	return f"redis://127.0.0.1:{server.server_address[1]}"


if __name__ == "__main__":
	make_server(int(sys.argv[1])).serve_forever()
