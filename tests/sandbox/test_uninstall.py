"""Apps can be taken off a site, and leave nothing behind that the framework knows of.

On a site of its own: it ends without apps.
"""

import os

import pytest

from sandbox import site as sites
from sandbox.paths import app_sources

SITE = f"test-uninstall-{os.getpid()}"


@pytest.fixture
def without_last_app():
	app = list(app_sources())[-1]
	sites.copy_site(sites.PRISTINE, SITE)
	sites.build("tests.sandbox.test_uninstall:remove_last_app", SITE)
	yield app
	sites.remove_site(SITE)


def remove_last_app():
	"""Runs connected to the site, in a process of its own."""
	import frappe
	from frappe.installer import remove_app

	app = list(app_sources())[-1]
	modules = frappe.get_module_list(app)
	doctypes = frappe.get_all("DocType", {"module": ("in", modules)}, pluck="name")
	assert doctypes, "the app has no DocType, so this would show nothing"
	tables = {f"tab{doctype}" for doctype in doctypes}
	remove_app(app, yes=True)
	assert app not in frappe.get_installed_apps()
	assert not frappe.get_all("Module Def", {"app_name": app})
	assert not frappe.get_all("DocType", {"name": ("in", doctypes)})
	assert not tables & set(frappe.db.get_tables(cached=False))
	for doctype in ("Report", "Workspace", "Number Card", "Dashboard Chart", "Print Format", "Custom Field"):
		assert not frappe.get_all(doctype, {"module": ("in", modules)}), doctype
	assert not frappe.get_all("Scheduled Job Type", {"method": ("like", f"{app}.%")})
	assert not frappe.get_all("Workspace Sidebar", {"app": app})


def test_last_app_is_removed_without_a_trace(without_last_app):
	assert sites.exists(SITE)
