"""The models of when customers pay."""

import frappe
from frappe import _

from collections_app.constants.roles import MANAGERS
from collections_app.services import settings
from collections_app.services.access import company_for
from collections_app.services.prediction import learning


@frappe.whitelist(methods=["POST"])
def learn_payments(company: str) -> str:
	"""Queues the learning of the company's payment model. Returns what to tell the user."""
	if not MANAGERS.intersection(frappe.get_roles()):
		frappe.throw(_("Only a Credit Manager has models learned."), frappe.PermissionError)
	company = company_for(company)
	settings.company_row(company)
	learning.queue(company)
	return _("{0} is being learned from; the new Payment Model appears in the list.").format(
		frappe.bold(company)
	)
