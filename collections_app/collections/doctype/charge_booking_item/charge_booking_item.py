from frappe.model.document import Document


class ChargeBookingItem(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		currency: DF.Link | None
		due_date: DF.Date | None
		indemnity: DF.Currency
		indemnity_claimed: DF.Currency
		interest: DF.Currency
		interest_claimed: DF.Currency
		interest_days: DF.Int
		interest_rate: DF.Percent
		item_key: DF.Data | None
		outstanding: DF.Currency
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		payment_term: DF.Data | None
		sales_invoice: DF.Link | None

	# end: auto-generated types

	pass
