"""Running code on a site: paths, patches, Redis, connection."""

import os
import sys
from contextlib import contextmanager

from sandbox.paths import APPS, REPO


def activate(site: str) -> None:
	"""Make `import frappe` give the framework, with all patches, on that site. Cheap, and safe to repeat."""
	os.environ["SANDBOX_SITE"] = site
	for folder in (str(REPO), str(APPS)):
		if folder not in sys.path:
			sys.path.append(folder)
	from sandbox import patches, redis_server

	patches.apply()
	redis_server.connect()


def open_site(site: str, user: str = "Administrator"):
	"""Activate and connect; returns the `frappe` module. Close with `frappe.destroy()`."""
	activate(site)
	import frappe

	frappe.init(site, force=True)
	frappe.connect()
	frappe.set_user(user)
	return frappe


@contextmanager
def connected(site: str, user: str = "Administrator"):
	"""`with connected("desk") as frappe:` commits at the end of the block, rolls back when it fails."""
	frappe = open_site(site, user)
	try:
		yield frappe
		frappe.db.commit()
	except BaseException:
		frappe.db.rollback()
		raise
	finally:
		frappe.destroy()
