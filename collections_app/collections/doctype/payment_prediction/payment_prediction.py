from frappe.model.document import Document


class PaymentPrediction(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		company: DF.Link
		currency: DF.Link | None
		customer: DF.Link | None
		due_date: DF.Date | None
		earliest_on: DF.Date | None
		expected_on: DF.Date | None
		item_key: DF.Data | None
		late_chance: DF.Percent
		latest_on: DF.Date | None
		model: DF.Link | None
		outstanding: DF.Currency
		paid_soon_chance: DF.Percent
		payment_term: DF.Data | None
		predicted_on: DF.Date | None
		voucher_no: DF.DynamicLink | None
		voucher_type: DF.Link | None

	# end: auto-generated types

	pass
