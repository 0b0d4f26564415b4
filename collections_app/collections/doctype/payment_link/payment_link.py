from frappe.model.document import Document


class PaymentLink(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.payment_link_item.payment_link_item import PaymentLinkItem

		action: DF.Link | None
		amount: DF.Currency
		charges: DF.Currency
		company: DF.Link
		connector: DF.Link
		currency: DF.Link | None
		customer: DF.Link
		customer_name: DF.Data | None
		description: DF.Data | None
		error: DF.SmallText | None
		expires_on: DF.Date | None
		items: DF.Table[PaymentLinkItem]
		link_key: DF.Data | None
		reference: DF.Data | None
		status: DF.Literal["Requested", "Active", "Paid", "Expired", "Switched Off", "Failed"]
		url: DF.Data | None

	# end: auto-generated types

	pass
