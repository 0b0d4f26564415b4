"""Lengths of text and sizes of numbers, checked on SQLite by MariaDB's column types.

SQLite takes text of any length, so a value that a bench refuses would go unnoticed.
"""

from functools import lru_cache

from sandbox.patches.hook import after_import


@after_import("frappe.model.base_document")
def check_lengths(base_document) -> None:
	import frappe

	check = base_document.BaseDocument._validate_length

	def _validate_length(self):
		if frappe.db.db_type != "sqlite":
			return check(self)
		own = frappe.db.type_map
		frappe.db.type_map = mariadb_types()
		try:
			check(self)
		finally:
			frappe.db.type_map = own

	base_document.BaseDocument._validate_length = _validate_length


@lru_cache
def mariadb_types() -> dict:
	"""Field type -> (column type, length) as MariaDB has it."""
	from frappe.database.mariadb.database import MariaDBDatabase

	database = MariaDBDatabase.__new__(MariaDBDatabase)
	database.setup_type_map()
	return database.type_map
