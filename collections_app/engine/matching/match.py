"""Matching bank credits to open items: `match_payments`.

First the payments whose numbers say what they pay, the surest first; what they settle is no longer open for
the others. Then those that only payer and amount explain, in two rounds, since each round leaves fewer items
to choose from; where two such payments want the same item, neither is applied.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import pandas as pd

from collections_app.engine.matching import normalise
from collections_app.engine.matching.by_amount import AmountIndex, AmountRules
from collections_app.engine.matching.by_reference import ReferenceRules
from collections_app.engine.matching.openitems import (
	NO_DAY,
	OpenItems,
	day_column,
	read_items,
	require,
	text_column,
)
from collections_app.engine.matching.parties import Party, PartyIndex
from collections_app.engine.matching.proposals import REFERENCE, Case, Payment, Proposal
from collections_app.engine.matching.references import Found, ReferenceIndex
from collections_app.engine.matching.settings import MatchSettings
from collections_app.engine.matching.words import Purpose, purpose_of
from collections_app.engine.money import AmountError, from_minor, to_minor
from collections_app.engine.reasons import Reason

MATCH_COLUMNS = [
	"payment_id", "invoice", "item", "amount", "confidence", "rule", "short", "short_kind"
]  # fmt: skip
DECISION_COLUMNS = [
	"payment_id", "status", "customer", "confidence", "rule", "unallocated", "reasons", "proposals"
]  # fmt: skip
ROUNDS = 2


def match_payments(
	payments: pd.DataFrame,
	items: pd.DataFrame,
	aliases: pd.DataFrame | None = None,
	settings: MatchSettings | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
	"""Match bank credits to open items.

	payments: payment_id, amount (major units; only > 0 is matched), currency; optional date,
	counterparty_name, counterparty_iban, remittance, structured_reference, end_to_end_id.
	items: invoice, customer, currency, outstanding (major units, < 0 for credit notes); optional item (key of
	the row), customer_name, iban, posting_date, due_date, po_no, discount and discount_until (early-payment discount of the
	payment terms: major units, last day).
	aliases: kind ("iban" or "name"), value, customer: what users confirmed earlier, also of customers with nothing
	open.

	Returns (matches, decisions).
	matches, one row for each item of an applied payment: payment_id, invoice, item, amount (major units,
	negative for a netted credit note), confidence, rule, short and short_kind (what the payer deducted from
	this item and as what: "discount", "fee" or "rounding", the last also < 0; 0 and "" else). decisions, one row a payment: payment_id,
	status ("apply", "review", "none"), customer ("" when unknown), confidence, rule, unallocated (major
	units; what is left for the customer's account), reasons (list of Reason), proposals (list of dicts as
	`Proposal.to_dict` gives, surest first).

	Never applied: another currency than the invoice's, more than is open, a debit. MatchInputError names a
	missing column or a broken row.
	"""
	settings = settings or MatchSettings()
	open_items = read_items(items)
	bank = read_payments(payments)
	matcher = _Matcher(open_items, PartyIndex(items, aliases, settings), settings)
	return matcher.run(bank)


def read_payments(frame: pd.DataFrame) -> list[Payment]:
	"""The payments frame converted. MatchInputError naming a missing column; a row whose amount is none keeps
	amount 0 and says so in its decision, so that it does not stop the others."""
	require(frame, ("payment_id", "amount", "currency"), "payments")
	frame = frame.reset_index(drop=True)
	currency = frame["currency"].astype(str).str.strip().str.upper()
	columns = [text_column(frame, one) for one in ("remittance", "structured_reference", "end_to_end_id")]
	texts = ["; ".join(dict.fromkeys(one for one in parts if one)) for parts in zip(*columns, strict=True)]
	return [
		Payment(position, *values)
		for position, values in enumerate(
			zip(
				text_column(frame, "payment_id"),
				[
					_minor_or_none(amount, code)
					for amount, code in zip(frame["amount"], currency, strict=True)
				],
				currency,
				day_column(frame, "date", NO_DAY),
				text_column(frame, "counterparty_name"),
				text_column(frame, "counterparty_iban"),
				texts,
				strict=True,
			)
		)
	]


def _minor_or_none(amount: Any, currency: str) -> int | None:
	try:
		return to_minor(amount, currency)
	except AmountError:
		return None


class _Matcher:
	"""One run of the matching: indexes over the open items, and what is applied so far."""

	def __init__(self, items: OpenItems, parties: PartyIndex, settings: MatchSettings) -> None:
		self.items, self.parties, self.settings = items, parties, settings
		self.index = ReferenceIndex(items)
		self.amounts = AmountIndex(items, settings)
		self.by_reference = ReferenceRules(items, self.index, self.amounts, settings)
		self.by_amount = AmountRules(items, self.amounts, settings)
		self.applied: dict[int, Proposal] = {}

	def run(self, bank: list[Payment]) -> tuple[pd.DataFrame, pd.DataFrame]:
		cases = [self._case(payment) for payment in bank]
		credits = [case for case in cases if case.payment.amount > 0]
		for case in credits:
			self.by_reference.propose(case)
		self._apply_references(credits)
		self._learn(credits)
		for _ in range(ROUNDS):
			self.amounts.refresh()
			self._apply_amounts([case for case in credits if case.payment.position not in self.applied])
		return self._matches(cases), self._decisions(cases)

	def _case(self, payment: Payment) -> Case:
		if payment.amount is None or payment.amount <= 0:
			note = Reason("not_an_amount" if payment.amount is None else "not_a_credit")
			return Case(replace(payment, amount=0), Found(), Purpose(), Party(), notes=[note])
		found = self.index.find(payment.text)
		party = self.parties.find(payment.name, payment.iban)
		if found.customers:
			party = _named_customer(party, found.customers)
		# A stranger's name may tell the purpose (a tax office, a payroll); a customer's name is just a name.
		name = [] if party.certain else [normalise.fold(payment.name)]
		return Case(payment, found, purpose_of([*found.folded, *name]), party)

	def _is_sure(self, proposal: Proposal | None) -> bool:
		return proposal is not None and proposal.confidence >= self.settings.apply_confidence

	def _apply_references(self, cases: list[Case]) -> None:
		"""Apply the surest first, of equals the earliest; what no longer fits was claimed by a surer one."""
		sure = [(best, case) for case in cases if self._is_sure(best := case.best())]
		for best, case in sorted(sure, key=lambda pair: (-pair[0].confidence, pair[1].payment.day)):
			if self.items.fits(list(best.allocations)):
				self._apply(case, best)
			else:
				case.proposals = [one.less_sure(0.5, Reason("already_claimed")) for one in case.proposals]

	def _apply(self, case: Case, proposal: Proposal) -> None:
		self.items.take(list(proposal.allocations))
		self.applied[case.payment.position] = proposal

	def _learn(self, cases: list[Case]) -> None:
		"""An account from which just one customer's numbers were paid, under that customer's name, is the
		customer's."""
		payers: dict[str, set[str]] = defaultdict(set)
		for case in cases:
			applied = self.applied.get(case.payment.position)
			if applied and applied.rule == REFERENCE and case.payment.iban:
				by_name = case.party.by == "name" and case.party.certain and applied.customer in case.party
				payers[case.payment.iban].add(applied.customer if by_name else "")
		for iban, customers in payers.items():
			if "" not in customers:
				self.parties.learn(iban, customers)
		for case in cases:
			if (
				case.payment.position not in self.applied
				and case.party.by != "iban"
				and case.payment.iban in payers
			):
				case.party = self.parties.find(case.payment.name, case.payment.iban)

	def _apply_amounts(self, cases: list[Case]) -> None:
		"""One round of the rules by amount; a payment that has a proposal by its numbers is left to a
		person."""
		waiting = []
		for case in cases:
			if case.proposals and case.found.mentions:
				continue
			case.proposals = [one for one in case.proposals if self.items.fits(list(one.allocations))]
			leftovers = [*self.by_reference.leftovers(case)]
			leftovers += [
				self.items.invoice[self.items.first(one.documents[0])] for one in case.found.mentions
			]
			self.by_amount.propose(case, leftovers)
			if self._is_sure(case.best()):
				waiting.append(case)
		claims = Counter(row for case in waiting for row, _ in case.best().allocations)
		for case in waiting:
			best = case.best()
			if any(claims[row] > 1 for row, _ in best.allocations):
				case.proposals = [one.less_sure(0.5, Reason("claimed_by_several")) for one in case.proposals]
			elif self.items.fits(list(best.allocations)):
				self._apply(case, best)

	def _matches(self, cases: list[Case]) -> pd.DataFrame:
		rows = []
		for case in cases:
			proposal = self.applied.get(case.payment.position)
			for number, (row, amount) in enumerate(proposal.allocations if proposal else ()):
				currency = case.payment.currency
				short = proposal.shorts[number] if proposal.shorts else 0
				rows.append(
					(
						case.payment.payment_id,
						self.items.invoice[row],
						self.items.item[row],
						from_minor(amount, currency),
						proposal.confidence,
						proposal.rule,
						from_minor(short, currency),
						proposal.short_kind if short else "",
					)
				)
		return pd.DataFrame(rows, columns=MATCH_COLUMNS)

	def _decisions(self, cases: list[Case]) -> pd.DataFrame:
		rows = []
		for case in cases:
			applied = self.applied.get(case.payment.position)
			ranked = [applied] if applied else case.ranked(self.settings.proposals)
			best = ranked[0] if ranked else None
			known = best or case.party.customers or case.notes
			status = "apply" if applied else "review" if known and case.payment.amount > 0 else "none"
			only = case.party.customers[0] if len(case.party.customers) == 1 else ""
			currency = case.payment.currency
			rows.append(
				(
					case.payment.payment_id,
					status,
					best.customer if best else only,
					best.confidence if best else 0.0,
					best.rule if best else "",
					from_minor(best.unallocated, currency)
					if best
					else from_minor(case.payment.amount, currency),
					list(dict.fromkeys([*(best.reasons if best else ()), *case.notes])),
					[one.to_dict(self.items, currency) for one in ranked],
				)
			)
		return pd.DataFrame(rows, columns=DECISION_COLUMNS)


def _named_customer(party: Party, named: set[str]) -> Party:
	"""A customer number in the text: decides between those found, or names one where nobody was found."""
	both = tuple(one for one in party.customers if one in named)
	if both:
		return Party(both, party.by, party.score, len(both) == 1)
	if party.customers:
		return Party((*party.customers, *sorted(named)), party.by, party.score, False)
	return Party(tuple(sorted(named)), "number", 100.0, len(named) == 1)
