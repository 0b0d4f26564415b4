"""Packages the framework imports but never uses here: cloud services, PostgreSQL, a compiled MySQL client.

Each missing one is played by an empty package whose classes exist (some stand in `except` clauses) and whose
functions say what is missing when called. MariaDB is reached through PyMySQL, which needs no compiler.
"""

import importlib.util
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

UNUSED = (
	"google",
	"googleapiclient",
	"google_auth_oauthlib",
	"psycopg2",
	"ldap3",
	"sentry_sdk",
	"posthog",
	"IPython",
)
MISSING = frozenset(name for name in UNUSED if importlib.util.find_spec(name) is None)


class EmptyPackage(MetaPathFinder, Loader):
	"""Finds and makes a stand-in for any module below a missing package."""

	def find_spec(self, name, path=None, target=None):
		return ModuleSpec(name, self, is_package=True) if name.partition(".")[0] in MISSING else None

	def create_module(self, spec):
		module = ModuleType(spec.name)
		module.__getattr__ = lambda attribute: stand_in(spec.name, attribute)
		return module

	def exec_module(self, module):
		pass


def stand_in(module: str, attribute: str):
	"""A class for a capitalised name, a function that refuses for any other."""
	if attribute.startswith("__"):
		raise AttributeError(attribute)
	if attribute[0].isupper():
		return type(attribute, (Exception,), {})

	def refuse(*args, **kwargs):
		raise ImportError(f"{module}.{attribute} is not available in the sandbox")

	return refuse


if not any(isinstance(finder, EmptyPackage) for finder in sys.meta_path):
	sys.meta_path.append(EmptyPackage())

if importlib.util.find_spec("MySQLdb") is None:
	# the web application loads this driver whether it is used or not
	driver = ModuleType("frappe.database.mariadb.mysqlclient")
	driver.MariaDBDatabase = None
	sys.modules.setdefault(driver.__name__, driver)
