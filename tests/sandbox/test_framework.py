"""What `sandbox.patches` puts back into the framework."""

import json

import pytest

from sandbox.paths import app_sources
from sandbox.worker import drain_queues


def test_all_apps_are_installed(site):
	assert site.get_installed_apps() == ["frappe", *app_sources()]
	assert site.is_setup_complete()


def test_hooks_of_one_app_and_of_all(site):
	(title,) = site.get_hooks("app_title", app_name="frappe")
	titles = site.get_hooks("app_title")
	assert titles[0] == title
	assert len(titles) == len(site.get_installed_apps())
	assert site.get_hooks("no_such_hook", default=None) is None


def test_modules_belong_to_their_apps(site):
	for app in app_sources():
		for module in site.get_module_list(app):
			assert site.local.module_app[site.scrub(module)] == app
			assert site.db.get_value("Module Def", module, "app_name") == app


def test_settings_and_secrets_are_the_sites_own(site):
	from frappe.utils.password import decrypt, encrypt

	assert site.get_site_name() == site.local.site
	assert site.get_site_path("private").endswith(f"/{site.local.site}/private")
	assert decrypt(encrypt("secret")) == "secret"


def test_whitelisted_arguments_are_cast(site):
	from frappe.utils.typing_validations import transform_parameter_types

	def method(count, names):
		return count, names

	method.__module__ = "frappe.desk.trial"
	method.__annotations__ = {"count": "int", "names": "list[str] | str"}
	assert transform_parameter_types(method, (), {"count": "3", "names": ["a"]})[1]["count"] == 3
	with pytest.raises(site.exceptions.FrappeTypeError):
		transform_parameter_types(method, (), {"count": "three", "names": "a"})


def test_context_managers_do_something(site):
	from frappe.tests.utils import FrappeTestCase
	from frappe.utils import nowdate

	before = site.db.get_single_value("System Settings", "country")
	with FrappeTestCase.change_settings("System Settings", country="France"):
		assert site.db.get_single_value("System Settings", "country") == "France"
	assert site.db.get_single_value("System Settings", "country") == before
	with FrappeTestCase.freeze_time("2024-02-29 12:00:00"):
		assert nowdate() == "2024-02-29"
	with FrappeTestCase.patch_hooks({"app_title": ["Other"]}):
		assert site.get_hooks("app_title") == ["Other"]
	assert site.in_test and site.flags.in_test


def test_query_count_is_asserted(site):
	from frappe.tests.utils import FrappeTestCase

	case = FrappeTestCase()
	with pytest.raises(AssertionError, match="Queries"), case.assertQueryCount(1):
		site.db.sql("select 1")
		site.db.sql("select 2")


def test_moved_modules_are_found(site):
	from frappe.modules import get_module_path, scrub
	from frappe.modules.import_file import import_file_by_path
	from frappe.modules.utils import export_module_json

	assert scrub("A Module") == "a_module"
	assert callable(import_file_by_path) and callable(export_module_json)
	assert get_module_path("Core").endswith("/frappe/core")


def test_realtime_event_is_published_for_this_site(site):
	from frappe.utils.background_jobs import get_redis_conn

	listener = get_redis_conn().pubsub()
	listener.subscribe("events")
	listener.get_message(timeout=5)
	site.publish_realtime("trial", {"percent": 5}, user="Administrator")
	event = json.loads(listener.get_message(timeout=5)["data"])
	assert (event["namespace"], event["room"]) == (site.local.site, "user:Administrator")
	listener.close()
	drain_queues()


def test_nobody_outside_is_called(site):
	import requests

	contact = site.get_doc(
		{
			"doctype": "Contact",
			"first_name": "A",
			"email_ids": [{"email_id": "a@example.com", "is_primary": 1}],
		}
	)
	assert not contact.insert().image
	with pytest.raises((requests.exceptions.ConnectionError, ConnectionRefusedError)):
		requests.get("http://example.com", timeout=5)
