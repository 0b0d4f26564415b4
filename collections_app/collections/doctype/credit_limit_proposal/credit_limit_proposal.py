from frappe.model.document import Document


class CreditLimitProposal(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		approved_limit: DF.Currency
		change: DF.Currency
		comment: DF.SmallText | None
		company: DF.Link
		currency: DF.Link | None
		current_limit: DF.Currency
		customer: DF.Link
		customer_name: DF.Data | None
		decided_at: DF.Datetime | None
		decided_by: DF.Link | None
		naming_series: DF.Literal["CR-LIMIT-.YYYY.-"]
		need: DF.Currency
		outstanding: DF.Currency
		proposed_limit: DF.Currency
		reasons: DF.SmallText | None
		risk_band: DF.Data | None
		status: DF.Literal["Proposed", "Approved", "Rejected", "Replaced"]

	# end: auto-generated types

	pass
