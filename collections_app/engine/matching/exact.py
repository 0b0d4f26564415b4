"""Numbers in a payer's text whose open amounts add up to the payment to the cent."""

from __future__ import annotations

from itertools import islice, product

from collections_app.engine.matching import luck
from collections_app.engine.matching import proposals as rules
from collections_app.engine.matching.by_amount import AmountIndex
from collections_app.engine.matching.openitems import OpenItems
from collections_app.engine.matching.proposals import Case, Proposal
from collections_app.engine.matching.references import ReferenceIndex
from collections_app.engine.matching.settings import MatchSettings
from collections_app.engine.matching.slots import RUN, selections
from collections_app.engine.matching.words import OTHER_NUMBER
from collections_app.engine.reasons import Reason

MOST_MEANINGS = 64
SHORTEST_RUN, LONGEST_RUN = 3, 12
MOST_CUSTOMERS = 4


class ExactRules:
	"""What numbers mean, over one set of open items, and the proposals whose amounts are exact."""

	def __init__(
		self, items: OpenItems, index: ReferenceIndex, amounts: AmountIndex, settings: MatchSettings
	) -> None:
		self.items, self.index, self.amounts, self.settings = items, index, amounts, settings

	def leftovers(self, case: Case) -> list[str]:
		"""Numbers in the text that look like references and stand for nothing open: the payer means something
		else. Of the text's readings that which leaves the fewest: a date that the bank broke is none."""
		whole, *joined = [leftover_runs(rest) for rest in case.found.rests] or [[]]
		readings = [[run for run in whole if len(run) <= LONGEST_RUN]]
		# where blanks are taken out, what is too long is two numbers that were written apart
		readings += [[run for run in runs if len(run) <= LONGEST_RUN or run not in whole] for runs in joined]
		return min(readings, key=len)

	def named(self, case: Case) -> list[tuple[int, ...]]:
		"""For each number found in full or by its groups: the documents it may mean, the payer's own
		preferred."""
		named: list[tuple[int, ...]] = []
		for mention in case.found.mentions:
			same = [
				one
				for one in mention.documents
				if self.items.currency[self.items.first(one)] == case.payment.currency
				and self.items.open_amount(one)
			]
			if not same:
				other = self.items.first(mention.documents[0])
				if self.items.currency[other] != case.payment.currency:
					case.notes.append(Reason("currency_differs", {"invoice": self.items.invoice[other]}))
				else:
					case.notes.append(Reason("already_paid", {"invoice": self.items.invoice[other]}))
				continue
			own = tuple(one for one in same if self._customer(one) in case.party)
			if (meaning := own or tuple(same)) not in named:
				named.append(meaning)
		return named

	def _customer(self, document: int) -> str:
		return self.items.customer[self.items.first(document)]

	def exact(self, case: Case, named: list[tuple[int, ...]]) -> list[Proposal]:
		"""Proposals whose documents add up to the payment to the cent, those that use most of what is
		written."""
		amount = case.payment.amount
		solved: dict[frozenset[int], int] = {}
		whole_sets: dict[frozenset[int], None] = {}
		for meaning in islice(product(*named), MOST_MEANINGS):
			fixed = frozenset(meaning)
			need = amount - sum(self.items.open_amount(one) for one in fixed)
			if need == 0 and fixed:
				whole_sets[fixed] = None
				continue
			for first, last in case.found.ranges:
				if first in fixed:
					for between in self.index.between(first, last):
						whole = fixed | set(between)
						if sum(self.items.open_amount(one) for one in whole) == amount:
							whole_sets[frozenset(whole)] = None
			for customer in self._customers(case, fixed):
				for chosen in self._by_last_digits(case, customer, fixed, need):
					solved[fixed | chosen] = len(chosen)
		if whole_sets:
			found = [self._exact_proposal(case, documents, by_serial=False) for documents in whole_sets]
		else:
			most = max(solved.values(), default=0)
			best = [documents for documents, used in solved.items() if used == most]
			found = [self._exact_proposal(case, documents, by_serial=True) for documents in best]
		if len(found) > 1:
			reason = Reason("several_readings", {"count": len(found)})
			found = [one.less_sure(0.9 / len(found), reason) for one in found]
		return found

	def _customers(self, case: Case, fixed: frozenset[int]) -> list[str]:
		"""Whose serials the last digits may be."""
		if fixed:
			return list({self._customer(one) for one in fixed})[:MOST_CUSTOMERS]
		if case.party.customers:
			return list(case.party.customers)[:MOST_CUSTOMERS]
		ordered = {self._customer(one) for documents in case.found.orders for one in documents}
		return sorted(case.found.customers | ordered)[:MOST_CUSTOMERS]

	def _by_last_digits(
		self, case: Case, customer: str, fixed: frozenset[int], need: int
	) -> list[frozenset[int]]:
		"""Sets of a customer's documents, named by serial, last digits or order number, that add up to
		`need`."""
		orders = [
			tuple(one for one in documents if self._customer(one) == customer)
			for documents in case.found.orders
		]
		results: dict[frozenset[int], None] = {}
		for rest in case.found.rests:
			slots = [documents for documents in orders if documents]
			slots += [
				documents
				for run in RUN.finditer(rest)
				if len(run.group()) <= LONGEST_RUN
				and (documents := self._meant(customer, rest, run.group(), run.start()))
			]
			usable = [
				tuple(one for one in slot if one not in fixed and self._usable(one, case.payment.currency))
				for slot in slots
			]
			for chosen in selections([one for one in usable if one], self.items.open_amount, need):
				results[chosen] = None
		return list(results)

	def _meant(self, customer: str, rest: str, run: str, start: int) -> tuple[int, ...]:
		documents = self.index.by_last_digits(customer, run)
		return tuple(one for one in documents if not self.index.is_other_letter(rest, start, one))

	def _usable(self, document: int, currency: str) -> bool:
		return (
			self.items.currency[self.items.first(document)] == currency
			and self.items.open_amount(document) != 0
		)

	def _exact_proposal(self, case: Case, documents: frozenset[int], by_serial: bool) -> Proposal:
		customers = {self._customer(one) for one in documents}
		agrees = bool(customers & set(case.party.customers))
		invoices = sorted(self.items.invoice[self.items.first(one)] for one in documents)
		allocations = tuple(
			part for one in sorted(documents) for part in self.items.spread(one, self.items.open_amount(one))
		)
		if by_serial:
			rule = rules.LAST_DIGITS
			confidence = self._serial_confidence(case, documents) if agrees else 0.95
		else:
			rule = rules.REFERENCE if len(documents) == 1 else rules.REFERENCE_SUM
			confidence = 0.999 if agrees else 0.99
		proposal = Proposal(
			customer=sorted(customers)[0],
			rule=rule,
			confidence=confidence,
			allocations=allocations,
			reasons=(
				Reason("references_found", {"invoices": invoices}),
				Reason("amount_exact"),
				*self._party_reasons(case, agrees),
			),
		)
		if len(customers) > 1:
			return proposal.less_sure(0.97, Reason("several_customers", {"customers": customers}))
		if not agrees and case.party.by == "iban":
			# Someone else's account: fine for an exact amount, unless the payer has such an item too.
			own = any(
				self.amounts.singles(one, case.payment.currency, case.payment.amount)
				for one in case.party.customers
			)
			limit = 0.9 if own else 0.985
			return proposal.less_sure(
				limit, Reason("paid_by_other", {"customers": list(case.party.customers)})
			)
		return proposal

	def _serial_confidence(self, case: Case, documents: frozenset[int]) -> float:
		"""How sure a match by last digits is: less where other numbers are written that say nothing, since
		among many items some number and amount fit by chance."""
		if len(documents) > 1:
			return 0.995
		document = next(iter(documents))
		serial, row = self.index.serial[document], self.items.first(document)
		others = [
			run for run in self.leftovers(case) if not serial.endswith(run) and int(run) != int(serial or 0)
		]
		if any(len(run) == len(serial) for run in others):
			return 0.9
		alike = self.amounts.singles(self.items.customer[row], case.payment.currency, case.payment.amount)
		chance = len(alike) / min(10 ** len(serial.lstrip("0")), len(self.items.documents))
		return luck.confidence(0.5 if others or _is_year(serial.lstrip("0")) else 0.95, min(chance, 1.0))

	def _party_reasons(self, case: Case, agrees: bool) -> list[Reason]:
		if not agrees:
			return [Reason("payer_unknown")] if not case.party.customers else []
		return [Reason(f"payer_by_{case.party.by}", {"score": round(case.party.score, 1)})]


def leftover_runs(rest: str) -> list[str]:
	"""The runs of digits of one reading that may be references: no years, and no numbers that a word before them says to
	be of another kind (the payer's, an order's, a telephone's)."""
	found = [
		match.group()
		for match in RUN.finditer(rest)
		if len(match.group()) >= SHORTEST_RUN
		and not OTHER_NUMBER.search(rest, max(match.start() - 40, 0), match.start())
	]
	return list(dict.fromkeys(run for run in found if not _is_year(run)))


def _is_year(run: str) -> bool:
	return len(run) == 4 and 1990 <= int(run) <= 2059
