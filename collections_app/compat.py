"""Every difference between Frappe/ERPNext v15 and v16 that the app has to know, and nothing else."""


def integration_test_case() -> type:
	"""The framework's base class for tests with a database: v16 renamed it. Imported only when tests ask for it."""
	try:
		from frappe.tests import IntegrationTestCase
	except ImportError:
		from frappe.tests.utils import FrappeTestCase as IntegrationTestCase
	return IntegrationTestCase


def class_hooks(mixins: dict[str, str], classes: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
	"""The hooks (extend_doctype_class, override_doctype_class) that add to the classes of other apps' DocTypes.

	v16 mixes the additions of several apps together; v15 knows only one app's class for a DocType.
	"""
	try:
		from frappe.model.base_document import _get_extended_class  # noqa: F401
	except ImportError:
		return {}, classes
	return mixins, {}


def aggregate(function: str, field: str, alias: str):
	"""A field of `frappe.get_list` that counts or adds up (COUNT, SUM, MIN, MAX): v16 takes a dict, v15 a text."""
	try:
		from frappe.database.query import FUNCTION_MAPPING  # noqa: F401
	except ImportError:
		return f"{function.lower()}({field}) as {alias}"
	return {function: field, "as": alias}


def compile_translations(app: str) -> None:
	"""The app's `locale/*.po` as the files the framework reads; early releases of v15 know only `translations/*.csv`."""
	try:
		from frappe.gettext.translate import compile_translations as compile_all
	except ImportError:
		return
	compile_all(app)
