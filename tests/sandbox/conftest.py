"""A site of its own for a test whose processes commit."""

import os

import pytest

from sandbox import runtime
from sandbox import site as sites


@pytest.fixture
def own_site(site):
	"""A copy of the pristine site, connected; afterwards the tests' own is connected again."""
	tests_site = site.local.site
	name = f"{tests_site}-own"
	site.db.rollback()
	site.destroy()
	sites.copy_site(sites.PRISTINE, name)
	try:
		with runtime.connected(name):
			yield name
	finally:
		sites.remove_site(name)
		os.environ["SANDBOX_SITE"] = tests_site
		from sandbox.testing import connect

		connect()
