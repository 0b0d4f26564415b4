"""Where a number in a text begins and ends, so that no part of a word or of a longer number is taken for one."""

from __future__ import annotations


def is_month(groups: tuple[int, ...]) -> bool:
	"""Whether two digit groups look like a month of a year, as in "rent 11/2026"."""
	return len(groups) == 2 and 1 <= min(groups) <= 12 and 1990 <= max(groups) <= 2099


def is_start(folded: str, bones: str, places: list[int], at: int) -> bool:
	"""Whether a number may begin here: after anything but a letter or digit, or where letters turn into
	digits."""
	place = places[at]
	if place == 0 or not bones[place - 1].isalnum():
		return True
	if folded[place - 1].isalpha() and folded[place].isalpha():
		return False  # inside a word, whatever its letters look like
	return bones[place].isdigit() != bones[place - 1].isdigit()


def is_whole(folded: str, bones: str, places: list[int], broken: list[int], begin: int, end: int) -> bool:
	"""Whether a run holds together and no digit follows it at once (then it is part of a longer number)."""
	if end > len(places) or broken[end - 1] != broken[begin]:
		return False
	after = places[end - 1] + 1
	if after >= len(bones):
		return True
	if folded[after - 1].isalpha() and folded[after].isalpha():
		return False  # "9 less" is no 91
	return not (bones[after].isdigit() and bones[after - 1].isdigit())
