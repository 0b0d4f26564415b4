"""Every difference between Frappe/ERPNext v15 and v16 that the app has to know, and nothing else."""


def integration_test_case() -> type:
	"""The framework's base class for tests with a database: v16 renamed it. Imported only when tests ask for it."""
	try:
		from frappe.tests import IntegrationTestCase
	except ImportError:
		from frappe.tests.utils import FrappeTestCase as IntegrationTestCase
	return IntegrationTestCase
