from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.engine.interest import InterestError, late_interest
from collections_app.engine.interest_rates import Rate, RateTable
from collections_app.engine.settlement import (
	COSTS_FIRST,
	PRINCIPAL_FIRST,
	SettlementError,
	invoice_account,
	settle_order,
)

RATES = RateTable([Rate("XX", date(2000, 1, 1), Decimal(10)), Rate("XX", date(2024, 7, 1), Decimal(8))])
DUE = date(2024, 3, 31)
MINOR = st.integers(0, 10**9)
ORDERS = st.sampled_from([COSTS_FIRST, PRINCIPAL_FIRST])


def shares(result):
	return result.costs, result.interest, result.principal, result.unapplied


def still_open(result):
	return result.open_costs, result.open_interest, result.open_principal


def account(principal=36500, as_of=date(2024, 4, 30), **values):
	return invoice_account(principal, "EUR", DUE, as_of, RATES, "XX", **values)


@pytest.mark.parametrize(
	("order", "payment", "expected"),
	[
		# § 367 (1) BGB: what does not cover the whole debt goes to the costs, the interest, the principal.
		(COSTS_FIRST, 3000, (3000, 0, 0, 0)),
		(COSTS_FIRST, 4500, (4000, 500, 0, 0)),
		(COSTS_FIRST, 50000, (4000, 1000, 45000, 0)),
		(COSTS_FIRST, 105001, (4000, 1000, 100000, 1)),
		(PRINCIPAL_FIRST, 3000, (0, 0, 3000, 0)),
		(PRINCIPAL_FIRST, 100500, (0, 500, 100000, 0)),
		(PRINCIPAL_FIRST, 105001, (4000, 1000, 100000, 1)),
	],
)
def test_a_payment_goes_to_the_parts_in_order(order, payment, expected):
	result = settle_order(payment, 4000, 1000, 100000, order)
	assert shares(result) == expected
	assert still_open(result) == tuple(
		due - paid for due, paid in zip((4000, 1000, 100000), expected, strict=False)
	)


def test_costs_first_unless_said_otherwise():
	assert shares(settle_order(500, 1000, 1000, 1000)) == (500, 0, 0, 0)


@settings(max_examples=200)
@given(MINOR, MINOR, MINOR, MINOR, st.permutations(COSTS_FIRST))
def test_not_a_unit_is_lost_and_no_later_part_is_paid_before_an_earlier(
	payment, costs, interest, principal, order
):
	result = settle_order(payment, costs, interest, principal, order)
	assert sum(shares(result)) == payment
	assert sum(shares(result)[:3]) + sum(still_open(result)) == costs + interest + principal
	assert min(*shares(result), *still_open(result)) >= 0
	for earlier, later in zip(order, [*order[1:], "unapplied"], strict=True):
		assert getattr(result, later) == 0 or getattr(result, f"open_{earlier}") == 0


@pytest.mark.parametrize(
	"order", [("costs", "interest"), ("costs", "costs", "principal"), ("fees", "interest", "principal")]
)
def test_an_order_names_each_part_once(order):
	with pytest.raises(SettlementError, match="order must name costs, interest, principal once each"):
		settle_order(1, 1, 1, 1, order)
	with pytest.raises(SettlementError, match="order must name"):
		account(order=order)


@pytest.mark.parametrize("position", range(4))
@pytest.mark.parametrize("value", [-1, 1.5, None, True])
def test_amounts_are_minor_units(position, value):
	values = [1, 1, 1, 1]
	values[position] = value
	name = ("payment", "costs", "interest", "principal")[position]
	with pytest.raises(SettlementError, match=f"{name} must be minor units"):
		settle_order(*values)


# The account of an invoice


def test_interest_accrues_and_is_open():
	result = account()
	assert (result.interest_charged, *still_open(result)) == (300, 0, 300, 36500)
	assert result.entries == () and result.open_total == 36800
	assert account(as_of=DUE).interest_charged == 0


def test_costs_first_leaves_more_principal_to_bear_interest():
	values = {"payments": [(date(2024, 4, 10), 18290)], "costs": [(date(2024, 4, 1), 40)]}
	first = account(**values)
	entry = first.entries[0]
	# 40 costs, 10 days of interest at 10 a day, the rest to the principal: 18,350 of it left.
	assert shares(entry) == (40, 100, 18150, 0)
	assert still_open(entry) == (0, 0, 18350)
	assert first.open_interest == Decimal("100.55")
	last = account(**values, order=PRINCIPAL_FIRST)
	assert shares(last.entries[0]) == (0, 0, 18290, 0)
	assert still_open(last.entries[0]) == (40, 100, 18210)
	assert last.open_interest == Decimal("199.78")


def test_nothing_is_lost_when_the_principal_is_paid_first():
	result = account(
		as_of=date(2025, 12, 31),
		payments=[(date(2024, 4, 10), 36500)],
		costs=[(date(2024, 4, 1), 40)],
		order=PRINCIPAL_FIRST,
	)
	# No interest on interest: it stays what it was, and due.
	assert still_open(result) == (40, 100, 0)
	assert (result.costs_charged, result.interest_charged, result.unapplied) == (40, 100, 0)
	later = account(
		as_of=date(2025, 12, 31),
		payments=[(date(2024, 4, 10), 36500), (date(2025, 6, 1), 150)],
		costs=[(date(2024, 4, 1), 40)],
		order=PRINCIPAL_FIRST,
	)
	assert shares(later.entries[1]) == (40, 100, 0, 10)
	assert later.open_total == 0 and later.unapplied == 10


def test_a_cost_counts_from_its_day_on():
	same_day = account(payments=[(DUE, 50)], costs=[(DUE, 40)])
	assert shares(same_day.entries[0]) == (40, 0, 10, 0)
	later = account(payments=[(DUE, 50)], costs=[(date(2024, 4, 1), 40), (date(2024, 5, 1), 5)])
	assert shares(later.entries[0]) == (0, 0, 50, 0)
	assert (later.open_costs, later.costs_charged) == (40, 40)


def test_a_payment_after_the_day_asked_for_does_not_count():
	assert account(payments=[(date(2024, 5, 1), 100)]).entries == ()


@pytest.mark.parametrize("order", [COSTS_FIRST, PRINCIPAL_FIRST])
def test_what_is_taken_back_undoes_the_latest_payments(order):
	kept = [(date(2024, 4, 5), 1000)]
	costs = [(date(2024, 4, 1), 40)]
	back = [*kept, (date(2024, 4, 10), 20000), (date(2024, 4, 10), -20000)]
	result, before = (account(payments=paid, costs=costs, order=order) for paid in (back, kept))
	assert still_open(result) == still_open(before)
	taken = result.entries[2]
	assert taken.amount == -20000
	assert shares(taken) == tuple(-share for share in shares(result.entries[1]))


def test_what_was_taken_back_is_not_taken_back_again():
	paid = [(date(2024, 4, day), amount) for day, amount in [(5, 36600), (10, -36000), (11, -600)]]
	result = account(payments=paid)
	assert [shares(entry) for entry in result.entries] == [
		(0, 50, 36500, 50),
		(0, 0, -35950, -50),
		(0, -50, -550, 0),
	]
	assert result.open_principal == 36500 and result.unapplied == 0
	with pytest.raises(SettlementError, match="more is taken back"):
		account(payments=[*paid, (date(2024, 4, 12), "-0.01")])


def test_interest_by_the_days_of_the_calendar_year():
	assert account(36600, day_count="actual/actual").interest_charged == 300


def test_a_part_taken_back_leaves_the_parts_settled_first():
	paid = [(date(2024, 4, 10), 1000), (date(2024, 4, 10), -880)]
	result = account(payments=paid, costs=[(date(2024, 4, 1), 40)])
	assert shares(result.entries[0]) == (40, 100, 860, 0)
	assert shares(result.entries[1]) == (0, -20, -860, 0)
	assert still_open(result.entries[1]) == (0, 20, 36500)


@pytest.mark.parametrize(
	("change", "message"),
	[
		({"payments": [(DUE, 10), (date(2024, 4, 2), -11)]}, "2024-04-02: more is taken back than was paid"),
		({"payments": [(DUE, "x")]}, "payment of 2024-03-31: Not an amount"),
		({"costs": [(DUE, -1)]}, "cost of 2024-03-31 must not be negative"),
		({"principal": None}, "principal: Not an amount"),
	],
)
def test_what_is_wrong_is_named(change, message):
	with pytest.raises(SettlementError, match=message):
		account(**change)


def test_an_event_without_a_date_is_named():
	with pytest.raises(InterestError, match="cost is not a date: None"):
		account(costs=[(None, 1)])


EVENTS = st.lists(st.tuples(st.integers(-20, 400), st.integers(1, 400000)), max_size=6)
LENGTH = st.integers(-10, 420)


def dated(events):
	return [(DUE + timedelta(days=offset), Decimal(cents) / 100) for offset, cents in events]


@settings(max_examples=200)
@given(st.integers(0, 10**6), EVENTS, EVENTS, LENGTH, ORDERS)
def test_money_in_is_money_out(cents, paid, fees, length, order):
	as_of = DUE + timedelta(days=length)
	result = account(Decimal(cents) / 100, as_of, payments=dated(paid), costs=dated(fees), order=order)
	received = sum((amount for day, amount in dated(paid) if day <= as_of), Decimal(0))
	settled = [sum((share for share in shares(entry)), Decimal(0)) for entry in result.entries]
	assert sum(settled, Decimal(0)) == received
	assert settled == [entry.amount for entry in result.entries]
	charged = Decimal(cents) / 100 + result.costs_charged + result.interest_charged
	assert charged == received - result.unapplied + result.open_total
	assert min(still_open(result)) >= 0
	assert result.costs_charged == sum((amount for day, amount in dated(fees) if day <= as_of), Decimal(0))


@settings(max_examples=200)
@given(st.integers(0, 10**6), EVENTS, EVENTS, LENGTH)
def test_principal_first_charges_what_late_interest_says_and_costs_first_no_less(cents, paid, fees, length):
	as_of, principal = DUE + timedelta(days=length), Decimal(cents) / 100
	values = {"payments": dated(paid), "costs": dated(fees)}
	expected = late_interest(principal, "EUR", DUE, as_of, RATES, "XX", dated(paid))
	principal_first = account(principal, as_of, order=PRINCIPAL_FIRST, **values)
	assert principal_first.interest_charged == expected.total
	assert account(principal, as_of, **values).interest_charged >= expected.total
