"""MariaDB without its command-line client: the framework's first tables are read in through the driver.

The driver is PyMySQL, which needs no compiler.
"""

from pathlib import Path

from sandbox.patches.hook import after_import


@after_import("frappe.database.db_manager")
def restore_through_driver(db_manager) -> None:
	def restore_database(verbose, target, source, user, password):
		import frappe

		from sandbox import database

		database.run_script(frappe.conf, Path(source).read_text())

	db_manager.DbManager.restore_database = staticmethod(restore_database)
