"""Risk Scorecards as the engine's."""

import frappe
from frappe import _
from frappe.utils import cint, flt

from collections_app.engine.factors import FACTORS
from collections_app.engine.hard_rules import HARD_RULES
from collections_app.engine.risk_curves import CurveError, read_curve
from collections_app.engine.scorecards import (
	HALF_LIFE_DAYS,
	FactorWeight,
	HardRule,
	Scorecard,
	ScorecardError,
	check_scorecard,
)
from collections_app.engine.texts import Text
from collections_app.exceptions import SettingsMissingError
from collections_app.services import settings
from collections_app.services.texts import message_of

FROM_SCORECARD, FROM_LEARNED, FROM_LOWER = "Scorecard", "Learned Model", "Lower of Both"


def load_scorecard() -> Scorecard:
	"""The scorecard chosen in the settings. SettingsMissingError naming what to mend."""
	doc = scorecard_doc()
	try:
		scorecard = to_engine(doc)
		check_scorecard(scorecard)
	except ScorecardError as error:
		raise SettingsMissingError(
			_("Risk Scorecard {0}: {1}").format(doc.name, message_of(error))
		) from error
	return scorecard


def scorecard_doc():
	name = settings.get().scorecard
	if not name:
		raise SettingsMissingError(_("Choose a Risk Scorecard in Collections Settings."))
	return frappe.get_cached_doc("Risk Scorecard", name)


def to_engine(doc) -> Scorecard:
	"""A Risk Scorecard document as the engine's. ScorecardError naming the row whose curve cannot be read."""
	return Scorecard(
		name=doc.scorecard_name,
		factors=tuple(_factor(number, row) for number, row in enumerate(doc.factors, 1) if row.weight),
		bands=(
			(flt(doc.band_a_from), "A"),
			(flt(doc.band_b_from), "B"),
			(flt(doc.band_c_from), "C"),
			(flt(doc.band_d_from), "D"),
			(0.0, "E"),
		),
		hard_rules=tuple(_rule(row) for row in doc.hard_rules if row.enabled),
		minimum_history=cint(doc.minimum_history),
		half_life=cint(doc.half_life) or HALF_LIFE_DAYS,
	)


def _factor(number: int, row) -> FactorWeight:
	points = None
	if (row.curve or "").strip():
		try:
			points = read_curve(row.curve)
		except CurveError as error:
			label = Text(FACTORS[row.factor].label if row.factor in FACTORS else row.factor)
			raise ScorecardError("Factor {0}, {1}, curve: {2}", number, label, error.text) from None
	return FactorWeight(row.factor, flt(row.weight), points)


def _rule(row) -> HardRule:
	spec = HARD_RULES.get(row.rule)
	without = spec is None or spec.threshold is None
	return HardRule(row.rule, row.band, None if without else flt(row.threshold))
