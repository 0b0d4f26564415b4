"""Whether the setup wizard is done.

As shipped this asks for the table of "System Settings"; a single has none, so the answer was always no and
the desk kept sending everybody to the wizard.
"""

from sandbox.patches.hook import after_import


@after_import("frappe")
def restore_setup_state(frappe) -> None:
	def is_setup_complete():
		return bool(int(frappe.db.get_single_value("System Settings", "setup_complete") or 0))

	frappe.is_setup_complete = is_setup_complete


@after_import("frappe.utils.installed_apps")
def restore_setup_apps(installed_apps) -> None:
	import frappe

	def get_setup_wizard_completed_apps():
		return frappe.get_installed_apps()

	installed_apps.get_setup_wizard_completed_apps = get_setup_wizard_completed_apps
