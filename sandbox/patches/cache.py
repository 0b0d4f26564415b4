"""The client-side cache without a Redis that can tell its clients what changed.

The stand-in for Redis does not know client tracking. Told that no connection can be had, the client cache
turns itself off and reads through, as it does on a bench whose Redis is away for a moment.
"""

import os

from sandbox.patches.hook import after_import


@after_import("frappe.utils.redis_wrapper")
def read_through(wrapper) -> None:
	import redis

	def client_id(self):
		raise redis.exceptions.ConnectionError("no client tracking")

	if os.environ.get("SANDBOX_REDIS_TRACKING") != "1":
		wrapper.RedisWrapper.client_id = client_id
