from frappe.model.document import Document


class RiskBacktest(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		bad: DF.Int
		bad_days: DF.Int
		cases: DF.Int
		company: DF.Link
		horizon_days: DF.Int
		learned_auc: DF.Float
		message: DF.SmallText | None
		progress: DF.Percent
		result: DF.JSON | None
		scorecard: DF.Link
		scorecard_auc: DF.Float
		status: DF.Literal["Draft", "Queued", "Running", "Done", "Too Little History", "Failed"]

	# end: auto-generated types

	pass
