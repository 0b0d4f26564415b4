import itertools
from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.engine.frames import FrameError
from collections_app.engine.levels import DONE_COLUMNS, with_last_steps
from collections_app.engine.steps import due_steps
from tests.unit.engine.builders import AS_OF, item, items, step


def plan(*names: str, plan="P", days=10):
	"""A step for each name, `days` apart."""
	return [step(level, level * days, step=name, plan=plan) for level, name in enumerate(names, start=1)]


def done(*rows: tuple, plan="P") -> pd.DataFrame:
	"""Rows of (step, level then, days overdue then) of the item SI-1."""
	frame = pd.DataFrame(
		[
			{
				"item": "Sales Invoice|SI-1|",
				"plan": plan,
				"step": name,
				"level": level,
				"done_on": AS_OF - timedelta(days=100 - overdue),
				"days_overdue": overdue,
			}
			for name, level, overdue in rows
		],
		columns=DONE_COLUMNS,
	)
	return frame.astype({"done_on": "datetime64[ns]"})


def last(frame: pd.DataFrame, steps, **values) -> int:
	return int(with_last_steps(items(item(**values)), frame, steps)["last_level"].iloc[0])


def test_nothing_done():
	found = with_last_steps(items(item()), done(), plan("A", "B"))
	assert found["last_level"].tolist() == [0] and found["last_done_on"].isna().all()


def test_the_last_step_and_its_day():
	frame = pd.concat([done(("A", 1, 10), ("B", 2, 20)), done(("X", 7, 5)).assign(item="other")])
	found = with_last_steps(items(item(), item("SI-2")), frame, plan("A", "B", "C"))
	assert found["last_level"].tolist() == [2, 0]
	assert found["last_done_on"].dt.date.tolist()[0] == AS_OF - timedelta(days=80)


@pytest.mark.parametrize(
	("now", "level", "following"),
	[
		("ABC", 2, "C"),
		# put in before what was done, and after it
		("XABC", 3, "C"),
		("ABXC", 2, "X"),
		# taken out: one that was done, the last one done, one to come
		("BC", 1, "C"),
		("AC", 1, "C"),
		("AB", 2, None),
		# moved
		("BAC", 2, "C"),
		("ACB", 3, None),
	],
)
def test_a_plan_that_changed_on_the_way(now, level, following):
	steps = plan(*now)
	frame = done(("A", 1, 10), ("B", 2, 20))
	assert last(frame, steps) == level
	rows = with_last_steps(items(item(due_date=str(AS_OF - timedelta(days=500)))), frame, steps)
	assert due_steps(rows, steps, AS_OF).due["step"].tolist() == ([following] if following else [])


def test_a_step_removed_is_measured_by_its_day():
	# A was the first of three; without it, B must not be passed over
	assert last(done(("A", 1, 10)), plan("B", "C", days=15)) == 0
	# rows made anew, as an import does: what was done stays done
	assert last(done(("A", 1, 10), ("B", 2, 20)), plan("K", "L", "M")) == 2
	# taken up late, two steps were done within a week of each other
	assert last(done(("A", 1, 300), ("B", 2, 307)), plan("K", "L", "M")) == 2


def test_a_step_of_another_plan_counts_with_the_level_it_had():
	assert last(done(("A", 1, 10), ("B", 2, 20), plan="Q"), plan("K", "L", "M")) == 2
	both = pd.concat([done(("A", 1, 10), ("B", 2, 20), plan="Q"), done(("K", 1, 30))])
	assert last(both, plan("K", "L", "M")) == 2
	# the same id in another plan is another step
	assert last(done(("K", 3, 10), plan="Q"), plan("K", "L", "M")) == 3


def test_without_a_plan_and_bad_frames():
	assert last(done(("A", 1, 10)), plan("A"), plan=None) == 1
	with pytest.raises(FrameError, match="days_overdue"):
		with_last_steps(items(item()), done().drop(columns="days_overdue"), [])


@settings(max_examples=8)
@given(
	st.lists(st.sampled_from(["put in", "take out", "move", "none"]), min_size=1, max_size=10),
	st.lists(st.integers(0, 30), min_size=24, max_size=24),
	st.randoms(use_true_random=False),
)
def test_no_step_is_done_twice_or_passed_over_while_the_plan_changes(changes, numbers, random):
	"""Over many days, with days missed, and the plan edited on the way: steps go up, one a day, none twice."""
	order = list("ABCD")
	fresh = iter("KLMNOPQRSTUVWXYZ")
	frame, today = done(), AS_OF - timedelta(days=200)
	row = item(due_date=str(today))
	names: list[str] = []
	for number in range(24):
		today += timedelta(days=1 + numbers[number] % 4)
		if number % 4 == 0 and changes:
			change = changes.pop()
			if change == "put in":
				order.insert(random.randrange(len(order) + 1), next(fresh))
			elif change == "take out" and len(order) > 1:
				order.pop(random.randrange(len(order)))
			elif change == "move":
				random.shuffle(order)
		steps = plan(*order, days=5)
		known = with_last_steps(items(row), frame, steps)
		due = due_steps(known, steps, today, {"P": 3}).due
		assert len(due) <= 1
		for taken in due.itertuples():
			assert taken.step not in names
			# the next one of the plan as it stands: all below it are done, or stand before the last one done
			last_level = int(known["last_level"].iloc[0])
			assert taken.level == last_level + 1
			names.append(taken.step)
			overdue = (today - pd.Timestamp(row["due_date"]).date()).days
			new = done((taken.step, taken.level, overdue)).assign(done_on=pd.Timestamp(today))
			frame = pd.concat([frame, new], ignore_index=True) if len(frame) else new
			again = due_steps(with_last_steps(items(row), frame, steps), steps, today, {"P": 3}).due
			assert again.empty
	days = [when.date() for when in frame["done_on"]]
	assert all((second - first).days >= 3 for first, second in itertools.pairwise(days))
