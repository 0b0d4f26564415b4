from frappe.model.document import Document


class RiskScorecardFactor(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		curve: DF.SmallText | None
		factor: DF.Literal[
			"days_late",
			"recent_days_late",
			"days_late_trend",
			"late_ratio",
			"part_payments",
			"returned_debits",
			"broken_promises",
			"disputes_lost",
			"overdue_share",
			"oldest_overdue",
			"outstanding",
			"open_orders",
			"limit_use",
			"concentration",
			"bureau_score",
			"insurer_grade",
			"insured_share",
			"relation_age",
			"volume",
		]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		weight: DF.Float

	# end: auto-generated types

	pass
