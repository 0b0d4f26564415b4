from frappe.model.document import Document


class CRMActivity(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		activity_key: DF.Data | None
		attempted_at: DF.Datetime | None
		attempts: DF.Int
		company: DF.Link
		connector: DF.Link
		crm_reference: DF.Data | None
		customer: DF.Link
		customer_name: DF.Data | None
		error: DF.SmallText | None
		happened_at: DF.Datetime | None
		kind: DF.Literal["Message", "Answer", "Promise", "Dispute"]
		logged_at: DF.Datetime | None
		reference_doctype: DF.Link | None
		reference_name: DF.DynamicLink | None
		status: DF.Literal["Waiting", "Sending", "Logged", "Failed", "Uncertain"]
		text: DF.SmallText | None

	# end: auto-generated types

	pass
