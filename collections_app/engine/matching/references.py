"""Finding invoice, order and customer numbers in what payers write.

The numbers themselves say what to look for: nothing is assumed about prefixes, separators or lengths. A
number is found in full (INV-2026-00912, also as lnv2O26 00912), by its digit groups (2026/912), or by its
serial alone (912). The serial is the digit group that varies most among numbers of the same shape.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from collections_app.engine.matching import normalise
from collections_app.engine.matching.openitems import OpenItems
from collections_app.engine.matching.wholes import is_month, is_start, is_whole

PARTS = re.compile(r"[A-Z]+|\d+")
DIGITS = re.compile(r"\d+")
# What may stand between the parts of one number; two numbers are parted by commas, plus signs, semicolons,
# words.
INSIDE = re.compile(r"[ \-/._#:°'’–]{0,3}")
GROUPS = re.compile(r"(?<!\d)\d{1,12}(?:(?: ?[\-/._–] ?| )\d{1,12})+(?!\d)")
RANGE = re.compile(r"\s*(?:-|–|\.\.+|BIS|TO|A|AL|AU|TOT|UNTIL|THROUGH|HASTA)\s*")
FULL, GROUPED, SERIAL = 3, 2, 1
SHORTEST_KEY = 4
SHORTEST_GROUPS = 5  # with fewer digits, groups may be a day or a share
LETTERS_BEFORE = re.compile(r"(?<![A-Z0-9])[A-Z]{1,6}$")
ATTACHED = re.compile(r"^[A-Z]+(?=\d)")
CONSUMED = "\x00"


@dataclass(frozen=True)
class Mention:
	"""A number found: the documents it may mean (one, but for numbers that several customers share or that a
	line break makes ambiguous), how much of it was written, and where."""

	documents: tuple[int, ...]
	strength: int
	start: int
	end: int


@dataclass
class Found:
	"""All that a text names. `rests`: its readings with the mentions, dates and amounts taken out; `text`:
	folded."""

	mentions: list[Mention] = field(default_factory=list)
	orders: list[tuple[int, ...]] = field(default_factory=list)
	customers: set[str] = field(default_factory=set)
	rests: list[str] = field(default_factory=list)
	folded: list[str] = field(default_factory=list)
	ranges: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Shape:
	"""A number's parts: its letters and the places of digits, the digit groups, and which of them is the
	serial."""

	pattern: str
	groups: tuple[str, ...]


def shape_of(number: str) -> Shape:
	"""The parts of a folded number: "INV-2026-00912" is pattern "INV#2#" … with groups ("2026", "00912")."""
	parts = PARTS.findall(number)
	digits = tuple(part for part in parts if part.isdigit())
	return Shape("|".join("#" if part.isdigit() else part for part in parts), digits)


class ReferenceIndex:
	"""The numbers of all open documents, orders and customers, ready to be found in texts."""

	def __init__(self, items: OpenItems) -> None:
		self.items = items
		self.full: dict[str, list[int]] = defaultdict(list)
		self.orders: dict[str, list[int]] = defaultdict(list)
		self.customers: dict[str, str] = {}
		self.grouped: dict[tuple[int, ...], list[int]] = defaultdict(list)
		self.by_serial: dict[tuple[str, int], list[int]] = defaultdict(list)
		self.serial: list[str] = []
		self.series: list[tuple[str, ...]] = []
		# the letters that a number begins with, where digits follow at once
		self.first_letters: list[str] = []
		self._suffixes: dict[str, dict[str, list[int]]] = {}
		self._index_documents()
		for row, number in enumerate(items.order_no):
			if len(key := normalise.compact(number)) >= SHORTEST_KEY and DIGITS.search(number):
				documents = self.orders[key]
				if items.document_of[row] not in documents:
					documents.append(items.document_of[row])
		for name in items.of_customer:
			if len(key := normalise.compact(name)) >= SHORTEST_KEY and DIGITS.search(name):
				self.customers[key] = name
		self.letters = set(self.first_letters) - {""}
		self._lengths = sorted({len(key) for key in self.full}, reverse=True)
		self._order_lengths = sorted(
			{len(key) for key in self.orders} | {len(key) for key in self.customers}, reverse=True
		)

	def _index_documents(self) -> None:
		shapes = [shape_of(normalise.fold(self.items.invoice[rows[0]])) for rows in self.items.documents]
		varying: dict[tuple[str, int], list[set[str]]] = {}
		for shape in shapes:
			values = varying.setdefault((shape.pattern, len(shape.groups)), [set() for _ in shape.groups])
			for place, group in enumerate(shape.groups):
				values[place].add(group)
		serial_place = {
			key: max(range(len(values)), key=lambda place: (len(values[place]), place), default=-1)
			for key, values in varying.items()
		}
		for document, shape in enumerate(shapes):
			row = self.items.first(document)
			number, customer = self.items.invoice[row], self.items.customer[row]
			place = serial_place[shape.pattern, len(shape.groups)]
			serial = shape.groups[place] if place >= 0 else ""
			self.serial.append(serial)
			attached = ATTACHED.match(normalise.fold(number))
			self.first_letters.append(attached.group() if attached else "")
			self.series.append((shape.pattern, *(g for n, g in enumerate(shape.groups) if n != place)))
			key = normalise.compact(number)
			if len(key) >= SHORTEST_KEY:
				self.full[key].append(document)
			if serial:
				self.by_serial[customer, int(serial)].append(document)
			if len(shape.groups) > 1:
				self.grouped[tuple(int(group) for group in shape.groups)].append(document)

	def find(self, text: str) -> Found:
		"""Everything that `text` (as written) names."""
		found = Found()
		folded = normalise.fold(text)
		rest = self._scan(folded, found)
		found.folded = normalise.readings(folded)
		found.rests = [
			normalise.without_other_numbers(normalise.mend_digits(one)) for one in normalise.readings(rest)
		]
		self._find_groups(found)
		self._find_ranges(folded, found)
		return found

	def suffixes(self, customer: str) -> dict[str, list[int]]:
		"""Endings of three or more digits of a customer's serials -> documents."""
		if customer not in self._suffixes:
			endings: dict[str, list[int]] = defaultdict(list)
			for document in {self.items.document_of[row] for row in self.items.of_customer.get(customer, ())}:
				serial = self.serial[document]
				for length in range(3, len(serial)):
					endings[serial[-length:]].append(document)
			self._suffixes[customer] = endings
		return self._suffixes[customer]

	def by_last_digits(self, customer: str, digits: str) -> tuple[int, ...]:
		"""A customer's documents that a run of digits may mean: as the serial, or as its last three or more
		digits."""
		exact = self.by_serial.get((customer, int(digits)), [])
		ending = self.suffixes(customer).get(digits, []) if len(digits) >= 3 else []
		return tuple(dict.fromkeys([*exact, *ending]))

	def between(self, first: int, last_serial: int) -> list[list[int]]:
		"""The open documents of a document's customer from its serial to another, both included: those of its series
		alone, and those of all series of its pattern (a serial may run on over months and years)."""
		customer = self.items.customer[self.items.first(first)]
		low, high = sorted((int(self.serial[first] or 0), last_serial))
		documents = dict.fromkeys(self.items.document_of[row] for row in self.items.of_customer[customer])
		within = [
			one
			for one in documents
			if self.series[one][0] == self.series[first][0] and low <= int(self.serial[one] or 0) <= high
		]
		own = [one for one in within if self.series[one] == self.series[first]]
		return [own, within] if len(own) < len(within) else [own]

	def _scan(self, folded: str, found: Found) -> str:
		"""Find numbers in full anywhere, whatever stands between their parts; give back the text without
		them."""
		bones = normalise.skeleton(folded)
		places = [place for place, one in enumerate(bones) if one.isalnum()]
		joined = "".join(bones[place] for place in places)
		# broken[i]: how many of the first i gaps cannot be inside one number
		broken = [0]
		for before, after in pairwise(places):
			gap = folded[before + 1 : after]
			broken.append(broken[-1] + (bool(gap) and not INSIDE.fullmatch(gap)))
		rest = list(folded)
		begin = 0
		while begin < len(joined):
			if not is_start(folded, bones, places, begin):
				begin += 1
				continue
			ends = self._ends(folded, bones, joined, places, broken, begin)
			if ends:
				end = max(ends)
				documents = {one for hit in ends.values() for one in hit}
				if documents:
					found.mentions.append(
						Mention(tuple(sorted(documents)), FULL, places[begin], places[end - 1] + 1)
					)
				rest[places[begin] : places[end - 1] + 1] = CONSUMED * (places[end - 1] + 1 - places[begin])
				begin = end
				continue
			end = self._other_number(folded, bones, joined, places, broken, begin, found)
			if end:
				rest[places[begin] : places[end - 1] + 1] = CONSUMED * (places[end - 1] + 1 - places[begin])
			begin = end or begin + 1
		return "".join(rest)

	def _ends(self, folded, bones, joined, places, broken, begin) -> dict[int, list[int]]:
		"""End -> documents of the numbers that begin at a place. Several only where a blank leaves it
		open."""
		ends: dict[int, list[int]] = {}
		for length in self._lengths:
			end = begin + length
			documents = self.full.get(joined[begin:end])
			if documents and is_whole(folded, bones, places, broken, begin, end):
				ends[end] = documents
		return ends

	def _other_number(self, folded, bones, joined, places, broken, begin, found: Found) -> int:
		"""The end of an order or customer number that begins at a place, noted in `found`; 0 when there is
		none."""
		for length in self._order_lengths:
			end = begin + length
			key = joined[begin:end]
			if (key in self.orders or key in self.customers) and is_whole(
				folded, bones, places, broken, begin, end
			):
				if key in self.orders:
					found.orders.append(tuple(self.orders[key]))
				if key in self.customers:
					found.customers.add(self.customers[key])
				return end
		return 0

	def _find_groups(self, found: Found) -> None:
		"""Numbers written by their digit groups alone, in any reading: "2026/912" for INV-2026-00912."""
		seen = {document for mention in found.mentions for document in mention.documents}
		for place, rest in enumerate(found.rests):
			for match in GROUPS.finditer(rest):
				numbers = [(int(one.group()), one) for one in DIGITS.finditer(match.group())]
				for size in range(min(4, len(numbers)), 1, -1):
					for at in range(len(numbers) - size + 1):
						key = tuple(number for number, _ in numbers[at : at + size])
						digits = sum(len(one.group()) for _, one in numbers[at : at + size])
						if digits < SHORTEST_GROUPS or is_month(key):
							continue
						start = match.start() + numbers[at][1].start()
						documents = [
							one
							for one in self.grouped.get(key, ())
							if one not in seen and not self.is_other_letter(rest, start, one)
						]
						if not documents:
							continue
						end = match.start() + numbers[at + size - 1][1].end()
						found.mentions.append(Mention(tuple(documents), GROUPED, start, end))
						seen.update(documents)
						found.rests[place] = rest = rest[:start] + CONSUMED * (end - start) + rest[end:]

	def is_other_letter(self, text: str, start: int, document: int) -> bool:
		"""Whether letters stand right before a number that other documents have there, and not this one: "B00124" is
		not C00124."""
		before = LETTERS_BEFORE.search(text, 0, start)
		return (
			bool(before) and before.group() in self.letters and before.group() != self.first_letters[document]
		)

	def _find_ranges(self, folded: str, found: Found) -> None:
		"""First and last of a range: "00912 bis 00915", where the first was found in full."""
		for mention in found.mentions:
			if mention.strength != FULL or len(mention.documents) != 1:
				continue
			word = RANGE.match(folded, mention.end)
			if not word or not word.group().strip():
				continue
			later = next((one for one in found.mentions if one.start == word.end()), None)
			digits = DIGITS.match(folded, word.end())
			if later is not None and later.strength == FULL:
				found.ranges.append((mention.documents[0], int(self.serial[later.documents[0]] or 0)))
			elif digits and len(digits.group()) <= 12:
				# "00912 - 15": the last digits alone take the place of the first one's
				serial = self.serial[mention.documents[0]]
				last = serial[: max(len(serial) - len(digits.group()), 0)] + digits.group()
				found.ranges.append((mention.documents[0], int(last)))
