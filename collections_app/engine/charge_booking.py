"""What of a charge is still to be booked, and what payments of booked charges have settled.

A message states what ran up since the due date; the books already hold what an earlier one stated. All amounts are
integer minor units of one currency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from collections_app.engine.settlement import COSTS_FIRST, settle_order


@dataclass(frozen=True)
class SettledCharges:
	"""What of one booking is settled: its dunning fee, and of each line the indemnity and the interest."""

	fee: int
	lines: tuple[tuple[int, int], ...]
	unapplied: int


def to_book(claimed: int, booked: int) -> int:
	"""The growth since the last booking; nothing when more is booked than is claimed.

	`claimed`: what is claimed in all, with what was paid of it; `booked`: what stands in the books.
	"""
	return max(0, claimed - booked)


def open_claim(claimed: int, paid: int) -> int:
	"""What is still owed of a claim, never below zero."""
	return max(0, claimed - paid)


def settle_charges(
	payment: int, fee: int, lines: Sequence[tuple[int, int]], order: Sequence[str] = COSTS_FIRST
) -> SettledCharges:
	"""Divide what was paid on one booking.

	`lines`: (indemnity, interest) of each invoice, the one to be settled first in front. `order`: as for
	`settle_order`; fee and indemnities are its costs, the fee in front.
	SettlementError for another order or an amount below zero.
	"""
	costs = fee + sum(indemnity for indemnity, _interest in lines)
	settled = settle_order(payment, costs, sum(interest for _indemnity, interest in lines), 0, order)
	fee_paid, *indemnities = fill(settled.costs, [fee, *(indemnity for indemnity, _interest in lines)])
	interests = fill(settled.interest, [interest for _indemnity, interest in lines])
	return SettledCharges(fee_paid, tuple(zip(indemnities, interests, strict=True)), settled.unapplied)


def fill(payment: int, amounts: Sequence[int]) -> list[int]:
	"""What of a payment goes to each amount, the first filled first; what exceeds them all goes to none."""
	filled = []
	for amount in amounts:
		filled.append(min(payment, amount))
		payment -= filled[-1]
	return filled
