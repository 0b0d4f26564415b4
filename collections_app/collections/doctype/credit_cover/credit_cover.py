from frappe.model.document import Document


class CreditCover(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		amount_requested: DF.Currency
		company: DF.Link
		currency: DF.Link
		customer: DF.Link
		customer_name: DF.Data | None
		insured_share: DF.Percent
		insurer: DF.Data
		insurer_reference: DF.Data | None
		naming_series: DF.Literal["CVR-.YYYY.-"]
		note: DF.SmallText | None
		notified_on: DF.Date | None
		notify_after_days: DF.Int
		policy_no: DF.Data | None
		status: DF.Literal["Requested", "Approved", "Refused", "Cancelled", "Expired"]
		valid_from: DF.Date | None
		valid_until: DF.Date | None

	# end: auto-generated types

	pass
