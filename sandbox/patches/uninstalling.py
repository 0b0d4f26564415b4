"""Taking an app off a site again, with its tables and records.

The single-app edition prints that it does not support this.
"""

import json

from sandbox.patches.hook import after_import


@after_import("frappe.installer")
def restore_remove(installer) -> None:
	installer.remove_from_installed_apps = remove_from_installed_apps
	installer.remove_app = remove_app


def remove_from_installed_apps(app_name) -> None:
	"""Note the app as gone; its hooks no longer count."""
	import frappe

	apps = frappe.get_installed_apps()
	if app_name not in apps:
		return
	frappe.db.set_global("installed_apps", json.dumps([app for app in apps if app != app_name]))
	frappe.db.commit()
	frappe.local.request_cache.clear()
	frappe.local.doc_events_hooks = None
	frappe.clear_cache()


def remove_app(app_name, dry_run=False, yes=False, no_backup=False, force=False) -> None:
	"""Uninstall the app: its hooks run, then its modules, DocTypes, records and tables go.

	A dry run only tells.
	"""
	import frappe
	from frappe import installer

	if not force and app_name not in frappe.get_installed_apps():
		print(f"{app_name} is not installed")
		return
	for app in frappe.get_installed_apps():
		required = frappe.get_hooks("required_apps", app_name=app)
		if any(app_name == one.rpartition("/")[2] for one in required):
			frappe.throw(f"{app_name} cannot be uninstalled: {app} requires it")
	frappe.flags.in_uninstall = True
	try:
		call_hooks(frappe.get_hooks("before_uninstall", app_name=app_name))
		call_hooks(frappe.get_hooks("before_app_uninstall"), app_name)
		modules = frappe.get_all("Module Def", filters={"app_name": app_name}, pluck="name")
		installer._delete_doctypes(installer._delete_modules(modules, dry_run), dry_run)
		if dry_run:
			return
		after = frappe.get_hooks("after_uninstall", app_name=app_name)
		after_any = frappe.get_hooks("after_app_uninstall")
		frappe.get_single("Portal Settings").sync_menu()
		installer.remove_from_installed_apps(app_name)
		delete_jobs(app_name)
		frappe.db.commit()
		call_hooks(after)
		call_hooks(after_any, app_name)
		frappe.db.commit()
	finally:
		frappe.flags.in_uninstall = False


def call_hooks(paths, *args) -> None:
	import frappe

	for path in paths:
		frappe.get_attr(path)(*args)


def delete_jobs(app_name) -> None:
	"""The scheduler keeps a record of every job; those of an app that is gone would fail for ever."""
	import frappe

	for job in frappe.get_all("Scheduled Job Type", fields=["name", "method"]):
		if job.method and job.method.startswith(f"{app_name}."):
			frappe.delete_doc("Scheduled Job Type", job.name, force=True)
