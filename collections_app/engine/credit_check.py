"""What speaks against an order or a delivery: rules over a customer's risk band, oldest debt, limit and cover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

BAND = "Risk Band"
OVERDUE = "Oldest Overdue"
LIMIT = "Credit Limit"
COVER = "Credit Cover"
CONDITIONS = (BAND, OVERDUE, LIMIT, COVER)
WARN, BLOCK = "Warn", "Block"
ACTIONS = (WARN, BLOCK)
ORDER, DELIVERY = "Sales Order", "Delivery Note"


@dataclass(frozen=True)
class Rule:
	"""One rule. `threshold`: for OVERDUE the days, for LIMIT the percentage of the limit, for COVER the amount that may
	be uncovered, that are still all right; for BAND `band` is the best that is not. `least`: amounts of documents
	below it are left alone. `document`: ORDER, DELIVERY or "" for both.
	"""

	name: str
	condition: str
	action: str
	threshold: float = 0.0
	band: str = ""
	document: str = ""
	least: float = 0.0


@dataclass(frozen=True)
class Facts:
	"""Of one customer, amounts in company currency. `exposure`: what it owes and has ordered, the document included.
	`band` "" = not scored; `limit` 0 = none; `cover` None = not insured; `insured_share`: the part of a loss within the cover that insurers bear.
	"""

	band: str = ""
	oldest_overdue_days: int = 0
	exposure: float = 0.0
	limit: float = 0.0
	cover: float | None = None
	insured_share: float = 1.0


@dataclass(frozen=True)
class Hit:
	"""A rule that speaks against the document; `value`: the figure it goes by (band, days, percent or amount)."""

	rule: Rule
	value: float | str


def rules_for(rules: Iterable[Rule], document: str, amount: float) -> list[Rule]:
	"""The rules that look at such a document of that amount."""
	return [one for one in rules if one.document in ("", document) and amount >= one.least]


def check(rules: Iterable[Rule], facts: Facts) -> list[Hit]:
	"""The rules that are hit, blocking ones first."""
	hits = [Hit(rule, value) for rule in rules if (value := _value(rule, facts)) is not None]
	return sorted(hits, key=lambda hit: hit.rule.action != BLOCK)


def _value(rule: Rule, facts: Facts) -> float | str | None:
	"""The figure that hits the rule; None where it is all right, or not known."""
	if rule.condition == BAND:
		return facts.band if facts.band and rule.band and facts.band >= rule.band else None
	if rule.condition == OVERDUE:
		days = facts.oldest_overdue_days
		return days if days > rule.threshold else None
	if rule.condition == LIMIT:
		used = 100 * facts.exposure / facts.limit if facts.limit > 0 else 0.0
		return round(used, 1) if used > rule.threshold else None
	uncovered = round(facts.exposure - min(facts.exposure, facts.cover or 0.0) * facts.insured_share, 2)
	return uncovered if uncovered > rule.threshold else None
