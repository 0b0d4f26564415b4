"""Sets the app up on a site. What is made here is removed by `uninstall.py` from the same dicts."""

import click

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

from collections_app.constants.custom_fields import CUSTOM_FIELDS
from collections_app.constants.roles import APP_ROLES
from collections_app.setup.seed import seed
from collections_app.setup.translations import compile_locale


def after_install() -> None:
	try:
		make_roles()
		make_custom_fields()
		compile_locale()
		seed()
	except Exception:
		click.secho("Setting up Collections failed. The error follows; mend it and install again.", fg="red")
		raise
	click.secho("Collections is set up. Open the workspace Collections to choose your companies.", fg="green")


def make_roles() -> None:
	"""Fixtures are synced after this hook, but the permissions of the seeds need the roles now."""
	for role in APP_ROLES:
		if not frappe.db.exists("Role", role):
			frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": 1}).insert(
				ignore_permissions=True
			)


def make_custom_fields() -> None:
	create_custom_fields(CUSTOM_FIELDS, ignore_validate=True)
