from frappe.model.document import Document


class PaymentModel(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		auc: DF.Float
		baseline_auc: DF.Float
		baseline_brier: DF.Float
		baseline_mae_days: DF.Float
		brier: DF.Float
		calibration: DF.Code | None
		calibration_error: DF.Float
		company: DF.Link
		invoices: DF.Int
		learned_on: DF.Date | None
		mae_days: DF.Float
		message: DF.SmallText | None
		model_file: DF.Attach | None
		outcomes: DF.Int
		seconds: DF.Float
		status: DF.Literal["In Use", "Not Better", "Too Few Invoices", "Drifted", "Replaced", "Failed"]
		watched_baseline_brier: DF.Float
		watched_baseline_mae_days: DF.Float
		watched_brier: DF.Float
		watched_mae_days: DF.Float
		watched_on: DF.Date | None
		watched_outcomes: DF.Int
		watched_shift: DF.Float

	# end: auto-generated types

	pass
