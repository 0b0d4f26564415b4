"""How the payer types pay: each gives, for one instalment, when which share of it arrives."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

PROMPT = "Prompt"
SLOW_BUT_SURE = "Slow but sure"
DRIFTING = "Drifting"
PART_PAYER = "Part payer"
SEASONAL = "Seasonal"
SERIAL_LATE = "Serial late"
NEW = "New customer"
DISPUTE_PRONE = "Dispute-prone"
INSOLVENT = "Near insolvency"

# How many of each among the 120, and how often each buys compared with the others
PAYER_TYPES = {
	PROMPT: (40, 1.0),
	SLOW_BUT_SURE: (24, 1.2),
	DRIFTING: (12, 1.6),
	PART_PAYER: (9, 1.0),
	SEASONAL: (9, 1.0),
	SERIAL_LATE: (11, 2.0),
	NEW: (6, 0.35),
	DISPUTE_PRONE: (5, 1.4),
	INSOLVENT: (4, 2.4),
}
NEVER = None


@dataclass(frozen=True)
class Instalment:
	"""`share` of the amount due, paid `days_late` after the due date (None: never)."""

	share: float
	days_late: int | None


@dataclass(frozen=True)
class Circumstances:
	"""What a payer's conduct depends on: its due date, the first and last day of the story, the day it ran dry."""

	due_date: date
	history_start: date
	as_of: date
	habit_days: int
	stopped_paying_on: date | None

	@property
	def elapsed(self) -> float:
		"""0 at the start of the history, 1 on `as_of`."""
		days = (self.as_of - self.history_start).days
		return min(max((self.due_date - self.history_start).days / days, 0.0), 1.0)


def _bounded(random: Random, mean: float, spread: float, low: int, high: int) -> int:
	return round(min(max(random.gauss(mean, spread), low), high))


def _prompt(random: Random, around: Circumstances) -> list[Instalment]:
	return [Instalment(1, _bounded(random, -1 + around.habit_days / 4, 2.5, -9, 5))]


def _slow_but_sure(random: Random, around: Circumstances) -> list[Instalment]:
	return [Instalment(1, _bounded(random, 15 + around.habit_days, 3.5, 5, 32))]


def _drifting(random: Random, around: Circumstances) -> list[Instalment]:
	mean = 1 + around.habit_days + 60 * around.elapsed**2
	return [Instalment(1, _bounded(random, mean, 5, -4, 85))]


def _part_payer(random: Random, around: Circumstances) -> list[Instalment]:
	first = _bounded(random, 5, 4, -3, 15)
	if random.random() < 0.3:
		return [Instalment(1, first + 6)]
	share = random.choice((0.3, 0.4, 0.5, 0.5, 0.6))
	return [Instalment(share, first), Instalment(1 - share, first + _bounded(random, 36, 9, 18, 65))]


def _seasonal(random: Random, around: Circumstances) -> list[Instalment]:
	"""Short of money from July to September, prompt otherwise."""
	if around.due_date.month in (7, 8, 9):
		return [Instalment(1, _bounded(random, 42, 8, 22, 65))]
	return [Instalment(1, _bounded(random, 2, 4, -4, 12))]


def _serial_late(random: Random, around: Circumstances) -> list[Instalment]:
	return [Instalment(1, _bounded(random, 66 + 3 * around.habit_days, 26, 20, 150))]


def _new(random: Random, around: Circumstances) -> list[Instalment]:
	return [Instalment(1, _bounded(random, 6, 9, -4, 30))]


def _dispute_prone(random: Random, around: Circumstances) -> list[Instalment]:
	if random.random() < 0.35:
		return [Instalment(1, _bounded(random, 78, 18, 45, 130))]
	return [Instalment(1, _bounded(random, 8, 5, -2, 20))]


def _near_insolvency(random: Random, around: Circumstances) -> list[Instalment]:
	days_late = _bounded(random, 32 + 20 * around.elapsed, 9, 8, 75)
	if around.stopped_paying_on and around.due_date + timedelta(days_late) >= around.stopped_paying_on:
		return [Instalment(1, NEVER)]
	return [Instalment(1, days_late)]


_CONDUCT = {
	PROMPT: _prompt,
	SLOW_BUT_SURE: _slow_but_sure,
	DRIFTING: _drifting,
	PART_PAYER: _part_payer,
	SEASONAL: _seasonal,
	SERIAL_LATE: _serial_late,
	NEW: _new,
	DISPUTE_PRONE: _dispute_prone,
	INSOLVENT: _near_insolvency,
}


def plan_payment(random: Random, payer_type: str, around: Circumstances) -> list[Instalment]:
	"""The payments with which a payer of `payer_type` settles one instalment."""
	return _CONDUCT[payer_type](random, around)
