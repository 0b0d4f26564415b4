from frappe.model.document import Document


class CoverRequest(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		answer: DF.Data | None
		attempted_at: DF.Datetime | None
		attempts: DF.Int
		change: DF.Literal["Request", "Raise", "Lower", "Cancel", "Declare Overdue"]
		company: DF.Link
		connector: DF.Link
		cover: DF.Link
		currency: DF.Link | None
		customer: DF.Link
		customer_name: DF.Data | None
		document: DF.Data | None
		due_date: DF.Date | None
		error: DF.SmallText | None
		next_attempt_at: DF.Datetime | None
		reference: DF.Data | None
		status: DF.Literal["Waiting", "Sending", "With Insurer", "Answered", "Failed", "Uncertain"]

	# end: auto-generated types

	pass
