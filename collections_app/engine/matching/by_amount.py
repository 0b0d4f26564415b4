"""Proposals without any number: who pays, and an amount that one item, several, or all of them make up."""

from __future__ import annotations

from collections import Counter

import numpy as np

from collections_app.engine.matching import luck
from collections_app.engine.matching import proposals as rules
from collections_app.engine.matching.openitems import NO_DAY, OpenItems
from collections_app.engine.matching.proposals import Case, Proposal
from collections_app.engine.matching.settings import MatchSettings
from collections_app.engine.reasons import Reason

# P(a payment without number pays one item to the cent | it is a customer's): most do. Where the payer speaks
# of several invoices, a sum is likelier. Both are assumptions of the trade; they only matter where chance is
# high.
SINGLE_PRIOR, SEVERAL_PRIOR, SUM_PRIOR = 0.95, 0.8, 0.3
MOST_LISTED = 8


class AmountIndex:
	"""The open amounts of each customer and currency; `refresh` after items were taken."""

	def __init__(self, items: OpenItems, settings: MatchSettings) -> None:
		self.items, self.settings = items, settings
		self.refresh()

	def refresh(self) -> None:
		"""Read the remaining amounts anew."""
		self._rows: dict[tuple[str, str, int], list[int]] = {}
		self._open: dict[tuple[str, str], list[int]] = {}
		self._sorted: dict[tuple[str, str], np.ndarray] = {}
		items = self.items
		self._frequency: Counter[tuple[str, int]] = Counter(
			zip(items.currency, items.outstanding, strict=True)
		)
		for row, amount in enumerate(items.remaining):
			if amount:
				key = (items.customer[row], items.currency[row])
				self._rows.setdefault((*key, amount), []).append(row)
				self._open.setdefault(key, []).append(row)

	def singles(self, customer: str, currency: str, amount: int) -> list[int]:
		"""The customer's items of exactly this open amount."""
		return self._rows.get((customer, currency, amount), [])

	def open_rows(self, customer: str, currency: str) -> list[int]:
		"""The customer's open items."""
		return self._open.get((customer, currency), [])

	def chance(self, customer: str, currency: str, amount: int) -> float:
		"""The chance that an unrelated payment of this amount hits an item of the customer.

		Two estimates, the larger one counts: how densely the customer's amounts lie around it, and how common
		just this amount is among all items (round amounts and standing prices are).
		"""
		key = (customer, currency)
		if key not in self._sorted:
			self._sorted[key] = np.sort([self.items.remaining[row] for row in self._open.get(key, ())])
		share = max(self._frequency[currency, amount] - 1, 0) / max(len(self.items.outstanding), 1)
		common = 1 - (1 - share) ** len(self._sorted[key])
		return max(luck.chance_of_hit(self._sorted[key], amount), common)


class AmountRules:
	"""The rules over one set of open items. `propose` adds to a case what its amount makes likely."""

	def __init__(self, items: OpenItems, amounts: AmountIndex, settings: MatchSettings) -> None:
		self.items, self.amounts, self.settings = items, amounts, settings

	def propose(self, case: Case, leftovers: list[str]) -> None:
		"""Add the proposals that payer and amount give."""
		if case.purpose.other or not case.party.customers:
			return
		found = self._singles(case)
		if not found or case.purpose.several:
			found += self._sums(case)
		if len(found) > 1:
			reason = Reason("several_fit", {"count": len(found)})
			found = [one.less_sure(0.9 / len(found), reason) for one in found]
		if not case.party.certain:
			reason = Reason("payer_uncertain", {"customers": list(case.party.customers)})
			found = [one.less_sure(0.9, reason) for one in found]
		if leftovers:
			found = [one.less_sure(0.9, Reason("numbers_left_over", {"numbers": leftovers})) for one in found]
		if case.purpose.part or case.purpose.discount:
			found = [one.less_sure(0.9, Reason("amount_not_whole_stated")) for one in found]
		case.proposals.extend(found[:MOST_LISTED])

	def _reasons(self, case: Case, code: str, **params) -> tuple[Reason, ...]:
		by = Reason(f"payer_by_{case.party.by}", {"score": round(case.party.score, 1)})
		return (by, Reason(code, params))

	def _posted(self, rows: list[int], day: int) -> list[int]:
		return [row for row in rows if self.items.posted[row] <= day]

	def _singles(self, case: Case) -> list[Proposal]:
		payment = case.payment
		ceiling = 0.9 if case.purpose.several else 0.995
		found = []
		for customer in case.party.customers:
			rows = self.amounts.singles(customer, payment.currency, payment.amount)
			for row in self._posted(rows, payment.day):
				chance = self.amounts.chance(customer, payment.currency, payment.amount)
				found.append(
					Proposal(
						customer,
						rules.AMOUNT,
						luck.confidence(SINGLE_PRIOR, chance, ceiling),
						((row, payment.amount),),
						reasons=self._reasons(case, "amount_of_one_item", invoice=self.items.invoice[row]),
					)
				)
		return found

	def _sums(self, case: Case) -> list[Proposal]:
		payment = case.payment
		found: list[Proposal] = []
		for customer in case.party.customers:
			rows = self._posted(self.amounts.open_rows(customer, payment.currency), payment.day)
			balances = self._balances(case, customer, rows)
			if balances:
				found += balances
				continue
			if not 2 <= len(rows) <= self.settings.largest_search:
				continue
			sets, chance = combinations_to(rows, [self.items.remaining[row] for row in rows], payment.amount)
			prior = SEVERAL_PRIOR if case.purpose.several else SUM_PRIOR
			for one in sets:
				invoices = [self.items.invoice[row] for row in one]
				found.append(
					Proposal(
						customer,
						rules.AMOUNT_SUM,
						luck.confidence(prior, chance),
						tuple((row, self.items.remaining[row]) for row in one),
						reasons=self._reasons(case, "amount_of_several", invoices=invoices),
					)
				)
		return found

	def _balances(self, case: Case, customer: str, rows: list[int]) -> list[Proposal]:
		"""All open items, or all that are due, add up to the payment."""
		due = [
			row for row in rows if self.items.due[row] <= case.payment.day or self.items.due[row] == NO_DAY
		]
		for code, chosen in (("whole_balance", rows), ("all_due", due)):
			if len(chosen) > 1 and sum(self.items.remaining[row] for row in chosen) == case.payment.amount:
				allocations = tuple((row, self.items.remaining[row]) for row in chosen)
				reasons = self._reasons(case, code, count=len(chosen))
				return [Proposal(customer, rules.BALANCE, 0.99, allocations, reasons=reasons)]
		return []


def combinations_to(rows: list[int], amounts: list[int], target: int) -> tuple[list[tuple[int, ...]], float]:
	"""(pairs and triples of rows that add up to `target`, chance that an unrelated amount hits any such sum).

	All pairs and triples are formed at once, n³/6 of them: the caller bounds n.
	"""
	values = np.asarray(amounts, dtype=np.int64)
	first, second = np.triu_indices(len(rows), 1)
	pairs = values[first] + values[second]
	sums = [pairs]
	found = [(rows[first[at]], rows[second[at]]) for at in np.flatnonzero(pairs == target)[:MOST_LISTED]]
	for third in range(2, len(rows)):
		below = second < third
		triples = pairs[below] + values[third]
		sums.append(triples)
		for at in np.flatnonzero(triples == target)[:MOST_LISTED]:
			found.append((rows[first[below][at]], rows[second[below][at]], rows[third]))
	chance = luck.chance_of_hit(np.sort(np.concatenate(sums)), target)
	return found[: 2 * MOST_LISTED], chance
