"""A worker that uses a connection whose refresh tokens work once, as a process of its own."""

import sys
import time
import traceback
from pathlib import Path

from sandbox import runtime
from tests.benchmarks.outbox_workers import connect

__all__ = ["prepare", "use"]


def prepare(url: str, refresh: str, credentials: dict[str, str]) -> str:
	"""A Connector Config of Ponto Connect at that address, committed. Returns its name."""
	import frappe

	from collections_app.connectors.runtime import Token, utc_now
	from collections_app.services.connectors import registry
	from collections_app.services.connectors.credentials import FrappeTokens, save_credentials
	from collections_app.tests import utils

	utils.before_tests()
	config = frappe.get_doc(
		{
			"doctype": "Connector Config",
			"connector_name": "Ponto",
			"connector": "ponto_connect",
			"company": utils.COMPANY,
			"base_url": url,
		}
	).insert()
	save_credentials(config, registry.manifest("ponto_connect"), credentials)
	FrappeTokens(config.name).set("access", Token("", utc_now(), refresh))
	frappe.db.commit()
	return config.name


def use(site: str, connector: str, host: str, times: int, start_at: float, log: str) -> None:
	"""Asks for the accounts so many times, from a moment that all workers share."""
	sys.stdout = sys.stderr = open(Path(log), "a", buffering=1)
	runtime.activate(site)
	import frappe

	from collections_app.services.connectors.lending import lend

	connect(site)
	frappe.local.conf["collections_allowed_hosts"] = [host]
	config = frappe.get_doc("Connector Config", connector)
	time.sleep(max(start_at - time.time(), 0))
	for _ in range(times):
		try:
			with lend(config) as lent:
				lent.connector.accounts()
			frappe.db.commit()
		except Exception:
			traceback.print_exc()
			sys.exit(1)
