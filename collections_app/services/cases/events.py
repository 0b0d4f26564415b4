"""Notes that the app itself leaves on a case, as Frappe's own Info comments, each with a mark of its kind."""

import frappe
from frappe import _
from frappe.utils import escape_html, now

MARK = "collections:"
PAUSE, TEAM, PLAN, DELIVERY = "pause", "team", "plan", "delivery"
# the app itself ended a snooze
WOKEN = "woken"


def tell(case: str, kind: str, text: str) -> None:
	"""`text`: may hold HTML; what a person typed has to be escaped."""
	frappe.get_doc(
		{
			"doctype": "Comment",
			"comment_type": "Info",
			"comment_email": frappe.session.user,
			"comment_by": frappe.utils.get_fullname(frappe.session.user),
			"reference_doctype": "Collection Case",
			"reference_name": case,
			"subject": MARK + kind,
			"content": text,
		}
	).insert(ignore_permissions=True)


def tell_plan_changes(changes: dict[str, tuple[str | None, str | None]]) -> None:
	"""Case -> (plan before, plan now), in one insert: a run may move many. A first plan is no change."""
	stamp, user = now(), frappe.session.user
	fields = ["name", "creation", "modified", "owner", "modified_by", "docstatus", "idx"]
	fields += ["comment_type", "comment_email", "comment_by", "reference_doctype", "reference_name"]
	fields += ["subject", "content"]
	rows = []
	for case, (before, after) in changes.items():
		if not isinstance(before, str) or not before:
			continue
		text = (
			_("moved the case from dunning plan {0} to {1}").format(escape_html(before), escape_html(after))
			if after
			else _("took the case off dunning plan {0}").format(escape_html(before))
		)
		rows.append(
			(
				*(frappe.generate_hash(length=12), stamp, stamp, user, user, 0, 0),
				*("Info", user, frappe.utils.get_fullname(user), "Collection Case", case),
				*(MARK + PLAN, text),
			)
		)
	if rows:
		frappe.db.bulk_insert("Comment", fields, rows)
