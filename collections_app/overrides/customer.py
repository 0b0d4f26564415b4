"""Customer: who receives the messages, and in which time zone."""

import frappe
from frappe import _

from collections_app.exceptions import ReceiverError
from collections_app.services.plans.time_zones import is_time_zone


def validate(doc, method=None):
	validate_receiver(doc)
	validate_time_zone(doc)


def validate_receiver(doc) -> None:
	"""Messages are handed on once: whoever receives for others gets his own himself."""
	receiver = doc.get("collections_receiver")
	if not receiver:
		return
	if receiver == doc.name:
		frappe.throw(
			_("Messages Go To: a customer gets its own messages anyway, leave it empty."), ReceiverError
		)
	further = frappe.db.get_value("Customer", receiver, "collections_receiver")
	if further:
		frappe.throw(
			_("Messages Go To: those of {0} go to {1} already. Choose {1}.").format(receiver, further),
			ReceiverError,
		)
	child = None if doc.is_new() else frappe.db.get_value("Customer", {"collections_receiver": doc.name})
	if child:
		frappe.throw(
			_("Messages Go To: {0} receives the messages of {1} and cannot hand them on.").format(
				doc.name, child
			),
			ReceiverError,
		)


def validate_time_zone(doc) -> None:
	zone = doc.get("collections_time_zone")
	if zone and not is_time_zone(zone):
		frappe.throw(
			_("Time Zone: {0} is not known. Choose one such as Europe/Paris.").format(zone),
			frappe.ValidationError,
		)
