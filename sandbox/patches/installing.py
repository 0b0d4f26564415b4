"""Installing an app into a site.

The single-app edition installs the framework alone and refuses any other app.
"""

import json

from sandbox.patches.hook import after_import


@after_import("frappe.installer")
def restore_install(installer) -> None:
	installer.install_app = install_app
	installer.add_to_installed_apps = add_to_installed_apps


def add_to_installed_apps(app_name, rebuild_website=True) -> None:
	"""Note the app as installed; its hooks count from here on."""
	import frappe
	from frappe.installer import post_install

	apps = frappe.get_installed_apps()
	if app_name in apps:
		return
	frappe.db.set_global("installed_apps", json.dumps([*apps, app_name]))
	frappe.db.commit()
	frappe.local.request_cache.clear()
	frappe.local.doc_events_hooks = None
	frappe.client_cache.delete_value("app_hooks")
	if frappe.flags.in_install:
		post_install(rebuild_website)


def install_app(name, verbose=False, set_as_patched=True, force=False) -> None:
	"""Install an app with all it brings and, before it, the apps it requires."""
	import frappe

	frappe.flags.in_install = name
	frappe.flags.ignore_in_install = False
	frappe.clear_cache()
	hooks = frappe.get_hooks(app_name=name)
	for required in hooks.required_apps or []:
		required = required.rstrip("/").rpartition("/")[2]
		if required not in frappe.get_installed_apps():
			install_app(required, verbose=verbose)
	frappe.flags.in_install = name
	if not force and name in frappe.get_installed_apps():
		print(f"{name} is installed already")
		return
	print(f"Installing {name}")
	try:
		if any(frappe.get_attr(path)() is False for path in hooks.before_install or []):
			return
		for path in frappe.get_hooks("before_app_install"):
			frappe.get_attr(path)(name)
		add_records(name, hooks, set_as_patched, force)
	finally:
		frappe.flags.in_install = False


def add_records(name, hooks, set_as_patched, force) -> None:
	"""Everything an app brings into the database, in the order apps count on."""
	import frappe
	from frappe import installer
	from frappe.core.doctype.scheduled_job_type.scheduled_job_type import sync_jobs
	from frappe.model.module_utils import sync_customizations
	from frappe.model.sync import sync_for
	from frappe.utils.dashboard import sync_dashboards
	from frappe.utils.fixtures import sync_fixtures

	frappe.setup_module_map()
	if name != "frappe":
		# the framework's own come with its records: there is no table for them yet
		frappe.only_for("System Manager")
		installer.add_module_defs(name, ignore_if_duplicate=force)
	sync_for(name, force=force, reset_permissions=True)
	installer.add_to_installed_apps(name)
	frappe.get_doc("Portal Settings", "Portal Settings").sync_menu()
	if set_as_patched:
		installer.set_all_patches_as_completed(name)
	for path in hooks.after_install or []:
		frappe.get_attr(path)()
	for path in frappe.get_hooks("after_app_install"):
		frappe.get_attr(path)(name)
	sync_jobs()
	sync_fixtures(name)
	sync_customizations(name)
	sync_dashboards(name)
	for path in hooks.after_sync or []:
		frappe.get_attr(path)()
	frappe.clear_cache()
	frappe.client_cache.erase_persistent_caches()
