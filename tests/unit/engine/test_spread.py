"""Spreading work evenly over people."""

from collections_app.engine.spread import spread


def test_heaviest_first_to_whom_has_least():
	given, left = spread([("a", 5), ("b", 4), ("c", 3), ("d", 2)], ["Ann", "Bob"])
	assert given == {"a": "Ann", "b": "Bob", "c": "Bob", "d": "Ann"}
	assert left == []


def test_parts_without_weight_go_by_number():
	given, _left = spread([(name, 0) for name in "abcd"], ["Ann", "Bob"])
	assert sorted(given.values()) == ["Ann", "Ann", "Bob", "Bob"]


def test_load_to_begin_with():
	given, _left = spread([("a", 5), ("b", 5)], ["Ann", "Bob"], load={"Ann": 20})
	assert set(given.values()) == {"Bob"}


def test_who_may_not_take_a_part():
	given, left = spread(
		[("a", 5), ("b", 4)], ["Ann"], may=lambda part, person: part == "a" and person == "Ann"
	)
	assert (given, left) == ({"a": "Ann"}, ["b"])
	assert spread([("a", 1)], []) == ({}, ["a"])
