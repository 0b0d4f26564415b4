"""An SMS gateway behind the site's own SMS Settings, for the desk and for trials: it keeps what it is sent.

	with SmsServer() as server:
		use_for_sms(server.url)

The server is that of the app's tests, which also play its failures.
"""

import signal
import threading

from collections_app.tests.sms_server import SmsServer

__all__ = ["SmsServer", "use_for_sms"]


def use_for_sms(url: str) -> None:
	"""Makes the gateway the one of the connected site's SMS Settings."""
	import frappe

	settings = frappe.get_doc("SMS Settings")
	settings.update(
		{
			"sms_gateway_url": url,
			"message_parameter": "text",
			"receiver_parameter": "to",
			"use_post": 1,
			"parameters": [],
		}
	)
	settings.save(ignore_permissions=True)


def main(port: int) -> None:
	"""Serve in the foreground until interrupted; prints each message."""
	ended = threading.Event()
	for wanted in (signal.SIGINT, signal.SIGTERM):
		signal.signal(wanted, lambda *_: ended.set())
	with SmsServer(port=port) as server:
		print(f"{server.url} takes text messages", flush=True)
		shown = 0
		while not ended.wait(1):
			for message in server.requests[shown:]:
				print(f"{message.get('to')}: {message.get('text')}", flush=True)
			shown = len(server.requests)
