"""The MySQL functions that the framework, reports and apps use, as functions of an SQLite connection."""

import datetime
import math

from sandbox.patches.hook import after_import

PYTHON_FORMATS = {
	"%i": "%M",
	"%s": "%S",
	"%M": "%B",
	"%W": "%A",
	"%e": "%d",
	"%k": "%H",
	"%h": "%I",
	"%D": "%d",
}


@after_import("frappe.database.sqlite.database")
def add_functions(module) -> None:
	base = module.SQLiteDatabase
	open_connection = base.get_connection

	def get_connection(self, read_only=False):
		connection = open_connection(self, read_only)
		for name, count, function in FUNCTIONS:
			connection.create_function(name, count, function)
		return connection

	base.get_connection = get_connection


def moment(value) -> datetime.datetime | None:
	return None if value in (None, "") else datetime.datetime.fromisoformat(str(value))


def date_format(value, template):
	"""MySQL's DATE_FORMAT."""
	if (when := moment(value)) is None:
		return None
	parts, at = [], 0
	while at < len(template):
		step = 2 if template[at] == "%" else 1
		part = template[at : at + step]
		parts.append(PYTHON_FORMATS.get(part, part))
		at += step
	return when.strftime("".join(parts))


def datediff(later, earlier):
	"""Days from the second to the first date."""
	if later in (None, "") or earlier in (None, ""):
		return None
	return (moment(later).date() - moment(earlier).date()).days


def timestampdiff_seconds(earlier, later):
	if earlier in (None, "") or later in (None, ""):
		return None
	return int((moment(later) - moment(earlier)).total_seconds())


def part(name):
	def function(value):
		return None if (when := moment(value)) is None else getattr(when, name)

	return function


def concat(*values):
	return None if None in values else "".join(str(value) for value in values)


def concat_ws(separator, *values):
	return (
		None
		if separator is None
		else str(separator).join(str(value) for value in values if value is not None)
	)


def extreme(choose):
	def function(*values):
		return None if None in values else choose(values)

	return function


def now():
	return datetime.datetime.now().isoformat(" ")


def unix_timestamp(value):
	return None if (when := moment(value)) is None else int(when.timestamp())


def month_end(value):
	if (when := moment(value)) is None:
		return None
	following = (when.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
	return (following - datetime.timedelta(days=1)).date().isoformat()


def truncate(value, digits):
	return None if value is None else math.trunc(value * 10**digits) / 10**digits


FUNCTIONS = (
	("now", 0, now),
	("curdate", 0, lambda: datetime.date.today().isoformat()),
	("date_format", 2, date_format),
	("datediff", 2, datediff),
	(
		"time_to_sec",
		1,
		lambda value: timestampdiff_seconds("1970-01-01", f"1970-01-01 {value}") if value else None,
	),
	("year", 1, part("year")),
	("month", 1, part("month")),
	("day", 1, part("day")),
	("dayofmonth", 1, part("day")),
	("hour", 1, part("hour")),
	("quarter", 1, lambda value: None if (when := moment(value)) is None else (when.month + 2) // 3),
	("weekday", 1, lambda value: None if (when := moment(value)) is None else when.weekday()),
	("week", 1, lambda value: None if (when := moment(value)) is None else int(when.strftime("%U"))),
	("last_day", 1, month_end),
	("unix_timestamp", 1, unix_timestamp),
	("if", 3, lambda condition, yes, no: yes if condition else no),
	("concat", -1, concat),
	("concat_ws", -1, concat_ws),
	("greatest", -1, extreme(max)),
	("least", -1, extreme(min)),
	("truncate", 2, truncate),
)
