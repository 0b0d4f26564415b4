"""Who collects: teams are Frappe's own User Groups, and a collector sees no colleague's figures."""

import frappe
from frappe import _
from frappe.query_builder import DocType

from collections_app.constants.roles import AUDITOR, COLLECTOR, MANAGERS
from collections_app.services.cases.records import collecting_users

SEE_ALL = frozenset({AUDITOR, *MANAGERS})
# the collectors of a team without members: no user has this name, and "" stands for cases without a collector
NO_PERSON = ("-",)


def sees_everybody() -> bool:
	"""Managers and auditors see the whole team; a collector only itself."""
	return bool(SEE_ALL.intersection(frappe.get_roles()))


def members_of(team: str) -> list[str]:
	"""Users of a team, by name."""
	if not frappe.db.exists("User Group", team):
		frappe.throw(_("Team {0} does not exist").format(frappe.bold(team)))
	return frappe.get_all(
		"User Group Member", {"parent": team, "parenttype": "User Group"}, pluck="user", order_by="user"
	)


def collectors_of(team: str) -> list[str]:
	"""Members of a team who may work on cases."""
	collecting = collecting_users()
	return [user for user in members_of(team) if user in collecting]


def teams() -> list[str]:
	"""User Groups with at least one member who may work on cases."""
	member = DocType("User Group Member")
	collecting = collecting_users()
	rows = (
		frappe.qb.from_(member)
		.select(member.parent, member.user)
		.where(member.parenttype == "User Group")
		.orderby(member.parent)
	).run()
	return list(dict.fromkeys(team for team, user in rows if user in collecting))


def collectors() -> list[str]:
	"""Enabled users with the role Collector."""
	role, user = DocType("Has Role"), DocType("User")
	return (
		frappe.qb.from_(role)
		.inner_join(user)
		.on(user.name == role.parent)
		.select(user.name)
		.distinct()
		.where((role.parenttype == "User") & (role.role == COLLECTOR) & (user.enabled == 1))
		.orderby(user.name)
	).run(pluck=True)


def full_names(users: list[str]) -> dict[str, str]:
	"""User -> name for people; of one that is gone, its login."""
	found = dict(frappe.get_all("User", {"name": ["in", users or [""]]}, ["name", "full_name"], as_list=True))
	return {user: found.get(user) or user for user in users}
