"""What the single-app edition of the framework dropped or stubbed, put back module by module.

Every module here says in its docstring what it mends. A change is bound to a framework module by
`after_import` and made right after that module is first imported, so nothing is loaded that nobody uses.
"""

import importlib

from sandbox.patches import hook

MODULES = (
	"optional_packages",
	"query_dialect",
	"site_folder",
	"apps",
	"installing",
	"uninstalling",
	"module_names",
	"mariadb",
	"sqlite_connection",
	"sqlite_functions",
	"sqlite_schema",
	"sqlite_lengths",
	"sqlite_moments",
	"cache",
	"printing",
	"whitelist",
	"test_support",
	"setup_state",
	"quiet",
	"network",
)


def apply() -> None:
	"""Make all changes, now or when their module is imported.

	To be called before the first `import frappe`.
	"""
	hook.install()
	for name in MODULES:
		importlib.import_module(f"sandbox.patches.{name}")
