"""Proposals from the numbers a payer wrote: the amounts confirm them."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from collections_app.engine.matching import proposals as rules
from collections_app.engine.matching.differences import (
	RATE_STEP,
	Difference,
	by_terms,
	day_text,
	difference_of,
)
from collections_app.engine.matching.exact import MOST_CUSTOMERS, ExactRules
from collections_app.engine.matching.proposals import Case, Proposal
from collections_app.engine.matching.references import FULL
from collections_app.engine.matching.words import INVOICE_NUMBER
from collections_app.engine.money import from_minor
from collections_app.engine.reasons import Reason

# With fewer digits, one slip leads to too many other numbers.
SHORTEST_SLIP = 4
# Below this chance, an amount that fits is no coincidence.
NO_CHANCE = 0.002
# An amount near what is open is itself evidence: so often does an unrelated one come that near.
NEAR_AMOUNT = 0.1
# An amount that fits by chance at most so often may stand beside a number with a slip in it.
SELDOM = 0.01
# A number that the payer calls an invoice's is seldom another one.
CALLED_INVOICE = 0.05


class ReferenceRules(ExactRules):
	"""The rules for all that is written. `propose` adds to a case what its references make likely."""

	def propose(self, case: Case) -> None:
		"""Add the proposals that numbers in the text give; leave notes on what stood in the way."""
		named = self.named(case)
		exact = self.exact(case, named)
		if exact:
			case.proposals.extend(exact)
			return
		written = {one for documents in named for one in documents}
		if len(named) == 1 and len(written) == 1:
			self._single(case, named[0][0])
		elif len(named) > 1 and all(len(documents) == 1 for documents in named):
			self._discounted_sum(case, [documents[0] for documents in named])
		elif not named:
			case.proposals += self._near(case, self.leftovers(case))

	def _single(self, case: Case, document: int) -> None:
		"""One number, another amount: a discount, a fee, a part, or too much."""
		open_amount, amount = self.items.open_amount(document), case.payment.amount
		if open_amount <= 0:
			case.notes.append(
				Reason("credit_note_only", {"invoice": self.items.invoice[self.items.first(document)]})
			)
			return
		customer = self._customer(document)
		agrees = customer in case.party
		difference, allocations, short = self._difference(case, document)
		proposal = Proposal(
			customer=customer,
			rule=difference.rule,
			confidence=difference.confidence,
			allocations=allocations,
			shorts=shorts_of(allocations, short) if difference.kind else (),
			short_kind=difference.kind,
			unallocated=max(amount - open_amount, 0),
			reasons=(
				Reason("references_found", {"invoices": [self.items.invoice[self.items.first(document)]]}),
				*difference.reasons,
				*self._party_reasons(case, agrees),
			),
		)
		if not agrees:
			limit = 0.985 if difference.is_stated and not case.party.certain else 0.9
			proposal = proposal.less_sure(
				limit, Reason("payer_differs" if case.party.customers else "payer_unknown")
			)
		if case.notes:
			proposal = proposal.less_sure(0.9, case.notes[0])
		near = abs(open_amount - amount) <= self.settings.largest_discount * open_amount
		chance = self._number_chance(document, customer) * (NEAR_AMOUNT if near else 1)
		if self._is_called_invoice(case):
			chance *= CALLED_INVOICE
		if chance > NO_CHANCE and not difference.is_stated:
			proposal = proposal.less_sure(0.9, Reason("short_number"))
		if left := self.leftovers(case):
			proposal = proposal.less_sure(0.9, Reason("numbers_left_over", {"numbers": left}))
		if case.purpose.other:
			proposal = proposal.less_sure(0.9, Reason("other_purpose"))
		if case.purpose.several and amount > open_amount:
			proposal = proposal.less_sure(0.9, Reason("several_stated"))
		if not difference.is_stated:
			case.proposals += self._near(case, [self.index.serial[document]])
			if case.proposals:
				proposal = proposal.less_sure(0.5, case.proposals[0].reasons[0])
			elif rival := self._rival(case, customer, document):
				proposal = proposal.less_sure(0.9, Reason("other_amount_exact", {"invoice": rival}))
		case.proposals.append(proposal)

	def _difference(self, case: Case, document: int) -> tuple[Difference, tuple[tuple[int, int], ...], int]:
		"""What the difference means, the allocations, and what they are short: by the payment terms of the document, or of
		one of its terms alone, else by the company's limits."""
		payment, open_amount = case.payment, self.items.open_amount(document)
		short = open_amount - payment.amount
		allocations = tuple(self.items.spread(document, min(payment.amount, open_amount)))
		agreed = by_terms(short, payment.day, self.items.terms(document), payment.currency)
		if agreed:
			return agreed, allocations, short
		for row in self.items.documents[document] if len(self.items.documents[document]) > 1 else ():
			short_of_term = self.items.remaining[row] - payment.amount
			agreed = by_terms(short_of_term, payment.day, self.items.terms_of([row]), payment.currency)
			if agreed:
				return agreed, ((row, payment.amount),), short_of_term
		difference = difference_of(open_amount, payment.amount, case.purpose, payment.currency, self.settings)
		return difference, allocations, short

	def _is_called_invoice(self, case: Case) -> bool:
		"""Whether the payer writes the word for an invoice right before the number."""
		mention = case.found.mentions[0]
		return mention.strength == FULL and bool(
			INVOICE_NUMBER.search(case.found.folded[0], max(mention.start - 40, 0), mention.start)
		)

	def _number_chance(self, document: int, customer: str) -> float:
		"""The chance that a number of so many digits, meaning something else, is one of the customer's. A number
		with letters says by these that it is meant."""
		number = self.items.invoice[self.items.first(document)]
		if any(one.isalpha() for one in number):
			return 0.0
		digits = sum(one.isdigit() for one in number)
		return len(self.items.of_customer[customer]) / 10**digits

	def _rival(self, case: Case, customer: str, document: int) -> str:
		"""An item that explains the payment better than a number with the wrong amount: the whole amount, or
		what is paid too much, is exactly that item's, where this is no mere chance."""
		payment = case.payment
		for amount in (payment.amount, payment.amount - self.items.open_amount(document)):
			if amount > 0 and self.amounts.chance(customer, payment.currency, amount) < NO_CHANCE:
				for row in self.amounts.singles(customer, payment.currency, amount):
					if self.items.document_of[row] != document:
						return self.items.invoice[row]
		return ""

	def _discounted_sum(self, case: Case, documents: list[int]) -> None:
		"""Several numbers, all paid less the same discount; anything else that does not add up is for a person."""
		opens = [self.items.open_amount(one) for one in documents]
		total, amount = sum(opens), case.payment.amount
		invoices = [self.items.invoice[self.items.first(one)] for one in documents]
		named = Reason("references_found", {"invoices": invoices})
		rate = 1 - amount / total if total > 0 else 1.0
		if agreed := self._by_terms(case, documents, named):
			case.proposals.append(agreed)
			return
		if min(opens) > 0 and 0 < rate <= self.settings.largest_discount:
			case.proposals.append(self._with_discount(case, documents, opens, named))
			return
		left, parts = amount, []
		for one in sorted(documents, key=self.items.open_amount):
			share = min(self.items.open_amount(one), left)
			if share:
				parts += self.items.spread(one, share)
				left -= share
		if parts:
			difference = from_minor(amount - total, case.payment.currency)
			case.proposals.append(
				Proposal(
					customer=self._customer(documents[0]),
					rule=rules.REFERENCE_SUM,
					confidence=0.6,
					allocations=tuple(parts),
					unallocated=max(left, 0),
					reasons=(named, Reason("sum_differs", {"difference": difference})),
				)
			)

	def _by_terms(self, case: Case, documents: list[int], named: Reason) -> Proposal | None:
		"""Documents less just what the payment terms of some of them grant on the day of the payment."""
		day, currency = case.payment.day, case.payment.currency
		terms = [self.items.terms(one) for one in documents]
		granted = [one.amount if one and day <= one.until else 0 for one in terms]
		opens = [self.items.open_amount(one) for one in documents]
		customers = {self._customer(one) for one in documents}
		rest = sum(opens) - sum(granted) - case.payment.amount
		if not any(granted) or min(opens) <= 0 or abs(rest) > sum(map(bool, granted)) or len(customers) > 1:
			return None
		last = max(number for number, one in enumerate(granted) if one)
		granted[last] += rest
		allocations, shorts = [], []
		for document, whole, short in zip(documents, opens, granted, strict=True):
			parts = self.items.spread(document, whole - short)
			allocations += parts
			shorts += shorts_of(tuple(parts), short)
		until = day_text(min(one.until for one, short in zip(terms, granted, strict=True) if one and short))
		money = {"amount": from_minor(sum(granted), currency), "currency": currency}
		agrees = customers <= set(case.party.customers)
		return Proposal(
			customer=customers.pop(),
			rule=rules.REFERENCE_DISCOUNT,
			confidence=0.99 if agrees and not self.leftovers(case) else 0.9,
			allocations=tuple(allocations),
			shorts=tuple(shorts),
			short_kind="discount",
			reasons=(named, Reason("discount_terms", {"until": until, **money})),
		)

	def _with_discount(self, case: Case, documents: list[int], opens: list[int], named: Reason) -> Proposal:
		"""All documents less one rate. Sure when the payer says so and the rate is one of half percents."""
		total, amount = sum(opens), case.payment.amount
		rate = round((1 - amount / total) / RATE_STEP) * RATE_STEP
		paid = [round(one * (1 - rate)) for one in opens]
		rest = amount - sum(paid)
		paid[-1] += rest
		allocations, shorts = [], []
		for document, whole, share in zip(documents, opens, paid, strict=True):
			parts = self.items.spread(document, share)
			allocations += parts
			shorts += shorts_of(tuple(parts), whole - share)
		customers = {self._customer(one) for one in documents}
		agrees = len(customers) == 1 and customers <= set(case.party.customers)
		# a rate of half percents to the cent: of a hundred unrelated amounts in reach, one is such a one
		sure = abs(rest) <= len(opens) and rate > 0 and agrees
		stated = Reason("discount", {"percent": round(100 * rate, 2), "stated": case.purpose.discount})
		return Proposal(
			customer=sorted(customers)[0],
			rule=rules.REFERENCE_DISCOUNT,
			confidence=0.985 if sure and not self.leftovers(case) else 0.9,
			allocations=tuple(allocations),
			shorts=tuple(shorts),
			short_kind="discount",
			reasons=(named, stated),
		)

	def _near(self, case: Case, written: list[str]) -> list[Proposal]:
		"""Items of the payer's whose number is one slip away from what is written and whose amount is exact; sure
		only where such an amount seldom fits by chance: what is written may be the number of an invoice paid long ago."""
		written = [run for run in written if len(run) >= SHORTEST_SLIP]
		near = [
			(customer, row)
			for customer in case.party.customers[:MOST_CUSTOMERS]
			for row in self.amounts.singles(customer, case.payment.currency, case.payment.amount)
			if any(self._is_slip(case, run, self.items.document_of[row]) for run in written)
		]
		sure = case.party.certain and len(near) == 1
		if sure:
			chance = self.amounts.chance(near[0][0], case.payment.currency, case.payment.amount)
			sure = chance < SELDOM
		return [
			Proposal(
				customer,
				rules.NEAR_REFERENCE,
				0.985 if sure else 0.9,
				((row, case.payment.amount),),
				reasons=(
					Reason("number_one_slip_away", {"written": written, "invoice": self.items.invoice[row]}),
					Reason("amount_exact"),
					*self._party_reasons(case, True),
				),
			)
			for customer, row in near
		]

	def _is_slip(self, case: Case, run: str, document: int) -> bool:
		serial = self.index.serial[document]
		if any(
			self.index.is_other_letter(rest, found.start(), document)
			for rest in case.found.rests[:1]
			for found in re.finditer(rf"(?<!\d){run}(?!\d)", rest)
		):
			return False
		return any(
			OSA.distance(run, one) == 1 for one in {serial, serial.lstrip("0")} if len(one) >= SHORTEST_SLIP
		)


def shorts_of(allocations: tuple[tuple[int, int], ...], short: int) -> tuple[int, ...]:
	"""What was deducted, at the last of a document's allocations."""
	return (*(0 for _ in allocations[:-1]), short)
