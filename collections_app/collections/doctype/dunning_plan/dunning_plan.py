import json

import frappe
from frappe import _
from frappe.model.document import Document

from collections_app.engine.conditions import ConditionError
from collections_app.services.plans.choice import conditions_of
from collections_app.services.plans.condition_values import check_records
from collections_app.services.plans.customer_filters import check_values, read_filters
from collections_app.services.plans.split_checks import check_split, check_tried_elsewhere
from collections_app.services.plans.steps import check_steps, sort_steps
from collections_app.services.texts import message_of


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

	def before_rename(self, old: str, new: str, merge: bool = False):
		if self.split_plan:
			# the lots are drawn by the plan's name
			frappe.throw(_("End the A/B test before the plan is renamed: its customers would be drawn anew"))

	def validate(self):
		self.validate_conditions()
		self.validate_split()
		sort_steps(self)
		check_steps(self)

	def validate_conditions(self):
		try:
			conditions = conditions_of(self)
			# the plans that come with the app name records that a site may not have
			if not frappe.flags.in_install:
				check_records(conditions, known=self.saved_conditions())
			filters = read_filters(self.customer_filters)
			if self.has_value_changed("customer_filters"):
				check_values(filters)
		except ConditionError as error:
			frappe.throw(message_of(error), title=_("A condition cannot be used"))
		self.customer_filters = json.dumps(filters, ensure_ascii=False) if filters else None

	def saved_conditions(self) -> tuple:
		"""The conditions before this change; none where they could not be used."""
		before = self.get_doc_before_save()
		try:
			return conditions_of(before) if before else ()
		except ConditionError:
			return ()

	def validate_split(self):
		check_split(self)
		check_tried_elsewhere(self)
