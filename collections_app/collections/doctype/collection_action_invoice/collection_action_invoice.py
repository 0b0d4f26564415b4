from frappe.model.document import Document


class CollectionActionInvoice(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		currency: DF.Link | None
		customer: DF.Link | None
		days_overdue: DF.Int
		due_date: DF.Date | None
		dunning_level: DF.Int
		indemnity: DF.Currency
		interest: DF.Currency
		interest_days: DF.Int
		interest_rate: DF.Percent
		item_key: DF.Data | None
		outstanding: DF.Currency
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		payment_term: DF.Data | None
		plan_step: DF.Data | None
		posting_date: DF.Date | None
		voucher_no: DF.DynamicLink
		voucher_type: DF.Link

	# end: auto-generated types

	pass
