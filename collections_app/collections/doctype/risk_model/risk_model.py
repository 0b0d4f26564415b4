from frappe.model.document import Document


class RiskModel(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		auc: DF.Float
		bad: DF.Int
		bad_days: DF.Int
		brier: DF.Float
		calibration_error: DF.Float
		cases: DF.Int
		company: DF.Link
		expected: DF.Float
		gain: DF.Float
		gain_error: DF.Float
		horizon_days: DF.Int
		judged_bad: DF.Int
		judged_cases: DF.Int
		learned_on: DF.Date | None
		message: DF.SmallText | None
		model: DF.JSON | None
		observed: DF.Float
		psi: DF.Float
		psi_on: DF.Date | None
		scorecard_auc: DF.Float
		scorecard_brier: DF.Float
		scorecard_calibration_error: DF.Float
		status: DF.Literal["In Use", "Not Better", "Too Little History", "Drifted", "Replaced", "Failed"]
		watched_cases: DF.Int

	# end: auto-generated types

	pass
