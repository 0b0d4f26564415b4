import frappe
from frappe import _
from frappe.model.document import Document

from collections_app.engine.conditions import ConditionError
from collections_app.services.plan_choice import conditions_of


class DunningPlan(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.dunning_plan_condition.dunning_plan_condition import (
			DunningPlanCondition,
		)
		from collections_app.collections.doctype.dunning_plan_step.dunning_plan_step import DunningPlanStep

		book_charges: DF.Literal["Do Not Book", "ERPNext Dunning", "Invoice for Charges"]
		conditions: DF.Table[DunningPlanCondition]
		customer_filters: DF.Code | None
		description: DF.SmallText | None
		enabled: DF.Check
		fee_currency: DF.Link | None
		for_company: DF.Link | None
		minimum_gap_days: DF.Int
		pause_reason: DF.Data | None
		paused_until: DF.Date | None
		plan_name: DF.Data
		priority: DF.Int
		split_from: DF.Date | None
		split_plan: DF.Link | None
		split_share: DF.Percent
		steps: DF.Table[DunningPlanStep]

	# end: auto-generated types

	def validate(self):
		self.validate_conditions()
		self.sort_steps()
		self.validate_steps()

	def validate_conditions(self):
		try:
			conditions_of(self)
		except ConditionError as error:
			frappe.throw(str(error), title=_("A condition cannot be used"))

	def sort_steps(self):
		"""Steps stand in the order they are taken, and their level is their place."""
		self.steps.sort(key=lambda row: row.trigger_days or 0)
		for level, row in enumerate(self.steps, 1):
			row.idx = row.level = level

	def validate_steps(self):
		days = set()
		for row in self.steps:
			if row.channel == "Email" and not row.letter:
				frappe.throw(_("Step {0} ({1}): choose the letter to send").format(row.idx, row.step_name))
			if row.channel != "Email":
				row.letter, row.attach_invoices = None, 0
			if (row.trigger_days or 0) < 0:
				# nothing is late yet
				row.charge_interest = row.charge_indemnity = 0
			if row.trigger_days in days:
				frappe.throw(
					_("Step {0} ({1}): another step is on day {2} already").format(
						row.idx, row.step_name, row.trigger_days
					)
				)
			days.add(row.trigger_days)
