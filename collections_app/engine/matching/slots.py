"""Numbers in a text as slots that documents may fill, and the ways to fill them that add up."""

from __future__ import annotations

import re
from collections.abc import Callable

RUN = re.compile(r"\d+")
MOST_SLOTS, MOST_TRIES, MOST_RESULTS = 40, 4096, 8


def selections(
	slots: list[tuple[int, ...]], open_amount: Callable[[int], int], need: int
) -> list[frozenset[int]]:
	"""Sets of documents, at most one of each slot, whose open amounts add up to `need`.

	All slots at once first; if that fails, all subsets (up to a bound of tries), those with most documents
	first.
	"""
	if not slots or len(slots) > MOST_SLOTS:
		return []
	if all(len(one) == 1 for one in slots):
		every = frozenset(one[0] for one in slots)
		if sum(map(open_amount, every)) == need:
			return [every]
	found: dict[frozenset[int], None] = {}
	tries = 0
	stack: list[tuple[int, frozenset[int], int]] = [(0, frozenset(), need)]
	while stack and tries < MOST_TRIES:
		tries += 1
		at, chosen, left = stack.pop()
		if left == 0 and chosen:
			found[chosen] = None
		if at == len(slots):
			continue
		stack.append((at + 1, chosen, left))
		for one in slots[at]:
			if one not in chosen:
				stack.append((at + 1, chosen | {one}, left - open_amount(one)))
	return sorted(found, key=len, reverse=True)[:MOST_RESULTS]
