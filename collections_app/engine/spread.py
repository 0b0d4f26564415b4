"""Spreading work evenly over people."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence


def spread(
	parts: Iterable[tuple[Hashable, float]],
	people: Sequence[str],
	may: Callable[[Hashable, str], bool] = lambda part, person: True,
	load: dict[str, float] | None = None,
) -> tuple[dict[Hashable, str], list[Hashable]]:
	"""Who gets which part: the heaviest part first, each to the person with the least weight so far, of equals to the one with
	the fewest parts, then by name.

	`parts`: (part, weight of at least 0). `may`: whether a person may take a part. `load`: weight people carry to begin
	with. Returns part -> person, and the parts that nobody may take. Source: longest processing time first (Graham 1969),
	at most a third above the best possible spread.
	"""
	weight = {person: float((load or {}).get(person, 0.0)) for person in people}
	count = dict.fromkeys(people, 0)
	given: dict[Hashable, str] = {}
	left: list[Hashable] = []
	for part, heavy in sorted(parts, key=lambda one: (-one[1], str(one[0]))):
		able = [person for person in people if may(part, person)]
		if not able:
			left.append(part)
			continue
		person = min(able, key=lambda one: (weight[one], count[one], one))
		given[part] = person
		weight[person] += heavy
		count[person] += 1
	return given, left
