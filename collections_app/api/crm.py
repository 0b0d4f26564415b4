"""The CRM from the desk: what it did not take is tried again."""

import frappe
from frappe import _

from collections_app.services.crm import activities
from collections_app.services.crm.collect import DOCTYPE


@frappe.whitelist(methods=["POST"])
def log_again(activity: str) -> str:
	"""Has an activity written once more that failed, or of which nobody knew whether the CRM took it. Returns its status."""
	document = frappe.get_doc(DOCTYPE, activity)
	document.check_permission("write")
	if not activities.try_again([document.name]):
		frappe.throw(_("It is {0}: there is nothing to try again.").format(_(document.status)))
	return frappe.db.get_value(DOCTYPE, document.name, "status")
