"""What a factor's value earns: pairs of value and points, as a credit manager writes and reads them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from collections_app.engine.texts import SaidError

# (value, points from 0 to 1), values rising; linear in between, flat outside
Points = tuple[tuple[float, float], ...]
MOST_PAIRS = 20
NUMBER = r"[-+]?\d+(?:\.\d+)?"
PAIR = re.compile(rf"\s*({NUMBER})\s*:\s*({NUMBER})\s*")


class CurveError(SaidError):
	"""A curve that cannot be used; the message names the pair."""


def read_curve(text: str) -> Points:
	""" "0: 100, 30: 45, 90: 0" as pairs of value and points (0..1). CurveError naming what is wrong."""
	pairs = []
	for part in re.split(r"[,;\n]", text.strip().strip(",;")):
		found = PAIR.fullmatch(part)
		if not found:
			raise CurveError("{0} is not a pair of value and points such as 30: 45", repr(part.strip()))
		pairs.append((float(found[1]), float(found[2]) / 100))
	points = tuple(pairs)
	check_curve(points)
	return points


def write_curve(points: Points) -> str:
	"""The text that `read_curve` reads."""
	return ", ".join(f"{value:g}: {round(100 * earned, 4):g}" for value, earned in points)


def check_curve(points: Sequence[tuple[float, float]]) -> None:
	"""CurveError unless there are 2 to 20 pairs, their values rise, and their points lie from 0 to 100."""
	if not 2 <= len(points) <= MOST_PAIRS:
		raise CurveError("a curve has 2 to {0} pairs, this one has {1}", MOST_PAIRS, len(points))
	for value, earned in points:
		if not math.isfinite(value):
			raise CurveError("{0} is no value", value)
		if not (math.isfinite(earned) and 0 <= earned <= 1):
			raise CurveError(
				"at {0} there are {1} points: they must be from 0 to 100", f"{value:g}", f"{100 * earned:g}"
			)
	for (value, _one), (later, _other) in pairwise(points):
		if later <= value:
			raise CurveError("the values must rise: {0} comes after {1}", f"{later:g}", f"{value:g}")


def points_of(points: Points, values: np.ndarray) -> np.ndarray:
	"""Points of each value; NaN where the value is NaN."""
	known, earned = zip(*points, strict=True)
	return np.where(np.isnan(values), np.nan, np.interp(values, known, earned))


def nearest_value(points: Points, value: float, wanted: float) -> float | None:
	"""The value closest to `value` that earns at least `wanted` points (0..1); None when the curve gives none."""
	known, earned = zip(*points, strict=True)
	if np.interp(value, known, earned) >= wanted:
		return value
	found = []
	for (low, first), (high, second) in pairwise(points):
		if max(first, second) < wanted or first == second:
			continue
		crossing = low + (wanted - first) / (second - first) * (high - low)
		found.append(min(max(crossing, low), high))
	return min(found, key=lambda one: abs(one - value), default=None)


def gentler(points: Points, by: float) -> Points:
	"""The same curve with its loss of points multiplied by `by` (0.5: half as strict; 1.5: stricter)."""
	return tuple((value, float(min(1.0, max(0.0, 1 - (1 - earned) * by)))) for value, earned in points)


PRESETS = {"Lenient": 0.6, "Standard": 1.0, "Strict": 1.5}
