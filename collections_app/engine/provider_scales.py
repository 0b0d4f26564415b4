"""The scales of credit bureaus and insurers, brought to one: 0 (worst) to 100 (best).

The order of companies on a provider's scale is kept; the distance is linear between its ends, because providers do
not publish a common probability of default for each grade. So 50 of one provider is no more than "the middle of
its scale", and a scorecard weighs the figure beside a customer's own payments, never instead of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collections_app.engine.texts import Text

BUREAU, INSURER = "bureau", "insurer"


@dataclass(frozen=True)
class ProviderScale:
	"""One published scale.

	`worst`, `best`: its ends as numbers (worst may be the larger one). `grades`: values that are words or letters,
	each with its place from 0 to 100; None: the provider gives no opinion. `unrated`: numbers that are no opinion.
	`provider`: a word of the provider's name by which its reports are known. `source`: where it is published.
	"""

	key: str
	label: str
	provider: str
	kind: str
	worst: float
	best: float
	source: str
	grades: Mapping[str, float | None] = field(default_factory=dict)
	unrated: tuple[float, ...] = ()

	def normalise(self, value: Any) -> float | None:
		"""`value` (number or text) from 0 to 100; None for no opinion. ValueError when it is not of this scale."""
		text = str(value).strip()
		grade = text.upper()
		if grade in self.grades:
			return self.grades[grade]
		# "72/100" and "B 56" name the number beside something else
		found = re.search(r"-?\d+(?:[.,]\d+)?", text)
		if not found:
			raise ValueError(Text("{0} is no value of the scale {1}", repr(value), self.label))
		number = float(found.group().replace(",", "."))
		return None if number in self.unrated else self.place(number)

	def place(self, number: float) -> float:
		"""A number of the scale from 0 to 100. ValueError when it lies outside."""
		if not min(self.worst, self.best) <= number <= max(self.worst, self.best):
			figures = (f"{one:g}" for one in (number, self.worst, self.best))
			raise ValueError(
				Text("{0} does not lie between {1} and {2} of the scale {3}", *figures, self.label)
			)
		return round(100 * (number - self.worst) / (self.best - self.worst), 1)


SCALES: dict[str, ProviderScale] = {
	scale.key: scale
	for scale in (
		ProviderScale(
			"creditsafe",
			"Creditsafe rating and international score",
			"creditsafe",
			BUREAU,
			0,
			100,
			"https://help.creditsafe.com/en/support/solutions/articles/7000038283 (1-100; classes 71-100, 51-70, 30-50, "
			"21-29, 0-20); the letters are the international score, E: not rated",
			# the middle of each class of the rating
			{"A": 85.0, "B": 60.0, "C": 40.0, "D": 15.0, "E": None},
		),
		ProviderScale(
			"coface_dra",
			"Coface Debtor Risk Assessment",
			"coface",
			INSURER,
			0,
			10,
			"https://www.coface.com.au/Our-Offer/Credit-Management-Services/Debtor-Risk-Assessments (0: in default, 10: best)",
		),
		ProviderScale(
			"allianz_trade",
			"Allianz Trade grade",
			"allianz",
			INSURER,
			10,
			1,
			"https://www.allianz-trade.com/en_global/news-insights/business-tips-and-trade-advice/"
			"making-grade-risk-grading-credit-assessment.html (1 exceptional, 5 average, 7 weak, 9 and 10 at risk of failure)",
		),
		ProviderScale(
			"acredia",
			"Acredia Grading",
			"acredia",
			INSURER,
			10,
			1,
			"https://legacy.acredia.at/en/services/grading (1 best, 10 insolvency)",
		),
		ProviderScale(
			"atradius",
			"Atradius buyer rating",
			"atradius",
			INSURER,
			100,
			1,
			"Documentation of the Atradius insurer API behind registration: 1 best, 100 worst. The classes are not published",
		),
		ProviderScale(
			"dnb_failure",
			"Dun & Bradstreet Failure Score",
			"dun",
			BUREAU,
			1,
			100,
			"https://www.altares.be/en/our-data/rating-scores/ (1 to 100, the higher the healthier)",
		),
		ProviderScale(
			"dnb_risk_indicator",
			"Dun & Bradstreet Risk Indicator",
			"dnb risk indicator",
			BUREAU,
			4,
			1,
			"https://www.altares.nl/en/our-data/rating-scores/db-rating/ (1 minimum risk to 4 significant risk)",
		),
		ProviderScale(
			"creditreform",
			"Creditreform Bonitätsindex",
			"creditreform",
			BUREAU,
			500,
			100,
			"https://www.piening-personal.de/de/personal-lexikon/bonitaetsindex.html (100 excellent, 500 deficient, "
			"600 payments stopped); 600 is a state and no place on the line",
			{"600": 0.0, "0": None},
		),
	)
}


def scale_for(provider: str) -> ProviderScale | None:
	"""The scale of a provider by its name ("Creditsafe Connect", "Allianz Trade"); None for one not known here."""
	name = (provider or "").casefold()
	found = [scale for scale in SCALES.values() if name.startswith(scale.provider)]
	# "dnb risk indicator" says more than "dun"
	return max(found, key=lambda scale: len(scale.provider), default=None)


def scale_between(label: str, worst: float, best: float, kind: str = BUREAU) -> ProviderScale:
	"""A scale that an answer or a user states by its ends. ValueError when the ends are the same."""
	if worst == best:
		raise ValueError(Text("{0}: the best and the worst value are the same", label))
	return ProviderScale(
		label.casefold(), label, label.casefold(), kind, worst, best, "stated with the value"
	)


def is_insurer(provider: str) -> bool:
	"""Whether the provider's opinion is a credit insurer's grade and not a bureau's score."""
	scale = scale_for(provider)
	return scale is not None and scale.kind == INSURER
