"""Redis, played by a Python process or thread on 127.0.0.1, or the real one when `$SANDBOX_REDIS` names it.

Whoever serves the desk starts one in a process of its own (`python -m sandbox.redis_server <port>`) and notes
its address in `.sandbox/run/redis`; every later process joins it, so that all see the same cache and queues.
Without one, or with `$SANDBOX_REDIS_PRIVATE`, a process has its own in a thread.
"""

import os
import select
import socket
import sys
import threading

from sandbox.paths import RUN

NOTE = RUN / "redis"
POLL_SECONDS = 0.02
CHUNK = 1 << 20


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

	server = TcpFakeServer(("127.0.0.1", port), server_type="redis")
	server.daemon_threads = True
	server.RequestHandlerClass = steady(server.RequestHandlerClass)
	return server


def steady(handler: type) -> type:
	"""The stand-in's handler of a connection, with a loop of its own.

	The one it comes with closes the connection after each error it answers, and when a client is slow to read
	a long answer; it also lets the many small writes of a pipeline's answer wait for the client's
	acknowledgement, 40 ms each time.
	"""

	class Handler(handler):
		def setup(self):
			super().setup()
			self.connection.setblocking(True)
			self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

		def handle(self):
			client = self.current_client
			while True:
				while client.can_read():
					self.writer.dump(answer_of(client))
				if select.select([self.connection], [], [], POLL_SECONDS)[0]:
					data = self.connection.recv(CHUNK)
					if not data:
						return
					client.get_socket().sendall(data)

	return Handler


def answer_of(client):
	"""The next answer; an error is an answer, too."""
	import redis

	try:
		return client.read_response()
	except redis.exceptions.ResponseError as error:
		return error


def start_thread() -> str:
	"""Serve from a thread of this process; returns the address."""
	server = make_server()
	threading.Thread(target=server.serve_forever, daemon=True).start()
	return f"redis://127.0.0.1:{server.server_address[1]}"


if __name__ == "__main__":
	make_server(int(sys.argv[1])).serve_forever()
