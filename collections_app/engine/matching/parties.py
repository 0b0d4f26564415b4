"""Who pays: customers by account number, by name, and by what users confirmed earlier."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

import pandas as pd
from rapidfuzz import fuzz

from collections_app.engine.matching.normalise import fold
from collections_app.engine.matching.openitems import require, text_column
from collections_app.engine.matching.settings import MatchSettings

NO_NAME = re.compile(r"[^A-Z0-9Ѐ-ӿͰ-Ͽ]+")
ALIAS_KINDS = ("iban", "name")
NEAR = 8.0  # names within so many points of the best are not told apart
TRUNCATED = 10  # banks cut names off; a shorter beginning than this says too little
MOST_COMPARED = 40


@dataclass(frozen=True)
class Party:
	"""Customers that may have paid. `certain`: there is just one, by account number or a name that fits no
	other.

	`by`: "iban", "name" or "" (nobody was found). `score`: 100 for an account number, else the likeness of
	the names.
	"""

	customers: tuple[str, ...] = ()
	by: str = ""
	score: float = 0.0
	certain: bool = False

	def __contains__(self, customer: str) -> bool:
		return customer in self.customers


def name_key(name: str) -> str:
	"""A name for comparing: upper case, no accents, signs as blanks; legal forms stay, they tell companies
	apart."""
	return NO_NAME.sub(" ", fold(name).replace("&", " ")).strip()


def iban_key(iban: str) -> str:
	"""An account number without blanks, upper case."""
	return "".join(iban.split()).upper()


class PartyIndex:
	"""Account numbers and names of customers, from the items and the confirmed aliases."""

	def __init__(self, items: pd.DataFrame, aliases: pd.DataFrame | None, settings: MatchSettings) -> None:
		self.settings = settings
		self.ibans: dict[str, set[str]] = defaultdict(set)
		self.names: dict[str, set[str]] = defaultdict(set)
		columns = zip(
			*(text_column(items, one) for one in ("customer", "customer_name", "iban")), strict=True
		)
		for customer, name, iban in set(columns):
			self._add(customer, "iban", iban)
			self._add(customer, "name", name)
		if aliases is not None and len(aliases):
			require(aliases, ("kind", "value", "customer"), "aliases")
			for kind, value, customer in zip(
				*(text_column(aliases, one) for one in ("kind", "value", "customer")), strict=True
			):
				if kind not in ALIAS_KINDS:
					raise ValueError(f"An alias is of kind iban or name, not {kind!r}")
				# also of customers with nothing open: an account that pays for several is nobody's for sure
				self._add(customer, kind, value)
		self._grams: dict[str, list[str]] = defaultdict(list)
		for name in self.names:
			for gram in _grams(name):
				self._grams[gram].append(name)
		self._similar: dict[str, list[tuple[str, float]]] = {}

	def _add(self, customer: str, kind: str, value: str) -> None:
		key = iban_key(value) if kind == "iban" else name_key(value)
		if key:
			(self.ibans if kind == "iban" else self.names)[key].add(customer)

	def learn(self, iban: str, customers: set[str]) -> None:
		"""Note whom payments of an account number, sure by their references, were for (when it is one
		customer)."""
		if len(customers) == 1 and iban_key(iban) not in self.ibans:
			self._add(next(iter(customers)), "iban", iban)

	def find(self, name: str, iban: str) -> Party:
		"""The customers that a payer's name and account number stand for."""
		by_iban = self.ibans.get(iban_key(iban), set()) if iban else set()
		if by_iban:
			# A name that is exactly another customer's speaks against the account number: leave it open.
			named = self.names.get(name_key(name), set())
			others = set() if named & by_iban else named
			customers = tuple(sorted(by_iban | others))
			return Party(customers, "iban", 100.0, len(customers) == 1)
		similar = self._names_like(name_key(name))
		if not similar:
			return Party()
		best = similar[0][1]
		customers = sorted({one for key, score in similar if score > best - NEAR for one in self.names[key]})
		certain = len(customers) == 1 and best >= self.settings.certain_name_score
		return Party(tuple(customers), "name", best, certain)

	def _names_like(self, key: str) -> list[tuple[str, float]]:
		"""(name, likeness 0-100) of the customers' names like a payer's, best first."""
		if key in self.names:
			return [(key, 100.0)]
		if len(key) < 3:
			return []
		if key not in self._similar:
			count: Counter[str] = Counter()
			for gram in sorted(_grams(key), key=lambda one: len(self._grams.get(one, ())))[:12]:
				count.update(self._grams.get(gram, ()))
			likely = [(name, likeness(key, name)) for name, _ in count.most_common(MOST_COMPARED)]
			kept = [one for one in likely if one[1] >= self.settings.name_score]
			self._similar[key] = sorted(kept, key=lambda one: (-one[1], one[0]))
		return self._similar[key]


def likeness(payer: str, customer: str) -> float:
	"""0-100: how alike two names are; a name that the bank cut off is compared with the customer's
	beginning."""
	whole = fuzz.ratio(payer.replace(" ", ""), customer.replace(" ", ""))
	if TRUNCATED <= len(payer) < len(customer):
		return max(whole, fuzz.ratio(payer, customer[: len(payer)]) - 4)
	return whole


def _grams(name: str) -> set[str]:
	padded = f" {name} "
	return {padded[place : place + 3] for place in range(len(padded) - 2)}
