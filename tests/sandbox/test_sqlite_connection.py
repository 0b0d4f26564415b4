"""Statements and transactions on SQLite behave as on MariaDB."""

import datetime
from decimal import Decimal

import pytest

from sandbox.patches.sqlite_connection import bind
from sandbox.patches.sqlite_functions import FUNCTIONS


def test_parameters_by_name_are_bound_not_pasted():
	statement, values = bind("select * from t where a = %(a)s and b > %(b)s", {"a": "O'Neill", "b": 5})
	assert statement == "select * from t where a = ? and b > ?"
	assert values == ["O'Neill", 5]


def test_lists_become_as_many_parameters():
	statement, values = bind("a in %s and b in %(b)s".replace("%s", "%(a)s"), {"a": (1, 2), "b": []})
	assert statement == "a in (?, ?) and b in (NULL)"
	assert values == [1, 2]
	assert bind("a in %s and b = %s", [["x"], "y"]) == ("a in (?) and b = ?", ["x", "y"])


def test_values_are_stored_as_text_or_number():
	values = [
		Decimal("1.25"),
		datetime.date(2026, 3, 1),
		datetime.datetime(2026, 3, 1, 8),
		datetime.timedelta(hours=8),
	]
	assert bind("%s %s %s %s", values)[1] == [1.25, "2026-03-01", "2026-03-01 08:00:00", "08:00:00"]


def test_doubled_percent_is_one_when_parameters_are_given():
	assert bind("a like '%%x%%' and b = %s", ["y"]) == ("a like '%x%' and b = ?", ["y"])
	assert bind("a like '%x%'", None) == ("a like '%x%'", [])


@pytest.mark.parametrize(
	("name", "arguments", "expected"),
	[
		("datediff", ("2026-03-01", "2026-02-27 23:00:00"), 2),
		("datediff", (None, "2026-02-27"), None),
		("date_format", ("2026-03-01", "%Y-%m %M %i"), "2026-03 March 00"),
		("last_day", ("2024-02-10",), "2024-02-29"),
		("quarter", ("2026-04-01",), 2),
		("concat_ws", ("-", "a", None, "b"), "a-b"),
		("concat", ("a", None), None),
		("greatest", (1, 3, 2), 3),
		("if", (0, "yes", "no"), "no"),
	],
)
def test_functions_of_mysql(name, arguments, expected):
	(function,) = (function for known, _, function in FUNCTIONS if known == name)
	assert function(*arguments) == expected


@pytest.fixture
def second(site):
	"""A second connection to the same database."""
	if site.db.db_type != "sqlite":
		pytest.skip("SQLite alone")
	first = site.local.db
	site.connect(set_admin_as_user=False)
	other = site.local.db
	site.local.db = first
	yield other
	other.close()


def test_who_has_read_can_write_after_another_wrote(site, second):
	"""As shipped this raised "database is locked" at once."""
	site.db.commit()
	assert site.db.count("ToDo") >= 0
	second.sql("insert into `tabToDo` (name, description) values ('second', 'x')")
	second.commit()
	site.db.sql("insert into `tabToDo` (name, description) values ('first', 'x')")
	assert {"first", "second"} <= set(site.get_all("ToDo", pluck="name"))
	site.db.rollback()
	assert not site.db.exists("ToDo", "first")
	site.db.delete("ToDo", {"name": "second"})
	site.db.commit()


def test_savepoint_undoes_only_what_came_after(site):
	site.db.sql("insert into `tabToDo` (name) values ('kept')")
	site.db.savepoint("trial")
	site.db.sql("insert into `tabToDo` (name) values ('undone')")
	site.db.rollback(save_point="trial")
	assert site.db.exists("ToDo", "kept")
	assert not site.db.exists("ToDo", "undone")


def test_savepoint_first_in_a_transaction_can_be_rolled_back_whole(site):
	site.db.commit()
	site.db.savepoint("first")
	site.db.sql("insert into `tabToDo` (name) values ('gone')")
	site.db.release_savepoint("first")
	site.db.rollback()
	assert not site.db.exists("ToDo", "gone")


def test_datetimes_are_read_as_datetimes(site):
	"""As MariaDB's drivers give them, in every way of reading; so Frappe's retry of stuck e-mails can reckon with them."""
	from frappe.email.queue import retry_sending_emails

	site.get_doc(
		{"doctype": "Email Queue", "sender": "a@example.com", "message": "x", "status": "Sending"}
	).db_insert()
	name = site.get_all("Email Queue", {"status": "Sending"}, pluck="name", limit=1)[0]
	long_ago = datetime.datetime(2026, 3, 1, 8, 0, 0, 500)
	site.db.set_value("Email Queue", name, "modified", long_ago, update_modified=False)
	assert site.db.get_value("Email Queue", name, "modified") == long_ago
	assert site.get_all("Email Queue", {"name": name}, pluck="modified") == [long_ago]
	retry_sending_emails()
	assert site.db.get_value("Email Queue", name, "status") == "Not Sent"
	site.db.delete("Email Queue", {"name": name})
	site.db.commit()


@pytest.mark.parametrize("stored", ["", "never"])
def test_what_is_no_moment_stays_text(stored):
	from sandbox.patches.sqlite_moments import moment

	assert moment(stored.encode()) == stored
