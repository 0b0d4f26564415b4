from frappe.model.document import Document


class RiskScorecardFactor(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		factor: DF.Literal[
			"days_late",
			"days_late_trend",
			"late_ratio",
			"overdue_share",
			"limit_use",
			"oldest_overdue",
			"broken_promises",
			"relation_age",
			"part_payments",
		]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		weight: DF.Float

	# end: auto-generated types

	pass
