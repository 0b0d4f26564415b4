"""Who gets the weekly digest: the users and roles of Collections Settings."""

import frappe
from frappe.query_builder import DocType

from collections_app.services import settings


def receivers() -> list[str]:
	"""Enabled desk users, each once, by name."""
	rows = settings.get().digest_receivers
	roles = [row.role for row in rows if row.role]
	role, user = DocType("Has Role"), DocType("User")
	named = {row.user for row in rows if row.user}
	holders = set(
		frappe.qb.from_(role)
		.select(role.parent)
		.where((role.parenttype == "User") & role.role.isin([*roles, ""]))
		.run(pluck=True)
	)
	return (
		frappe.qb.from_(user)
		.select(user.name)
		.where(
			user.name.isin([*sorted(named | holders), ""])
			& (user.enabled == 1)
			& (user.user_type == "System User")
			& user.name.notin(["Administrator", "Guest"])
		)
		.orderby(user.name)
	).run(pluck=True)
