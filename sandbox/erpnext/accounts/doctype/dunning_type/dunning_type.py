import frappe
from frappe.model.document import Document


class DunningType(Document):
	def autoname(self):
		self.name = f"{self.dunning_type} - {frappe.get_cached_value('Company', self.company, 'abbr')}"
