from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.promises import settle

from .test_promises import entries, payment, promise

JUNE = [date(2024, 6, day) for day in range(1, 31)]
THREE = [(date(2024, 6, 10), 40.0), (date(2024, 6, 15), 30.0), (date(2024, 6, 20), 30.0)]


def judged(payments=(), as_of=date(2024, 6, 30), grace=0, credits=(), **values):
	"""Status, amount counted, statuses and amounts of the instalments, code of the reason."""
	row = settle(
		pd.DataFrame([promise(**{"due_on": date(2024, 6, 20), "instalments": THREE, **values})]),
		entries(payments),
		as_of,
		grace,
		entries(credits),
	).iloc[0]
	return row.status, row.paid_amount, row.instalments, row.reason.code


def test_every_instalment_in_time_keeps_the_promise():
	paid = [payment(40, date(2024, 6, 9)), payment(30, date(2024, 6, 15)), payment(30, date(2024, 6, 20))]
	status, amount, parts, code = judged(paid)
	assert (status, amount, code) == ("Kept", 100, "promise_kept")
	assert parts == [("Kept", 40), ("Kept", 30), ("Kept", 30)]


def test_open_between_the_instalments():
	status, amount, parts, code = judged([payment(40, date(2024, 6, 9))], date(2024, 6, 14))
	assert (status, amount, code) == ("Open", 40, "promise_open")
	assert parts == [("Kept", 40), ("Open", 0), ("Open", 0)]


def test_paid_ahead_counts_for_the_next():
	status, amount, parts, _code = judged([payment(70, date(2024, 6, 9))], date(2024, 6, 16))
	assert (status, amount, parts) == ("Open", 70, [("Kept", 40), ("Kept", 30), ("Open", 0)])


@pytest.mark.parametrize(
	("second", "status"), [((), "Broken"), ((payment(10, date(2024, 6, 15)),), "Partly Kept")]
)
def test_a_missed_instalment_ends_the_promise_at_once(second, status):
	paid = [payment(40, date(2024, 6, 9)), *second]
	still = judged(paid, date(2024, 6, 17), grace=2)
	assert still[0] == "Open"
	found, amount, parts, code = judged(paid, date(2024, 6, 18), grace=2)
	assert (found, code) == (status, "promise_instalment_missed")
	assert amount == 40 + sum(one["amount"] for one in second)
	assert [one for one, _paid in parts] == ["Kept", status, "Cancelled"]


def test_later_instalments_of_a_missed_one_take_nothing():
	late = [payment(100, date(2024, 6, 19))]
	assert judged(late)[:3] == ("Broken", 0, [("Broken", 0), ("Cancelled", 0), ("Cancelled", 0)])
	both = [promise(instalments=THREE, due_on=date(2024, 6, 20)), promise("P2", due_on=date(2024, 6, 20))]
	rows = settle(pd.DataFrame(both), entries(late), date(2024, 6, 30))
	assert list(rows["status"]) == ["Broken", "Kept"]


def test_the_same_whichever_day_it_is_judged():
	"""A run that was skipped finds on a later day what it would have found on the day itself."""
	late = [payment(40, date(2024, 6, 12)), payment(60, date(2024, 6, 14))]
	assert judged(late, date(2024, 6, 11))[0] == "Broken"
	assert judged(late, date(2024, 6, 30))[0] == "Broken"


def test_credit_note_takes_the_last_instalment_off():
	credit = [payment(30, date(2024, 6, 5))]
	paid = [payment(40, date(2024, 6, 9)), payment(30, date(2024, 6, 15))]
	assert judged(paid, credits=credit)[:3] == ("Kept", 70, [("Kept", 40), ("Kept", 30), ("Kept", 0)])
	assert judged(paid[:1], credits=credit)[0] == "Broken"


class TestCreditNote:
	plain: dict = {"instalments": None, "due_on": date(2024, 6, 10)}

	def test_of_the_whole_amount(self):
		"""Nothing is left to pay: not broken."""
		result = judged(credits=[payment(100, date(2024, 6, 8))], **self.plain)
		assert result == ("Kept", 0, [("Kept", 0)], "promise_credited")

	def test_of_a_part(self):
		"""The rest has to be paid, and no more."""
		credit = [payment(30, date(2024, 6, 8))]
		assert judged(credits=credit, **self.plain)[0] == "Broken"
		assert judged([payment(69.99)], credits=credit, **self.plain)[0] == "Partly Kept"
		assert judged([payment(70)], credits=credit, **self.plain)[:2] == ("Kept", 70)

	def test_too_late_or_elsewhere(self):
		for wrong in (
			{"day": date(2024, 6, 11)},
			{"day": date(2024, 5, 31)},
			{"item": "B"},
			{"currency": "USD"},
		):
			assert judged(credits=[payment(100, **wrong)], **self.plain)[0] == "Broken", wrong

	def test_reduces_what_was_not_promised_first(self):
		"""60 of 100 were promised; after a credit note of 30 there are 70 open, and 60 are still promised."""
		values = {**self.plain, "amount": 60.0, "open_amount": 100.0}
		credit = [payment(30, date(2024, 6, 8))]
		assert judged([payment(59)], credits=credit, **values)[0] == "Partly Kept"
		assert judged([payment(40)], credits=[payment(60, date(2024, 6, 8))], **values)[:2] == ("Kept", 40)

	def test_taken_back(self):
		credit = [payment(100, date(2024, 6, 8)), payment(-100, date(2024, 6, 9))]
		assert judged(credits=credit, **self.plain)[0] == "Broken"


def test_what_is_settled_in_time_is_kept():
	"""Two promises of 50 on one invoice of 100, of which 50 were credited: 50 paid leave nothing open."""
	both = [promise(name, amount=50.0, open_amount=100.0) for name in ("P1", "P2")]
	credit = entries([payment(50, date(2024, 6, 8))])
	for paid, expected in ((50, ["Kept", "Kept"]), (49, ["Partly Kept", "Broken"])):
		rows = settle(pd.DataFrame(both), entries([payment(paid)]), date(2024, 6, 30), 0, credit)
		assert list(rows["status"]) == expected


@pytest.mark.parametrize(
	"wrong",
	[
		[THREE[1], THREE[0], THREE[2]],
		[THREE[0], THREE[0], THREE[2]],
		THREE[:2],
		[*THREE, (date(2024, 6, 25), 0.0)],
		[(None, 100.0)],
		[(date(2024, 6, 10), None)],
	],
)
def test_wrong_instalments_stop_only_their_promise(wrong):
	both = [promise("bad", instalments=wrong), promise("good", items=("B",), instalments=[])]
	rows = settle(pd.DataFrame(both), entries([payment(100, item="B")]), date(2024, 6, 30))
	assert [(row.status, row.reason.code) for row in rows.itertuples()] == [
		("Open", "promise_invalid"),
		("Kept", "promise_kept"),
	]
	assert rows["reason"].iloc[0].params["field"] == "instalments"


def test_the_reason_names_the_missed_instalment():
	row = settle(
		pd.DataFrame([promise(instalments=THREE)]),
		entries([payment(40, date(2024, 6, 9))]),
		date(2024, 6, 30),
	).iloc[0]
	assert row.reason.to_dict()["params"] == {
		"paid": 40.0,
		"amount": 100.0,
		"currency": "EUR",
		"due_on": "2024-06-15",
		"number": 2,
		"count": 3,
	}


AMOUNTS = st.lists(st.tuples(st.integers(1, 5000), st.sampled_from(JUNE)), max_size=6)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=4), AMOUNTS, AMOUNTS, st.integers(0, 5))
def test_the_verdict_never_changes_once_it_is_there(parts, paid, credited, grace):
	"""Judged day by day, a settled promise stays what it was found to be, and counts no more than was paid."""
	dates = [date(2024, 6, 5) + timedelta(days=6 * number) for number in range(len(parts))]
	agreed = [(when, cents / 100) for when, cents in zip(dates, parts, strict=True)]
	values = {"amount": sum(parts) / 100, "due_on": dates[-1], "instalments": agreed}
	payments = [payment(cents / 100, when) for cents, when in paid]
	credits = [payment(cents / 100, when) for cents, when in credited]
	found = None
	for day in [*JUNE, date(2024, 7, 20)]:
		status, amount, instalments, _code = judged(payments, day, grace, credits, **values)
		assert amount == pytest.approx(sum(one for _status, one in instalments))
		assert round(amount * 100) <= min(sum(parts), sum(cents for cents, _when in paid))
		if found in ("Broken", "Partly Kept"):
			assert status == found
		found = status
	assert found != "Open"
	assert (found == "Kept") == all(one == "Kept" for one, _paid in instalments)
