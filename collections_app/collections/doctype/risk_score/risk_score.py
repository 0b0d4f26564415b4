from frappe.model.document import Document


class RiskScore(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.risk_score_factor.risk_score_factor import RiskScoreFactor

		as_of: DF.Date | None
		band: DF.Literal["A", "B", "C", "D", "E"]
		basis: DF.Literal["Own History", "Segment", "No History"]
		card_score: DF.Float
		case: DF.Link | None
		changes: DF.JSON | None
		company: DF.Link
		confidence: DF.Percent
		customer: DF.Link
		customer_name: DF.Data | None
		decided_by: DF.Literal["Scorecard", "Learned Model"]
		factors: DF.Table[RiskScoreFactor]
		has_learned: DF.Check
		learned_model: DF.Link | None
		learned_score: DF.Float
		previous_band: DF.Literal["", "A", "B", "C", "D", "E"]
		previous_score: DF.Float
		probability: DF.Percent
		run: DF.Link | None
		score: DF.Float
		scorecard: DF.Link | None
		stale: DF.SmallText | None

	# end: auto-generated types

	pass
