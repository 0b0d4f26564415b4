import pytest

from collections_app.engine.provider_scales import SCALES, is_insurer, scale_between, scale_for


@pytest.mark.parametrize(
	("key", "value", "wanted"),
	[
		("creditsafe", "72/100", 72),
		("creditsafe", "A", 85),
		("creditsafe", "D", 15),
		("creditsafe", "E", None),
		("coface_dra", 10, 100),
		("coface_dra", "0", 0),
		("allianz_trade", 1, 100),
		("allianz_trade", "10", 0),
		("allianz_trade", 5.5, 50),
		("atradius", 1, 100),
		("atradius", 100, 0),
		("dnb_risk_indicator", "1", 100),
		("dnb_risk_indicator", "4", 0),
		("creditreform", 100, 100),
		("creditreform", "300", 50),
		("creditreform", "600", 0),
	],
)
def test_values_of_each_scale(key, value, wanted):
	assert SCALES[key].normalise(value) == wanted


@pytest.mark.parametrize(
	("key", "value"), [("coface_dra", 11), ("allianz_trade", 0), ("creditsafe", "Z"), ("atradius", "")]
)
def test_values_that_are_not_of_the_scale_are_refused(key, value):
	with pytest.raises(ValueError, match=r"scale"):
		SCALES[key].normalise(value)


def test_every_scale_runs_from_0_to_100_and_says_where_it_is_published():
	for scale in SCALES.values():
		assert (scale.normalise(scale.worst), scale.normalise(scale.best)) == (0, 100)
		assert len(scale.source) > 30
		assert all(place is None or 0 <= place <= 100 for place in scale.grades.values())


def test_a_provider_is_known_by_its_name():
	assert scale_for("Creditsafe Connect").key == "creditsafe"
	assert scale_for("Dun & Bradstreet").key == "dnb_failure"
	assert scale_for("Bureau of Nowhere") is None and scale_for("") is None
	assert is_insurer("Allianz Trade") and not is_insurer("Creditsafe") and not is_insurer("Nobody")


def test_a_scale_of_ones_own():
	scale = scale_between("House Bank", worst=20, best=0)
	assert scale.normalise(5) == 75
	with pytest.raises(ValueError, match="House Bank"):
		scale_between("House Bank", 5, 5)
	with pytest.raises(ValueError, match="21 does not lie between 20 and 0 of the scale House Bank"):
		scale.place(21)
