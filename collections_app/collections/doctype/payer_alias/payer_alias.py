import frappe
from frappe import _
from frappe.model.document import Document

from collections_app.services.cash import aliases


class PayerAlias(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		count: DF.Int
		customer: DF.Link
		disabled: DF.Check
		kind: DF.Literal["IBAN", "Name"]
		last_used: DF.Date | None
		note: DF.SmallText | None
		source: DF.Literal["Entered", "Confirmed", "Sure Payment"]
		value: DF.Data

	# end: auto-generated types

	def autoname(self):
		"""One name for one payer and customer: the database refuses a second record of the same."""
		self.name = aliases.alias_name(self.kind, self.value or "", self.customer or "")

	def validate(self):
		if not aliases.key_of(self.kind, self.value or ""):
			frappe.throw(_("{0} is no {1}").format(self.value, _(self.kind)))
