"""Days of a simulated year: the world's morning, people's work, the run, the check."""

from __future__ import annotations

from dataclasses import dataclass

from tests.unit.year.collecting import Collecting
from tests.unit.year.invariants import Invariants, Violation
from tests.unit.year.world import World


@dataclass
class Year:
	days: int
	runs: int
	customers: int
	items: int
	messages: int
	promises: int
	violations: list[Violation]


def simulate(
	customers: int,
	days: int = 365,
	seed: int = 1,
	collecting: type[Collecting] = Collecting,
	stop_at: str | None = None,
) -> Year:
	"""`stop_at`: the rule whose first violation ends the year."""
	world = World(customers, seed)
	work = collecting(world)
	invariants = Invariants(world, work)
	runs = messages = 0
	for _day in range(days):
		world.morning()
		work.people()
		out = None
		if world.runs_today:
			out = work.run()
			runs += 1
			messages += len(out)
		invariants.check(out)
		if stop_at and any(one.rule == stop_at for one in invariants.violations):
			break
	return Year(days, runs, customers, len(world.items), messages, len(world.promises), invariants.violations)
