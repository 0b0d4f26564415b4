import frappe
from frappe import _
from frappe.model.document import Document

from collections_app.engine.scorecards import ScorecardError, check_scorecard
from collections_app.services.scoring import to_engine
from collections_app.services.texts import message_of


class RiskScorecard(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.risk_scorecard_factor.risk_scorecard_factor import (
			RiskScorecardFactor,
		)
		from collections_app.collections.doctype.risk_scorecard_rule.risk_scorecard_rule import (
			RiskScorecardRule,
		)

		band_a_from: DF.Int
		band_b_from: DF.Int
		band_c_from: DF.Int
		band_d_from: DF.Int
		band_source: DF.Literal["Scorecard", "Learned Model", "Lower of Both"]
		description: DF.SmallText | None
		factors: DF.Table[RiskScorecardFactor]
		half_life: DF.Int
		hard_rules: DF.Table[RiskScorecardRule]
		minimum_history: DF.Int
		scorecard_name: DF.Data

	# end: auto-generated types

	def validate(self):
		try:
			check_scorecard(to_engine(self))
		except ScorecardError as error:
			frappe.throw(message_of(error), title=_("This scorecard cannot be used"))
