from frappe.model.document import Document


class OnlinePayoutLine(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		entry_id: DF.Data | None
		fee: DF.Currency
		kind: DF.Literal["Payment", "Refund", "Chargeback", "Fee", "Other"]
		net: DF.Currency
		online_payment: DF.Link | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		reference: DF.Data | None

	# end: auto-generated types

	pass
