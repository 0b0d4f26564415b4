from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.frames import FrameError
from collections_app.engine.promises import PAYMENT_COLUMNS, RESULT_COLUMNS, settle

DUE = date(2024, 6, 10)


def promise(name="P1", **values):
	return {
		"promise": name,
		"customer": "C1",
		"promised_on": date(2024, 6, 1),
		"due_on": DUE,
		"amount": 100.0,
		"currency": "EUR",
		"items": ("A",),
		**values,
	}


def payment(amount, day=DUE, item="A", customer="C1", currency="EUR"):
	return {"customer": customer, "item": item, "date": day, "amount": amount, "currency": currency}


def entries(rows):
	return pd.DataFrame(list(rows), columns=list(PAYMENT_COLUMNS))


def settled(promises, payments=(), as_of=DUE, grace=0):
	frame = settle(pd.DataFrame(promises), entries(payments), as_of, grace)
	return {row.promise: (row.status, row.paid_amount, row.reason.code) for row in frame.itertuples()}


def one(*payments, as_of=DUE, grace=0, **values):
	return settled([promise(**values)], payments, as_of, grace)["P1"][:2]


LATER = DUE + timedelta(days=1)


def test_kept_at_once_when_fully_paid():
	assert one(payment(100.0, date(2024, 6, 2)), as_of=date(2024, 6, 2)) == ("Kept", 100.0)


def test_open_until_the_day_and_its_grace_are_over():
	assert one() == ("Open", 0.0)
	assert one(as_of=LATER, grace=1) == ("Open", 0.0)
	assert one(payment(40.0), as_of=DUE) == ("Open", 40.0)


def test_broken_and_partly_kept_after_it():
	assert one(as_of=LATER) == ("Broken", 0.0)
	assert one(as_of=LATER + timedelta(days=1), grace=1) == ("Broken", 0.0)
	assert one(payment(99.99), as_of=LATER) == ("Partly Kept", 99.99)


def test_payments_outside_the_time_do_not_count():
	assert one(payment(100.0, date(2024, 5, 31)), as_of=LATER) == ("Broken", 0.0)
	assert one(payment(100.0, date(2024, 6, 1)), as_of=LATER) == ("Kept", 100.0)
	assert one(payment(100.0, LATER), as_of=LATER) == ("Broken", 0.0)
	assert one(payment(100.0, LATER), as_of=LATER, grace=1) == ("Kept", 100.0)


def test_a_payment_is_not_known_before_its_day():
	assert one(payment(100.0, DUE), as_of=DUE - timedelta(days=1)) == ("Open", 0.0)


def test_only_the_promised_invoices_in_their_currency_count():
	assert one(payment(100.0, item="B"), as_of=LATER) == ("Broken", 0.0)
	assert one(payment(100.0, currency="USD"), as_of=LATER) == ("Broken", 0.0)
	assert one(payment(60.0), payment(40.0, item="B"), items=["A", "B"]) == ("Kept", 100.0)


@pytest.mark.parametrize("items", [(), [], None, "", float("nan")])
def test_without_invoices_any_of_the_customers_counts(items):
	assert one(payment(100.0, item="Z"), items=items) == ("Kept", 100.0)
	assert one(payment(100.0, item="Z", customer="C2"), items=items, as_of=LATER) == ("Broken", 0.0)


def test_cents_add_up_exactly():
	assert one(*[payment(0.1)] * 3, amount=0.3) == ("Kept", 0.3)
	assert one(payment(0.001, currency="KWD"), amount=0.001, currency="KWD") == ("Kept", 0.001)


def test_instalments_do_not_share_one_payment():
	promises = [promise("second", due_on=date(2024, 6, 20)), promise("first")]
	after = date(2024, 6, 21)
	for order in (promises, promises[::-1]):
		result = settled(order, [payment(100.0)], after)
		assert result["first"][0] == "Kept" and result["second"][0] == "Broken"
	result = settled(promises, [payment(150.0)], after)
	assert result["first"][:2] == ("Kept", 100.0) and result["second"][:2] == ("Partly Kept", 50.0)


def test_money_taken_back_does_not_count():
	back = payment(-60.0, DUE)
	assert one(payment(100.0, date(2024, 6, 5)), back, as_of=LATER) == ("Partly Kept", 40.0)
	for other in ({"item": "B"}, {"currency": "USD"}):
		assert one(payment(100.0, date(2024, 6, 5)), {**back, **other}, as_of=LATER) == ("Kept", 100.0)
	yen = [payment(100, date(2024, 6, 5), currency="JPY"), payment(-60, currency="JPY")]
	assert one(*yen, currency="JPY", as_of=LATER) == ("Partly Kept", 40.0)


def test_the_reason_says_what_was_paid():
	frame = settle(pd.DataFrame([promise()]), pd.DataFrame([payment(100.0)]), DUE)
	assert frame["reason"].iloc[0].to_dict() == {
		"code": "promise_kept",
		"params": {"paid": 100.0, "amount": 100.0, "currency": "EUR", "paid_on": "2024-06-10"},
	}
	frame = settle(pd.DataFrame([promise()]), pd.DataFrame([payment(25.0)]), LATER)
	assert frame["reason"].iloc[0].params["paid"] == 25.0
	assert frame["reason"].iloc[0].params["due_on"] == "2024-06-10"


@pytest.mark.parametrize(
	("field", "value"),
	[
		("amount", 0),
		("amount", -5.0),
		("amount", None),
		("amount", float("nan")),
		("due_on", None),
		("promised_on", None),
	],
)
def test_a_promise_that_cannot_be_used_stops_only_itself(field, value):
	promises = [promise("bad", **{field: value}), promise("good", items=("B",))]
	result = settled(promises, [payment(100.0, item="B")], LATER)
	assert result == {"bad": ("Open", 0.0, "promise_invalid"), "good": ("Kept", 100.0, "promise_kept")}


def test_no_promises_and_missing_columns():
	empty = settle(pd.DataFrame([promise()]).iloc[:0], pd.DataFrame([payment(1.0)]), DUE)
	assert list(empty.columns) == list(RESULT_COLUMNS) and empty.empty
	with pytest.raises(FrameError, match="due_on"):
		settle(pd.DataFrame([promise()]).drop(columns="due_on"), pd.DataFrame([payment(1.0)]), DUE)


PAYMENTS = st.lists(st.tuples(st.integers(1, 20000), st.integers(1, 30), st.sampled_from("AB")), max_size=8)
PROMISES = st.lists(
	st.tuples(st.integers(1, 20000), st.integers(2, 28), st.sampled_from(["A", "B", "AB"])), max_size=5
)
RANK = {"Broken": 0, "Partly Kept": 1, "Kept": 2}


@given(PROMISES, PAYMENTS, st.integers(0, 5))
def test_no_payment_counts_twice_and_more_money_never_hurts(drawn, paid, grace):
	promises = [
		promise(f"P{number}", amount=cents / 100, due_on=date(2024, 6, day), items=tuple(names))
		for number, (cents, day, names) in enumerate(drawn)
	]
	payments = [payment(cents / 100, date(2024, 6, day), name) for cents, day, name in paid]
	if not promises:
		return
	end = date(2024, 8, 1)
	result = settled(promises, payments, end, grace)
	counted = sum(round(amount * 100) for _status, amount, _code in result.values())
	assert counted <= sum(cents for cents, _day, _name in paid)
	for one_promise in promises:
		status, amount, _code = result[one_promise["promise"]]
		assert 0 <= amount <= one_promise["amount"]
		assert (status == "Kept") == (amount == one_promise["amount"])
		assert (status == "Broken") == (amount == 0)
	if len(promises) == 1:
		more = settled(promises, [*payments, payment(50.0)], end, grace)
		assert RANK[more["P0"][0]] >= RANK[result["P0"][0]]
