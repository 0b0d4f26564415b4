from frappe.model.document import Document


class OnlinePayment(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.online_payment_invoice.online_payment_invoice import (
			OnlinePaymentInvoice,
		)

		amount: DF.Currency
		company: DF.Link
		connector: DF.Link
		currency: DF.Link | None
		customer: DF.Link | None
		customer_name: DF.Data | None
		fee: DF.Currency
		held_until: DF.Date | None
		invoices: DF.Table[OnlinePaymentInvoice]
		naming_series: DF.Literal["OPAY-.YYYY.-"]
		noted_at: DF.Datetime | None
		paid_on: DF.Date | None
		payer: DF.Data | None
		payment_entry: DF.Link | None
		payment_key: DF.Data | None
		payment_link: DF.Link | None
		payout_reference: DF.Data | None
		reference: DF.Data
		refunded_amount: DF.Currency
		status: DF.Literal["Pending", "Paid", "Failed", "Refunded"]

	# end: auto-generated types

	pass
