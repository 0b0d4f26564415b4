"""Datetimes of an SQLite connection as Python's, as MariaDB's drivers give them.

As shipped, the driver is told of columns of the type TIMESTAMP, but those of the framework are of the type DATETIME, so
`creation`, `modified` and the like come back as text. What reckons with them then fails, such as the retry of e-mails
that were left Sending.
"""

import sqlite3
from datetime import datetime

from sandbox.patches.hook import after_import


def moment(stored: bytes) -> datetime | str:
	"""What is no moment, such as an empty text, stays what it is."""
	text = stored.decode()
	try:
		return datetime.fromisoformat(text)
	except ValueError:
		return text


@after_import("frappe.database.sqlite.database")
def read_datetimes(_module) -> None:
	sqlite3.register_converter("datetime", moment)
