from frappe.model.document import Document

from collections_app.engine.credit_check import BAND, LIMIT
from collections_app.services.credit import order_check


class CreditCheckRule(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		action: DF.Literal["Warn", "Block"]
		applies_to: DF.Literal["Orders and Deliveries", "Sales Order", "Delivery Note"]
		band: DF.Literal["", "B", "C", "D", "E"]
		condition_on: DF.Literal["Risk Band", "Oldest Overdue", "Credit Limit", "Credit Cover"]
		enabled: DF.Check
		for_company: DF.Link | None
		minimum_amount: DF.Currency
		rule_name: DF.Data
		threshold: DF.Float

	# end: auto-generated types

	def validate(self):
		if self.condition_on == BAND:
			self.threshold = 0
		else:
			self.band = None
		if self.condition_on == LIMIT and not self.threshold:
			self.threshold = 100

	def on_update(self):
		order_check.forget_rules()

	def on_trash(self):
		order_check.forget_rules()
