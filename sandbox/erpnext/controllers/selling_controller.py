"""What orders and deliveries share: as much of them as a rule about submitting one needs; no stock is kept."""

import frappe
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.accounts.party import validate_party_frozen_disabled


class SellingController(Document):
	def validate(self):
		validate_party_frozen_disabled("Customer", self.customer)
		self.currency = self.currency or frappe.get_cached_value("Company", self.company, "default_currency")
		for row in self.items:
			row.item_name = row.item_name or frappe.get_cached_value("Item", row.item_code, "item_name")
			row.amount = flt(flt(row.qty) * flt(row.rate), 2)
		self.grand_total = flt(sum(row.amount for row in self.items), 2)
		self.base_grand_total = flt(self.grand_total * flt(self.conversion_rate or 1), 2)
