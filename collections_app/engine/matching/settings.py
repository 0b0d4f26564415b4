"""What a company may set about matching. Everything else follows from the data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MatchSettings:
	"""Limits of matching without a person.

	`apply_confidence`: from this estimated probability of being right on, a match is applied.
	`largest_discount`: share of an invoice (0.05 = 5 %) that may be an early-payment discount.
	`largest_fee`: amount in major units that may be a bank's fee kept back from a referenced invoice.
	`largest_rounding`: amount in major units by which a payer may round a referenced invoice, up or down.
	`largest_excess`: an overpayment above this multiple of what is referenced goes to review.
	`largest_search`: at most so many open items of a customer are searched for combinations that add up.
	`proposals`: at most so many alternatives are listed for a payment.
	`name_score`, `certain_name_score`: likeness of names (0-100) from which a customer may have paid, and
	from which the only such customer counts as the payer.
	"""

	apply_confidence: float = 0.98
	largest_discount: float = 0.05
	largest_fee: float = 25.0
	largest_rounding: float = 0.05
	largest_excess: float = 3.0
	largest_search: int = 120
	proposals: int = 5
	name_score: float = 86.0
	certain_name_score: float = 90.0

	def __post_init__(self) -> None:
		if not 0.5 <= self.apply_confidence <= 1:
			raise ValueError(f"apply_confidence must lie between 0.5 and 1, got {self.apply_confidence}")
		for name in (
			"largest_discount",
			"largest_fee",
			"largest_rounding",
			"largest_excess",
			"largest_search",
			"proposals",
		):
			if getattr(self, name) < 0:
				raise ValueError(f"{name} must not be negative, got {getattr(self, name)}")
