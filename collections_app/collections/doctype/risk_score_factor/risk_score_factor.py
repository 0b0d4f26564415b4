from frappe.model.document import Document


class RiskScoreFactor(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		contribution: DF.Float
		factor: DF.Data | None
		learned_points: DF.Float
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		points: DF.Float
		reason: DF.SmallText | None
		stale: DF.Check
		value: DF.Float
		weight: DF.Float

	# end: auto-generated types

	pass
