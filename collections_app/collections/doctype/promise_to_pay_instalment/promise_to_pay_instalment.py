from frappe.model.document import Document


class PromisetoPayInstalment(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		currency: DF.Link | None
		due_on: DF.Date
		paid_amount: DF.Currency
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		status: DF.Literal["Open", "Kept", "Partly Kept", "Broken", "Cancelled"]

	# end: auto-generated types

	pass
