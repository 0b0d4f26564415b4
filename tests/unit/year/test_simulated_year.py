"""A year of runs over customers who pay, promise, dispute and are paused: nothing that must hold is broken on any day, and
each rule, broken on purpose, is noticed."""

from collections import Counter

import pytest

from tests.unit.year import collecting
from tests.unit.year.mutations import MUTATIONS
from tests.unit.year.year import simulate

# `make bench ONLY=simulated_year` takes 2,000
CUSTOMERS = 150
# enough for the step put in, the changed plan, the missed week and the pause of a plan
BROKEN_CUSTOMERS, BROKEN_DAYS = 40, 120


def test_a_year_without_a_violation():
	year = simulate(CUSTOMERS)
	assert not year.violations, (Counter(one.rule for one in year.violations), year.violations[:5])
	assert year.days == 365 and year.runs < year.days
	assert year.messages > 10 * CUSTOMERS and year.promises > CUSTOMERS


@pytest.mark.parametrize("broken", MUTATIONS)
def test_a_broken_rule_is_noticed(broken, monkeypatch):
	kind, names, rule = MUTATIONS[broken]
	for name, value in names.items():
		monkeypatch.setattr(collecting, name, value)
	year = simulate(BROKEN_CUSTOMERS, BROKEN_DAYS, collecting=kind, stop_at=rule)
	assert rule in {one.rule for one in year.violations}
