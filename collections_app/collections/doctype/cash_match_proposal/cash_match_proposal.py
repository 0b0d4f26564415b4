from frappe.model.document import Document


class CashMatchProposal(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		confidence: DF.Percent
		currency: DF.Link | None
		customer: DF.Link | None
		item_key: DF.Data | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		rank: DF.Int
		reason: DF.SmallText | None
		sales_invoice: DF.Link | None
		short: DF.Currency
		short_kind: DF.Literal["", "discount", "fee", "rounding"]
		voucher: DF.DynamicLink | None
		voucher_type: DF.Link | None

	# end: auto-generated types

	pass
