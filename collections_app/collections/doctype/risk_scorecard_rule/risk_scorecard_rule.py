from frappe.model.document import Document


class RiskScorecardRule(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		band: DF.Literal["B", "C", "D", "E"]
		enabled: DF.Check
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		rule: DF.Literal[
			"insolvent",
			"ceased",
			"sanctioned",
			"overdue_too_long",
			"promises_broken",
			"debits_returned",
			"over_credit_limit",
			"cover_withdrawn",
			"bureau_warns",
		]
		threshold: DF.Float

	# end: auto-generated types

	pass
