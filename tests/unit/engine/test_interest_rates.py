import copy
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import collections_app
from collections_app.engine.interest_rates import (
	Indemnity,
	IndemnityTier,
	Rate,
	RateError,
	RateTable,
	rates_from_data,
)

SEED = Path(collections_app.__file__).parent / "data" / "late_interest_rates.json"
DATA = json.loads(SEED.read_text(encoding="utf-8"))
TABLE = RateTable(rates_from_data(DATA))
COUNTRIES = ["EU", "FR", "DE", "ES", "IT", "NL", "BE", "IE", "GB"]

HALF_YEARS = [date(year, month, 1) for year in range(2019, 2027) for month in (1, 7)]
# Main refinancing operations, in force on the first day of each half-year (European Central Bank).
ECB = dict(zip(HALF_YEARS, [0.0] * 8 + [2.5, 4.0, 4.5, 4.25, 3.15, 2.15, 2.15], strict=False))
# Basiszinssatz nach § 247 BGB (Deutsche Bundesbank).
BASE_RATE = dict(zip(HALF_YEARS, [-0.88] * 8 + [1.62, 3.12, 3.62, 3.37, 2.27, 1.27, 1.27], strict=False))
# Official Bank Rate on the 30 June or 31 December before (Bank of England).
BANK_RATE = dict(
	zip(
		HALF_YEARS,
		[0.75, 0.75, 0.75, 0.1, 0.1, 0.1, 0.25, 1.25, 3.5, 5.0, 5.25, 5.25, 4.75, 4.25, 3.75, 3.75],
		strict=True,
	)
)


def published(country):
	return {rate.effective_from: float(rate.annual_rate) for rate in TABLE.rates(country)}


def added(reference, points):
	return {day: round(rate + points, 2) for day, rate in reference.items()}


@pytest.mark.parametrize(
	("country", "expected"),
	[
		("EU", added(ECB, 8)),
		("FR", added(ECB, 10)),
		("ES", added(ECB, 8)),
		("IT", added(ECB, 8)),
		("NL", added(ECB, 8)),
		("IE", added(ECB, 8)),
		("DE", added(BASE_RATE, 9)),
		("GB", added(BANK_RATE, 8)),
		# Rounded up to the half point.
		("BE", {day: -((rate + 8) * 2 // -1) / 2 for day, rate in ECB.items()}),
	],
)
def test_the_seed_is_the_published_reference_rate_and_the_margin_of_the_law(country, expected):
	assert published(country) == expected


def test_every_row_names_a_source_and_every_source_is_used():
	assert [entry["country"] for entry in DATA["countries"]] == COUNTRIES
	used = set()
	for entry in DATA["countries"]:
		used |= {entry["law"], entry["indemnity"]["source"], *(row["source"] for row in entry["rates"])}
	assert used == set(DATA["sources"])
	assert all(rate.source for country in COUNTRIES for rate in TABLE.rates(country))


@pytest.mark.parametrize("country", [code for code in COUNTRIES if code not in ("GB", "IE")])
def test_forty_euros_whatever_the_debt(country):
	indemnity = TABLE.at(country, date(2024, 1, 1)).indemnity
	assert indemnity.currency == "EUR" and not indemnity.depends_on_debt
	assert [indemnity.amount_for(Decimal(debt)) for debt in ("0.01", "40", "1000000")] == [40, 40, 40]
	assert indemnity.amount_for(Decimal(0)) == 0


@pytest.mark.parametrize(
	("country", "currency", "expected"),
	[
		# "less than £1,000", "£1,000 or more, but less than £10,000", "£10,000 or more": the Act of 1998, s. 5A.
		("GB", "GBP", {"999.99": 40, "1000": 70, "9999.99": 70, "10000": 100}),
		# "not exceeding €1,000", "exceeding €10,000": S.I. 580/2012, schedule.
		("IE", "EUR", {"1000": 40, "1000.01": 70, "10000": 70, "10000.01": 100}),
	],
)
def test_the_indemnity_by_size_of_debt(country, currency, expected):
	indemnity = TABLE.at(country, date(2024, 1, 1)).indemnity
	assert indemnity.currency == currency
	assert {debt: indemnity.amount_for(Decimal(debt)) for debt in expected} == expected


def test_a_rate_holds_from_its_day_until_the_next():
	assert TABLE.at("FR", date(2022, 12, 31)).annual_rate == Decimal("10.00")
	assert TABLE.at("FR", date(2023, 1, 1)).annual_rate == Decimal("12.50")
	assert TABLE.at("fr", date(2023, 6, 30)).annual_rate == Decimal("12.50")
	assert TABLE.at("FR", date(2030, 1, 1)).annual_rate == Decimal("12.15")


def test_rates_may_come_in_any_order():
	rows = [Rate("FR", date(year, 1, 1), Decimal(year - 2000)) for year in (2024, 2022, 2023)]
	rates = RateTable(rows)
	assert [rates.at("FR", date(year, 6, 1)).annual_rate for year in (2022, 2023, 2024)] == [22, 23, 24]
	assert [rate.annual_rate for rate in rates.rates("FR")] == [22, 23, 24]


def test_only_the_united_kingdom_and_ireland_keep_the_first_rate():
	fixed = {code for code in COUNTRIES if TABLE.at(code, date(2024, 1, 1)).fixed_at_start}
	assert fixed == {"GB", "IE"}


def test_a_euro_member_without_rates_gets_the_least_of_the_directive():
	assert TABLE.at("PT", date(2024, 1, 1)).annual_rate == Decimal("12.50")
	for country in ("US", "SE", "PL"):
		with pytest.raises(RateError, match=f"No late interest rate for {country}"):
			TABLE.at(country, date(2024, 1, 1))
	with pytest.raises(RateError, match="No late interest rate for PT"):
		RateTable([Rate("FR", date(2024, 1, 1), Decimal(10))]).at("PT", date(2024, 1, 1))


def test_no_rate_so_early_is_said():
	with pytest.raises(RateError, match="for FR on 2018-12-31: the first is effective from 2019-01-01"):
		TABLE.at("FR", date(2018, 12, 31))


def test_countries_whose_rate_is_not_of_this_half_year():
	assert TABLE.outdated(date(2026, 6, 30)) == []
	assert TABLE.outdated(date(2026, 7, 1)) == sorted(set(COUNTRIES) - {"GB"})
	assert TABLE.outdated(date(2027, 1, 1)) == sorted(COUNTRIES)


def test_two_rates_from_one_day_are_refused():
	rate = Rate("FR", date(2024, 1, 1), Decimal(10))
	with pytest.raises(RateError, match="FR has two late interest rates from 2024-01-01"):
		RateTable([rate, Rate("fr", date(2024, 1, 1), Decimal(11))])


@pytest.mark.parametrize("value", ["-1", "abc", "NaN", "Infinity", "10.1234567", None])
def test_a_rate_that_is_none_is_refused(value):
	with pytest.raises(RateError, match=r"FR 2024-01-01.* annual rate"):
		Rate("FR", date(2024, 1, 1), value)


@pytest.mark.parametrize("country", ["France", "", None, "F1"])
def test_a_country_is_two_letters(country):
	with pytest.raises(RateError, match="Not a country code"):
		Rate(country, date(2024, 1, 1), Decimal(10))


@pytest.mark.parametrize("bounds", [[], [1], [0, 10, 5], [0, 0]])
def test_tiers_ascend_from_nothing(bounds):
	tiers = tuple(IndemnityTier(Decimal(bound), Decimal(40)) for bound in bounds)
	with pytest.raises(RateError, match="ascend from a debt of 0"):
		Indemnity("EUR", tiers)
	with pytest.raises(RateError, match="negative"):
		Indemnity("EUR", (IndemnityTier(Decimal(0), Decimal(-1)),))


@pytest.mark.parametrize(
	("field", "value", "message"),
	[
		("source", "nobody", "FR 2019-01-01: no such source: 'nobody'"),
		("effective_from", "1 January", "FR 1 January: the day it is effective from is no date"),
		("annual_rate", "ten", "FR 2019-01-01, annual rate: not a number: 'ten'"),
	],
)
def test_a_wrong_row_of_the_seed_is_named(field, value, message):
	data = copy.deepcopy(DATA)
	data["countries"][1]["rates"][0][field] = value
	with pytest.raises(RateError, match=message):
		rates_from_data(data)
