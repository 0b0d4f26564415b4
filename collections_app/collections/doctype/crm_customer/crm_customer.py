from frappe.model.document import Document


class CRMCustomer(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		company: DF.Link
		connector: DF.Link
		crm_id: DF.Data | None
		customer: DF.Link
		customer_key: DF.Data | None
		customer_name: DF.Data | None
		error: DF.SmallText | None
		told: DF.Code | None
		told_at: DF.Datetime | None

	# end: auto-generated types

	pass
