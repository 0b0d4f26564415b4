import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet


class CostCenter(NestedSet):
	nsm_parent_field = "parent_cost_center"

	def autoname(self):
		label = self.cost_center_name.strip()
		if self.cost_center_number:
			label = f"{self.cost_center_number.strip()} - {label}"
		self.name = f"{label} - {frappe.get_cached_value('Company', self.company, 'abbr')}"

	def validate(self):
		if self.cost_center_name != self.company and not self.parent_cost_center:
			frappe.throw(_("Please enter parent cost center"))
		if self.parent_cost_center:
			parent = frappe.db.get_value(
				"Cost Center", self.parent_cost_center, ["is_group", "company"], as_dict=True
			)
			if not parent.is_group or parent.company != self.company:
				frappe.throw(
					_("{0} is not a group cost center of company {1}").format(
						self.parent_cost_center, self.company
					)
				)
