import numpy as np
import pandas as pd

from collections_app.engine.outside_facts import cover_facts, opinions
from collections_app.engine.risk_facts import RiskSources, risk_facts
from collections_app.engine.scorecards import FactorWeight, Scorecard
from collections_app.engine.scoring import score_customers
from tests.unit.engine.builders import history, invoice

DAY = pd.Timestamp("2024-06-03")
ONE = pd.Index(["C1"])


def report(score=80.0, on="2024-05-01", provider="Creditsafe", **values) -> dict:
	return {
		"customer": "C1",
		"provider": provider,
		"score": score,
		"value": values.pop("value", f"{score:g}"),
		"reported_on": pd.Timestamp(on),
		"known_on": pd.Timestamp(values.pop("known_on", on)),
		"valid_until": pd.Timestamp(values.pop("valid_until", None)),
		**values,
	}


def found(*rows, day=DAY):
	return opinions(pd.DataFrame(rows), day, ONE).loc["C1"]


def scored(*rows, day):
	sources = RiskSources(
		history=history(invoice()), segments=pd.Series("", index=ONE), reports=pd.DataFrame(list(rows))
	)
	card = Scorecard(factors=(FactorWeight("bureau_score", 1), FactorWeight("insurer_grade", 1)))
	return score_customers(risk_facts(sources, day), card, day)


def test_a_provider_that_is_down_moves_no_score_only_the_confidence():
	rows = (report(30.0, on="2024-01-01"), report(90.0, on="2024-01-01", provider="Allianz Trade"))
	days = [pd.Timestamp("2024-02-01") + pd.Timedelta(days=number) for number in range(0, 2000, 50)]
	scores = [scored(*rows, day=day).scores.loc["C1"] for day in days]
	assert {one["score"] for one in scores} == {60}
	sure = [one["confidence"] for one in scores]
	assert sure == sorted(sure, reverse=True) and sure[0] > 2 * sure[-1]
	assert sure[0] == sure[3], "within its validity nothing is lost"


def test_one_provider_down_leaves_its_word_beside_the_others():
	first, second = report(20.0, on="2023-01-01"), report(80.0, provider="Creditreform", on="2024-06-01")
	assert found(first, second)["bureau_score"] == 50
	assert found(first, second, report(90.0, provider="Creditreform", on="2024-06-02"))["bureau_score"] == 55


def test_a_stale_report_is_told_as_stale():
	row = found(report(on="2023-05-01"))
	assert (row["bureau_score_stale"], row["bureau_score_age_days"]) == (True, 399)
	assert not found(report(on="2023-06-10"))["bureau_score_stale"]
	assert found(report(on="2024-01-01", valid_until="2024-03-01"))["bureau_score_stale"]
	reason = scored(report(on="2023-05-01"), day=DAY).factors.iloc[0]["reason"]
	assert reason.params["stale"] and reason.params["age_days"] == 399


def test_fresh_is_halved_with_each_further_validity():
	row = found(report(on="2023-06-04", valid_until="2023-12-04"))
	assert row["bureau_score_fresh"] == 0.5 ** ((365 - 183) / 183)
	assert found(report())["bureau_score_fresh"] == 1


def test_what_changed_is_told():
	row = found(report(70.0, on="2024-01-01", value="B"), report(15.0, on="2024-05-01", value="D"))
	assert row[["bureau_score", "bureau_score_value", "bureau_score_previous"]].tolist() == [15, "D", "B"]
	assert found(report(on="2024-01-01"), report())["bureau_score_previous"] is None


def test_a_report_stored_later_was_not_known_before():
	late = report(10.0, on="2024-05-01", known_on="2024-06-04")
	assert found(report(80.0, on="2024-01-01"), late)["bureau_score"] == 80
	assert found(late).isna()["bureau_score"]
	assert found(late, day=pd.Timestamp("2024-06-04"))["bureau_score"] == 10


def test_grades_of_insurers_are_apart_from_scores_of_bureaus():
	row = found(report(80.0), report(30.0, provider="Allianz Trade"))
	assert (row["bureau_score"], row["insurer_grade"]) == (80, 30)


def test_a_report_without_a_score_keeps_the_last_one():
	row = found(report(80.0, on="2024-01-01"), report(np.nan, value="", insolvent=True))
	assert row["bureau_score"] == 80 and row["insolvent"] == True  # noqa: E712


def test_a_report_silent_about_insolvency_takes_nothing_back():
	row = found(
		report(on="2024-01-01", insolvent=True, sanctioned=None),
		report(on="2024-05-01", insolvent=None, sanctioned=None),
	)
	assert row["insolvent"] == True and pd.isna(row["sanctioned"])  # noqa: E712
	assert found(report(on="2024-01-01", insolvent=True), report(insolvent=False))["insolvent"] == False  # noqa: E712


def cover(**values) -> dict:
	return {
		"customer": "C1",
		"known_on": pd.Timestamp("2024-01-01"),
		"valid_from": pd.NaT,
		"valid_until": pd.NaT,
		"ended_on": pd.NaT,
		"amount_base": 1000.0,
		"lost": False,
		**{name: pd.Timestamp(value) if isinstance(value, str) else value for name, value in values.items()},
	}


def covered(*rows):
	frame = cover_facts(pd.DataFrame(rows), DAY, pd.Index(["C1", "C2"]))
	assert frame.loc["C2"].isna().all()
	return frame.loc["C1"].tolist()


def test_covers():
	assert covered(cover(), cover(amount_base=500.0))[0] == 1500
	assert covered(cover(valid_until="2024-06-02"))[0] == 0
	assert covered(cover(valid_from="2024-06-04"))[0] == 0
	assert covered(cover(ended_on="2024-05-24", lost=True)) == [0, 10]
	assert covered(cover(ended_on="2024-06-04", lost=True))[0] == 1000
	assert np.isnan(covered(cover(ended_on="2024-05-24"))[1])
