"""What a payment may be for: a proposal, its rule and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from collections_app.engine.matching.openitems import OpenItems
from collections_app.engine.matching.references import Found
from collections_app.engine.matching.words import Purpose
from collections_app.engine.money import from_minor
from collections_app.engine.reasons import Reason

# Rules, as they stand in matches: what made the match.
REFERENCE = "reference"  # one number, the amount is exactly what is open
REFERENCE_SUM = "reference_sum"  # several numbers (credit notes netted) that add up exactly
REFERENCE_DISCOUNT = "reference_discount"  # numbers, less an early-payment discount
REFERENCE_FEE = "reference_fee"  # one number, a small amount kept back
REFERENCE_ROUNDING = "reference_rounding"  # one number, a few cents more or less
REFERENCE_PART = "reference_part"  # one number, a part of it
REFERENCE_EXCESS = "reference_excess"  # one number, and more than is open
LAST_DIGITS = "last_digits"  # the serial or last digits only (or an order number), amounts exact
NEAR_REFERENCE = "near_reference"  # a number with one slip in it, the amount exact
AMOUNT = "amount"  # who pays and the amount of one item
AMOUNT_SUM = "amount_sum"  # who pays and a combination of items
BALANCE = "balance"  # who pays and all that is open, or all that is due


@dataclass(frozen=True)
class Payment:
	"""One bank credit. `text`: all that the payer wrote, `amount` in minor units (None: it is no amount),
	`day` since 1970."""

	position: int
	payment_id: str
	amount: int | None
	currency: str
	day: int
	name: str
	iban: str
	text: str


@dataclass(frozen=True)
class Proposal:
	"""One way to use a payment. `allocations`: (item row, minor units). `shorts`: what the payer deducted at each
	of them (empty: nothing), and `short_kind` ("discount", "fee", "rounding") what it looks like; `unallocated` goes on
	account, unless a short < 0 says that the payer rounded up.
	"""

	customer: str
	rule: str
	confidence: float
	allocations: tuple[tuple[int, int], ...]
	shorts: tuple[int, ...] = ()
	short_kind: str = ""
	unallocated: int = 0
	reasons: tuple[Reason, ...] = ()

	@property
	def short(self) -> int:
		"""All that the payer deducted (minor units)."""
		return sum(self.shorts)

	def less_sure(self, confidence: float, reason: Reason) -> Proposal:
		"""The same proposal, at most so sure, for a further reason."""
		return replace(self, confidence=min(self.confidence, confidence), reasons=(*self.reasons, reason))

	def to_dict(self, items: OpenItems, currency: str) -> dict[str, Any]:
		"""As plain values: amounts in major units, reasons as dicts."""
		return {
			"customer": self.customer,
			"rule": self.rule,
			"confidence": self.confidence,
			"allocations": [
				{
					"invoice": items.invoice[row],
					"item": items.item[row],
					"amount": from_minor(amount, currency),
					"short": from_minor(self.shorts[number] if self.shorts else 0, currency),
				}
				for number, (row, amount) in enumerate(self.allocations)
			],
			"short": from_minor(self.short, currency),
			"short_kind": self.short_kind,
			"unallocated": from_minor(self.unallocated, currency),
			"reasons": [reason.to_dict() for reason in self.reasons],
		}


@dataclass
class Case:
	"""A payment with what its text and payer say; proposals are gathered in it."""

	payment: Payment
	found: Found
	purpose: Purpose
	party: Any
	proposals: list[Proposal] = field(default_factory=list)
	notes: list[Reason] = field(default_factory=list)

	def best(self) -> Proposal | None:
		"""The surest proposal; of equals the one found first."""
		return max(self.proposals, key=lambda one: one.confidence, default=None)

	def ranked(self, limit: int) -> list[Proposal]:
		"""The proposals, surest first, each set of allocations once."""
		kept: dict[tuple, Proposal] = {}
		for one in sorted(self.proposals, key=lambda one: -one.confidence):
			kept.setdefault(tuple(sorted(one.allocations)), one)
		return list(kept.values())[:limit]
