import frappe
from frappe import _
from frappe.model.document import Document

from collections_app.services.connectors import identities


class CustomerIdentity(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		company: DF.Link | None
		connector: DF.Link
		customer: DF.Link | None
		customer_name: DF.Data | None
		identity_key: DF.Data | None
		matched_by: DF.Literal["", "Tax ID", "Exact Name", "Person"]
		monitored: DF.Check
		monitored_until: DF.Date | None
		order_key: DF.Data | None
		order_message: DF.SmallText | None
		order_reference: DF.Data | None
		order_state: DF.Literal["", "Sending", "Ordered", "Uncertain", "Refused"]
		ordered_on: DF.Datetime | None
		provider_id: DF.Data
		provider_name: DF.Data | None
		provider_tax_id: DF.Data | None
		status: DF.Literal["To Identify", "Found", "Confirmed"]

	# end: auto-generated types

	def validate(self):
		self.provider_id = (self.provider_id or "").strip()
		self.identity_key = identities.key_of(self.connector, self.provider_id)
		self.set_status()

	def set_status(self):
		"""Who chooses a customer on the form confirms it; what was found by itself says so through a flag."""
		if not self.customer:
			self.status, self.matched_by = identities.OPEN, ""
		elif self.flags.found_by:
			self.status, self.matched_by = identities.FOUND, self.flags.found_by
		elif self.is_new() or self.has_value_changed("customer"):
			self.status, self.matched_by = identities.CONFIRMED, identities.PERSON

	def on_update(self):
		if self.status == identities.CONFIRMED and self.has_value_changed("customer"):
			identities.retry_waiting(self.connector)

	@frappe.whitelist(methods=["POST"])
	def confirm(self):
		"""A person says that what was found by itself is right."""
		self.check_permission("write")
		if self.status != identities.FOUND:
			frappe.throw(_("There is no customer to confirm."))
		self.db_set("status", identities.CONFIRMED)
		return self.status
