from frappe.model.document import Document


class OnlinePayout(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.online_payout_line.online_payout_line import OnlinePayoutLine

		amount: DF.Currency
		arrives_on: DF.Date | None
		bank_transaction: DF.Link | None
		company: DF.Link
		connector: DF.Link
		currency: DF.Link | None
		fees_total: DF.Currency
		lines: DF.Table[OnlinePayoutLine]
		naming_series: DF.Literal["OPAYOUT-.YYYY.-"]
		other_total: DF.Currency
		payments_total: DF.Currency
		payout_key: DF.Data | None
		reference: DF.Data
		refunds_total: DF.Currency
		statement_text: DF.Data | None
		status: DF.Literal["In Transit", "Paid", "Failed"]

	# end: auto-generated types

	pass
