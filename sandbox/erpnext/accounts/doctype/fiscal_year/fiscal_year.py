import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate


class FiscalYear(Document):
	def validate(self):
		if getdate(self.year_start_date) >= getdate(self.year_end_date):
			frappe.throw(_("Fiscal Year Start Date should be one year earlier than Fiscal Year End Date"))
		self.validate_overlap()

	def validate_overlap(self):
		"""Two years may share dates only when each serves other companies."""
		mine = {row.company for row in self.companies}
		others = frappe.get_all(
			"Fiscal Year",
			filters={
				"name": ("!=", self.name),
				"year_start_date": ("<=", self.year_end_date),
				"year_end_date": (">=", self.year_start_date),
			},
			pluck="name",
		)
		for other in others:
			theirs = set(frappe.get_all("Fiscal Year Company", filters={"parent": other}, pluck="company"))
			if not mine or not theirs or mine & theirs:
				frappe.throw(
					_(
						"Year start date or end date is overlapping with {0}. To avoid please set company"
					).format(other),
					frappe.NameError,
				)

	def on_update(self):
		frappe.cache.delete_value("fiscal_years")

	def on_trash(self):
		frappe.cache.delete_value("fiscal_years")
