"""SQLite used by several processes at once, and parameters bound as the MySQL drivers bind them.

As shipped, each commit opens the next transaction at once. A transaction that has read cannot be turned into
a writing one after another process wrote: SQLite answers "database is locked" however long one is ready to
wait. Here a transaction begins with its first write (or savepoint), takes the write lock at once, and waits
for it if it must.

As shipped, parameters given by name are pasted into the statement as text, and lists cannot be given at all.
"""

import datetime
import re
import sqlite3
from decimal import Decimal

from sandbox.patches.hook import after_import

LOCK_TIMEOUT = 60
PLACEHOLDER = re.compile(r"%\((\w+)\)s|%s|%%")
# parameters that become several, and those SQLite takes as they are
SEVERAL = (list, tuple, set, frozenset)
PLAIN = frozenset({str, int, float, type(None)})


@after_import("frappe.database.sqlite.database")
def mend_connection(module) -> None:
	base = module.SQLiteDatabase
	connect = base.create_connection

	def create_connection(self, read_only=False):
		connection = connect(self, read_only)
		connection.isolation_level = "IMMEDIATE"
		return connection

	def get_connection(self, read_only=False):
		connection = open_connection(self, read_only)
		connection.execute(f"PRAGMA busy_timeout={LOCK_TIMEOUT * 1000}")
		connection.execute("PRAGMA synchronous=OFF")
		return connection

	def begin(self, *, read_only=False):
		import frappe

		wanted = bool(read_only or frappe.flags.read_only)
		if wanted != bool(getattr(self, "read_only", False)):
			if self._conn:
				self._conn.close()
			self._conn = self.get_connection(read_only=wanted)
			self._cursor = self._conn.cursor()
			self.read_only = wanted

	def savepoint(self, save_point):
		if not self._conn:
			self.connect()
		if not self._conn.in_transaction:
			self._cursor.execute("BEGIN IMMEDIATE")
		self.sql(f"savepoint {save_point}")

	def commit(self, chain=None):
		finish(self, chain=chain)
		self.value_cache.clear()

	def rollback(self, *, save_point=None, chain=None):
		undo(self, save_point=save_point, chain=chain)
		self.value_cache.clear()

	def execute_query(self, query, values=None):
		return self._cursor.execute(*bind(query, values))

	open_connection, finish, undo = base.get_connection, base.commit, base.rollback
	base.create_connection, base.get_connection = create_connection, get_connection
	base.begin, base.savepoint, base.commit, base.rollback = begin, savepoint, commit, rollback
	base.execute_query = execute_query


@after_import("frappe.database.sqlite.database")
def tell_keys_apart(module) -> None:
	"""Python 3.10 gives no error codes; the statement's message names the column."""

	def violates_name(error):
		return "UNIQUE constraint failed" in str(error) and str(error).endswith(".name")

	def violates_other(error):
		return "UNIQUE constraint failed" in str(error) and not violates_name(error)

	util = module.SQLiteExceptionUtil
	util.is_primary_key_violation = staticmethod(violates_name)
	util.is_unique_key_violation = staticmethod(violates_other)


def bind(query: str, values) -> tuple[str, list]:
	"""The statement with SQLite's placeholders and the parameters in their order.

	A list becomes as many as it has members.
	"""
	if not values:
		return query, []
	named = values if isinstance(values, dict) else None
	if isinstance(values, list) and "%%" not in query and not any(isinstance(one, SEVERAL) for one in values):
		# many rows in one statement: a search for each placeholder would take longer than writing them
		return query.replace("%s", "?"), [one if type(one) in PLAIN else plain(one) for one in values]
	rest = iter(() if named is not None else values if isinstance(values, list | tuple) else (values,))
	bound = []

	def place(match):
		if match.group() == "%%":
			return "%"
		value = named[match.group(1)] if match.group(1) else next(rest)
		members = list(value) if isinstance(value, SEVERAL) else [value]
		bound.extend(plain(member) for member in members)
		marks = ", ".join("?" * len(members))
		return f"({marks or 'NULL'})" if members != [value] else marks

	text = PLACEHOLDER.sub(place, query)
	# the query builder writes SQLite's own placeholders
	return text, [*bound, *(plain(value) for value in rest)]


def plain(value):
	"""A value as SQLite stores it."""
	if isinstance(value, Decimal):
		return float(value)
	if isinstance(value, datetime.datetime):
		return value.isoformat(" ")
	if isinstance(value, datetime.date | datetime.time):
		return value.isoformat()
	if isinstance(value, datetime.timedelta):
		return str((datetime.datetime.min + value).time())
	return value


sqlite3.register_adapter(Decimal, float)
