"""The benchmark `outbox_kills`, small: workers of the outbox are killed, and each message still goes out once."""

import os

import pytest

from sandbox import runtime
from sandbox import site as sites
from tests.benchmarks import outbox_kills


@pytest.fixture
def storm_site(site):
	"""A copy of the pristine site; afterwards the tests' own is connected again."""
	tests_site = site.local.site
	name = f"{tests_site}-storm"
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


def test_killed_workers_double_and_lose_nothing(storm_site):
	result = outbox_kills.run(
		kills=20, customers=10, crew=("planner", "dispatcher", "sender", "sender", "follower"), seed=7
	)
	assert result["kills"] >= 20
	# without any of these the storm proves nothing about the last metre
	assert result["kills_once_taken"] >= 2, result
	assert (result["doubled"], result["lost"]) == (0, 0), result
	assert result["planned"] == result["sent"] >= 10
	assert set(result["states"]) <= {"Sent", "Cancelled"}
