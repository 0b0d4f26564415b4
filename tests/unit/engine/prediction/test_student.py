import numpy as np
import pytest
from scipy.stats import t as student

from collections_app.engine.prediction.mixture import LatenessMixture
from collections_app.engine.prediction.student import student_table


@pytest.mark.parametrize("tails", [3.0, 3.7, 5.0, 12.0, 50.0])
def test_the_table_agrees_with_scipy(tails):
	x = np.concatenate([np.linspace(-40, 40, 100_001), np.sinh(np.linspace(-13, 13, 20_001)), [0.0]])
	table = student_table(tails)
	assert np.abs(table.below(x) - student.cdf(x, tails)).max() < 1e-10
	assert np.abs(table.density(x) - student.pdf(x, tails)).max() < 1e-12
	assert table.below(np.array([-1e9, 1e9])).tolist() == pytest.approx([0, 1], abs=1e-9)


def test_it_never_falls():
	values = student_table(3.0).below(np.linspace(-60, 60, 500_001))
	assert (np.diff(values) >= 0).all()


def test_quantiles_of_many_agree_with_the_plain_t():
	rng = np.random.default_rng(1)
	usual, spread = rng.normal(0, 20, 500), rng.uniform(0.5, 30, 500)
	mixture = LatenessMixture(usual, usual + 10, np.zeros(500), spread, 4.0)
	for level in (0.001, 0.1, 0.5, 0.9, 0.999):
		wanted = usual + spread * student.ppf(level, 4.0)
		assert np.abs(mixture.quantile(level) - wanted).max() < 1e-4
