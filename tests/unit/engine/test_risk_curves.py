import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.factors import FACTORS
from collections_app.engine.risk_curves import (
	PRESETS,
	CurveError,
	check_curve,
	gentler,
	nearest_value,
	points_of,
	read_curve,
	write_curve,
)


def test_a_curve_is_read_as_people_write_it():
	assert read_curve("0: 100, 30: 45\n 90:0;") == ((0, 1), (30, 0.45), (90, 0))
	assert read_curve("-10: 100; 0.5: 12.5") == ((-10, 1), (0.5, 0.125))


@pytest.mark.parametrize("factor", FACTORS.values(), ids=FACTORS)
def test_every_standard_curve_and_preset_can_be_written_and_read(factor):
	for by in PRESETS.values():
		curve = gentler(factor.points, by)
		check_curve(curve)
		assert np.allclose(read_curve(write_curve(curve)), curve)


@pytest.mark.parametrize(
	("text", "told"),
	[
		("", "pair"),
		("30", "'30'"),
		("0: 100", "2 to 20"),
		("0: 100, 0: 50", "rise"),
		("5: 100, 3: 50", "3 comes after 5"),
		("0: 101, 1: 0", "0 to 100"),
		("0: -1, 1: 0", "0 to 100"),
		("a: 1, b: 2", "'a: 1'"),
		(", ".join(f"{number}: 1" for number in range(21)), "2 to 20"),
	],
)
def test_what_is_wrong_is_told(text, told):
	with pytest.raises(CurveError, match=told):
		read_curve(text)


CURVES = st.lists(
	st.tuples(st.integers(-50, 200), st.integers(0, 100)), min_size=2, max_size=6, unique_by=lambda p: p[0]
)


@given(CURVES, st.floats(-60, 210), st.floats(0, 1))
def test_the_nearest_value_earns_what_is_wanted(pairs, value, wanted):
	curve = tuple((float(at), points / 100) for at, points in sorted(pairs))
	found = nearest_value(curve, value, wanted)
	best = max(points for _at, points in curve)
	if found is None:
		assert best < wanted
		return
	if found == value:
		return
	assert points_of(curve, np.array([found]))[0] >= wanted - 1e-9
	for nearer in np.linspace(value, found, 20)[:-1]:
		assert points_of(curve, np.array([nearer]))[0] < wanted + 1e-6
