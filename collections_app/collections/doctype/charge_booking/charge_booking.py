import frappe
from frappe import _
from frappe.model.document import Document


class ChargeBooking(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.charge_booking_item.charge_booking_item import (
			ChargeBookingItem,
		)

		action: DF.Link | None
		attempts: DF.Int
		book_as: DF.Literal["ERPNext Dunning", "Invoice for Charges"]
		booked_on: DF.Date | None
		booking_key: DF.Data | None
		case: DF.Link | None
		company: DF.Link
		currency: DF.Link | None
		customer: DF.Link
		error: DF.SmallText | None
		fee: DF.Currency
		indemnity: DF.Currency
		interest: DF.Currency
		items: DF.Table[ChargeBookingItem]
		settled_invoice: DF.Link | None
		status: DF.Literal["Waiting", "Booked", "Nothing to Book", "Failed", "Cancelled"]
		total: DF.Currency
		up_to: DF.Date | None
		voucher: DF.DynamicLink | None
		voucher_type: DF.Link | None

	# end: auto-generated types

	def on_trash(self):
		if self.status == "Booked":
			frappe.throw(
				_("{0} is booked: cancel {1} instead of deleting this record.").format(
					self.name, self.voucher
				)
			)
