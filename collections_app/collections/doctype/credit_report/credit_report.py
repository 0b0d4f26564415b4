import frappe
from frappe import _
from frappe.model.document import Document


class CreditReport(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		company: DF.Link
		connector: DF.Link | None
		credit_limit: DF.Currency
		currency: DF.Link | None
		customer: DF.Link
		customer_name: DF.Data | None
		details: DF.JSON | None
		has_limit: DF.Check
		has_probability: DF.Check
		has_score: DF.Check
		probability_of_default: DF.Percent
		provider: DF.Data
		provider_score: DF.Data | None
		reported_on: DF.Date
		score_0_100: DF.Float
		summary: DF.SmallText | None
		valid_until: DF.Date | None

	# end: auto-generated types

	def validate(self):
		if not self.is_new():
			frappe.throw(_("A credit report is history: it is never changed."))
