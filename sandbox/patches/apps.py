"""Several apps on one site: which are there, which are installed, their hooks, modules and paths.

The single-app edition answers each of these with the framework alone.
"""

import inspect
import json
import types

from sandbox.patches.hook import after_import
from sandbox.paths import app_sources

KEEP_DEFAULT_LIST = "_KEEP_DEFAULT_LIST"


@after_import("frappe")
def restore_apps(frappe) -> None:
	from frappe.utils.caching import request_cache

	def get_all_apps(with_internal_apps=True, sites_path=None):
		return ["frappe", *app_sources()]

	@request_cache
	def get_installed_apps(*, _ensure_on_bench=False):
		if getattr(frappe.flags, "in_install_db", True):
			return []
		if not frappe.db:
			frappe.connect()
		installed = json.loads(frappe.db.get_global("installed_apps") or "[]")
		if _ensure_on_bench:
			present = get_all_apps()
			installed = [app for app in installed if app in present]
		return installed

	def get_app_path(app_name, *joins):
		return frappe.get_pymodule_path(app_name, *joins)

	def get_app_source_path(app_name, *joins):
		return frappe.get_pymodule_path(app_name, "..", *joins)

	def get_module_list(app_name="frappe"):
		return frappe.get_file_items(get_app_path(app_name, "modules.txt"))

	def setup_module_map(include_all_apps=True):
		apps = get_all_apps()
		modules = {app: [frappe.scrub(module) for module in get_module_list(app)] for app in apps}
		frappe.local.app_modules = modules
		frappe.local.module_app = {module: app for app in apps for module in modules[app]}

	for function in (
		get_all_apps,
		get_installed_apps,
		get_app_path,
		get_app_source_path,
		get_module_list,
		setup_module_map,
	):
		setattr(frappe, function.__name__, function)


@after_import("frappe")
def restore_hooks(frappe) -> None:
	def load_app_hooks(app_name=None):
		"""All hooks of one app, or of the installed apps in the order of installation."""
		hooks = {}
		for app in [app_name] if app_name else frappe.get_installed_apps(_ensure_on_bench=True):
			for name, value in inspect.getmembers(frappe.get_module(f"{app}.hooks"), is_hook):
				if not name.startswith("_"):
					frappe.append_hook(hooks, name, value)
		return hooks

	def get_hooks(hook=None, default=KEEP_DEFAULT_LIST, app_name=None):
		if app_name:
			hooks = load_app_hooks(app_name)
		elif (hooks := frappe.client_cache.get_value("app_hooks")) is None:
			hooks = load_app_hooks()
			frappe.client_cache.set_value("app_hooks", hooks)
		if hook:
			return hooks.get(hook, [] if default == KEEP_DEFAULT_LIST else default)
		return frappe._dict(hooks)

	frappe._load_app_hooks, frappe.get_hooks = load_app_hooks, get_hooks


def is_hook(value) -> bool:
	"""Whether a name of hooks.py is a setting, not something it imported or defined."""
	return not isinstance(value, types.ModuleType | types.FunctionType | type)
