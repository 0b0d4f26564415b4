"""A customer's file in the browser: a bureau's report, put under monitoring and taken out of it."""

import os

import pytest

from sandbox import site as sites
from sandbox.providers import creditsafe
from tests.e2e.test_credit_reports import connect, file_of

BUREAU, NUMBER = "Creditsafe", "DE-0-HRB4711"


@pytest.fixture(scope="module")
def bureau(url):
	"""Creditsafe on 127.0.0.1, which the site may call."""
	with creditsafe.CreditsafeServer() as server:
		folder = sites.SITES / f"e2e-{os.getpid()}"
		allowed = {"collections_allowed_hosts": [server.host]}
		sites.write_config(folder / "site_config.json", {**sites.read_config(folder), **allowed})
		yield server


def test_monitored_from_the_customers_file(desk, bureau):
	desk.open("customer")
	connect(desk, BUREAU, "creditsafe", bureau, {**creditsafe.CREDENTIALS, "country": "DE"})
	(case, *_others) = desk.ask(
		"frappe.client.get_list", doctype="Collection Case", fields=["customer", "customer_name"]
	)
	bureau.add(NUMBER, "D", name=f"{case['customer_name']} GmbH", reg="HRB 4711", limit="2500")
	part = file_of(desk, case["customer"])
	row = part.locator(".panel-row", has_text=BUREAU).filter(has_text="Identify")
	assert not row.get_by_role("button", name="Monitor").count(), "nobody knows yet whom to monitor"
	row.get_by_role("button", name="Identify").click()
	desk.dialog.wait_for()
	desk.dialog.get_by_role("button", name="Search").click()
	desk.dialog.get_by_role("button", name="This One").click()
	row.get_by_text(NUMBER).wait_for()
	row.get_by_role("button", name="Order Report").click()
	part.get_by_text("15 of 100").wait_for()
	row.get_by_role("button", name="Monitor", exact=True).click()
	row.get_by_text("Under Monitoring").wait_for()
	assert list(bureau.watched) == [NUMBER]
	if folder := os.environ.get("SCREENSHOTS"):
		desk.page.screenshot(path=f"{folder}/credit_bureaus.png")
	row.get_by_role("button", name="End Monitoring").click()
	row.get_by_role("button", name="Monitor", exact=True).wait_for()
	assert not bureau.watched
