import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.outbox import OUT, PENDING, STATES, TRANSITIONS, action_key, can_move

BASE = ("CASE-1", "Standard", "S1", [("A", 1), ("B", 2)], "Email")


def test_the_key_is_the_same_whatever_the_order():
	key = action_key(*BASE)
	assert len(key) == 64 and set(key) <= set("0123456789abcdef")
	assert key == action_key("CASE-1", "Standard", "S1", [("B", 2), ("A", 1), ("A", 1)], "Email")


@pytest.mark.parametrize(
	"other",
	[
		("CASE-2", *BASE[1:]),
		("CASE-1", "Firm", *BASE[2:]),
		("CASE-1", "Standard", "S2", *BASE[3:]),
		(*BASE[:3], [("A", 1)], "Email"),
		(*BASE[:3], [("A", 1), ("B", 3)], "Email"),
		(*BASE[:3], [("A", 1), ("C", 2)], "Email"),
		(*BASE[:4], "Call"),
	],
)
def test_every_part_makes_another_key(other):
	assert action_key(*other) != action_key(*BASE)


def test_ends_of_parts_do_not_run_into_the_next():
	assert action_key("a|b", "c", "S1", [], "Email") != action_key("a", "b|c", "S1", [], "Email")
	assert action_key("a", "c", "S1", [("x,1", 1)], "Email") != action_key(
		"a", "c", "S1", [("x", 1)], "Email"
	)


PARTS = st.tuples(
	st.text("a|,\"'", max_size=3),
	st.text("a|,\"'", max_size=3),
	st.text("a|,\"'", max_size=3),
	st.frozensets(st.tuples(st.text("a|,1", max_size=3), st.integers(0, 3)), max_size=3),
	st.text("a|,\"'", max_size=3),
)


@given(PARTS, PARTS)
def test_parts_never_run_together(first, second):
	assert (action_key(*first) == action_key(*second)) == (first == second)


def test_the_way_of_an_action():
	way = ["Planned", "Awaiting Approval", "Queued", "Sending", "Sent", "Delivered", "Proved"]
	assert all(can_move(source, target) for source, target in itertools.pairwise(way))


@pytest.mark.parametrize(
	("source", "target"),
	[
		("Planned", "Sending"),
		("Planned", "Sent"),
		("Awaiting Approval", "Sending"),
		("Held", "Sending"),
		("Sent", "Queued"),
		("Sent", "Sending"),
		("Delivered", "Queued"),
		("Sending", "Cancelled"),
		("Uncertain", "Sending"),
		("Cancelled", "Planned"),
		("Proved", "Failed"),
	],
)
def test_moves_that_could_send_twice_or_lose_are_refused(source, target):
	assert not can_move(source, target)


def test_only_queued_actions_are_sent_and_the_table_is_complete():
	assert set(TRANSITIONS) == set(STATES) and len(STATES) == 11
	assert {source for source in STATES if can_move(source, "Sending")} == {"Queued"}
	assert {state for state in STATES if not TRANSITIONS[state]} == {"Proved", "Cancelled"}
	assert all(can_move(state, "Cancelled") for state in PENDING)
	assert not {*OUT} & {*PENDING} and OUT == ("Sent", "Delivered", "Proved", "Uncertain")


def test_unknown_states_are_named():
	with pytest.raises(ValueError, match="Lost"):
		can_move("Lost", "Sent")
	with pytest.raises(ValueError, match="Lost"):
		can_move("Sent", "Lost")
