"""The web server of a site: the desk, its assets and its files, on 127.0.0.1.

Run as `python -m sandbox.server <site> <port>`.
"""

import signal
import sys
from importlib import import_module
from pkgutil import iter_modules

from sandbox.paths import ASSETS, SITES
from sandbox.realtime import with_realtime
from sandbox.runtime import activate

ASSET_SECONDS = 60


def application(site: str):
	"""The WSGI application of the site with its static files in front."""
	activate(site)
	from werkzeug.middleware.shared_data import SharedDataMiddleware

	from frappe.app import application as framework

	folders = {
		"/assets": str(ASSETS),
		"/files": str(SITES / site / "public" / "files"),
		"/favicon.ico": str(ASSETS / "frappe" / "images" / "frappe-favicon.svg"),
	}
	preload()
	# bundles carry a hash in their name; an app's other files are looked at again after a minute
	return with_realtime(SharedDataMiddleware(framework, folders, cache_timeout=ASSET_SECONDS), site)


def preload() -> None:
	"""Import what the desk's pages ask for, before requests that come at once import the same modules at once."""
	from collections_app import api

	for module in iter_modules(api.__path__, f"{api.__name__}."):
		import_module(module.name)


def serve(site: str, port: int) -> None:
	"""Serve until told to end. Only errors and refusals are logged."""
	from werkzeug.serving import WSGIRequestHandler, make_server

	class Handler(WSGIRequestHandler):
		protocol_version = "HTTP/1.1"

		def log_request(self, code="-", size="-"):
			if str(code)[:1] in "45":
				super().log_request(code, size)

	signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
	make_server("127.0.0.1", port, application(site), threaded=True, request_handler=Handler).serve_forever()


if __name__ == "__main__":
	serve(sys.argv[1], int(sys.argv[2]))
