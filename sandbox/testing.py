"""pytest plugin: the app's integration tests on a site of their own.

The run gets a fresh copy of the pristine site, never the desk's, and removes it at the end. It is connected
as Administrator, in test mode, before any test module is imported, as on a bench. Frappe's own test classes
commit before and roll back after each class; tests that are plain functions use the fixture `site`.
"""

import os
import socket
import traceback

import pytest

from sandbox import redis_server, runtime, stages
from sandbox import site as sites

SITE = f"test-{os.getpid()}"
LOCAL_HOSTS = (None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0")


def pytest_configure(config) -> None:
	socket.getaddrinfo = only_local(socket.getaddrinfo)
	stages.ensure_all(None)
	sites.remove_leftovers("test")
	sites.copy_site(sites.PRISTINE, SITE)
	os.environ["SANDBOX_REDIS_URL"] = os.environ.get("SANDBOX_REDIS") or redis_server.start_thread()
	connect()
	run_before_tests()


def only_local(resolve):
	"""Name resolution for this machine alone, so that a test that calls out fails instead of calling."""

	def getaddrinfo(host, *args, **options):
		name = host.decode() if isinstance(host, bytes) else host
		if name not in LOCAL_HOSTS:
			raise ConnectionRefusedError(f"tests do not call other machines: {name}")
		return resolve(host, *args, **options)

	return getaddrinfo


def connect() -> None:
	"""Connect to the tests' site, in test mode."""
	frappe = runtime.open_site(SITE)
	from frappe.tests.utils import toggle_test_mode

	toggle_test_mode(True)
	frappe.flags.print_messages = False


def run_before_tests() -> None:
	"""The `before_tests` hooks of the apps, which a bench's test runner calls too."""
	import frappe

	from sandbox.paths import app_sources

	for app in app_sources():
		for path in frappe.get_hooks("before_tests", app_name=app):
			frappe.get_attr(path)()
	frappe.db.commit()


def pytest_unconfigure(config) -> None:
	try:
		import frappe

		frappe.destroy()
	except ImportError:
		traceback.print_exc()
	sites.remove_site(SITE)


@pytest.fixture
def site():
	"""The `frappe` module connected to the tests' site.

	What the test wrote and did not commit is rolled back.
	"""
	import frappe

	if not getattr(frappe.local, "db", None):
		connect()
	frappe.set_user("Administrator")
	yield frappe
	frappe.db.rollback()
	frappe.set_user("Administrator")
