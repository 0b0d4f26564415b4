from frappe.model.document import Document


class CollectionsCompany(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		address_window: DF.Literal["Left", "Right"]
		bank_account: DF.Link | None
		bank_charges_account: DF.Link | None
		cash_cost_center: DF.Link | None
		charges_account: DF.Link | None
		charges_cost_center: DF.Link | None
		charges_item: DF.Link | None
		company: DF.Link
		crm: DF.Link | None
		crm_activities: DF.Check
		crm_fields: DF.SmallText | None
		day_count: DF.Literal["Actual/365", "Actual/Actual"]
		default_collector: DF.Link | None
		discount_account: DF.Link | None
		email_account: DF.Link | None
		enabled: DF.Check
		largest_bank_charge: DF.Float
		largest_discount: DF.Percent
		largest_rounding: DF.Float
		law_country: DF.Link | None
		letter_connector: DF.Link | None
		letter_language: DF.Link | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		payment_link_days: DF.Int
		payment_links_through: DF.Link | None
		payout_wait_days: DF.Int
		print_letters: DF.Check
		registered_email_connector: DF.Link | None
		rounding_account: DF.Link | None
		sms_connector: DF.Link | None
		whatsapp_connector: DF.Link | None

	# end: auto-generated types

	pass
