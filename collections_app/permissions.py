"""Who may use the app at all. What a user sees of a company or customer is left to User Permissions."""

import frappe

from collections_app.constants.roles import APP_ROLES


def has_app_permission() -> bool:
	"""Shows the app's tile on the apps screen."""
	return bool({*APP_ROLES, "System Manager"}.intersection(frappe.get_roles()))
