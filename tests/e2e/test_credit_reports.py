"""A customer's file in the browser: identified at a register, a report ordered, a match on a sanctions list decided."""

import os

import pytest

from sandbox import site as sites
from sandbox.providers import companies_house, opensanctions
from tests.e2e.seed_facts import COMPANY

REGISTER, LISTS = "Companies House", "Sanctions"


@pytest.fixture(scope="module")
def providers(url):
	"""Companies House and OpenSanctions on 127.0.0.1, which the site may call."""
	servers = {
		REGISTER: companies_house.CompaniesHouseServer(),
		LISTS: opensanctions.OpenSanctionsServer(),
	}
	for server in servers.values():
		server.start()
	folder = sites.SITES / f"e2e-{os.getpid()}"
	allowed = {"collections_allowed_hosts": [server.host for server in servers.values()]}
	sites.write_config(folder / "site_config.json", {**sites.read_config(folder), **allowed})
	yield servers
	for server in servers.values():
		server.stop()


def connect(desk, name: str, connector: str, server, credentials: dict) -> None:
	desk.ask(
		"frappe.client.insert",
		doc={
			"doctype": "Connector Config",
			"connector_name": name,
			"connector": connector,
			"company": COMPANY,
			"environment": "production",
			"base_url": server.url,
		},
	)
	desk.page.evaluate(
		"""([connector, values]) => frappe.call({
			method: "collections_app.api.connectors.save_credentials", args: {connector, values}
		})""",
		[name, credentials],
	)


def file_of(desk, customer: str):
	"""The part of the customer's file that shows reports."""
	desk.open_doc("Customer", customer)
	desk.page.locator(".form-tabs .nav-link:visible", has_text="Collections").click()
	part = desk.page.locator("[data-credit-reports]:visible")
	part.get_by_text("Registers and Bureaus").wait_for()
	desk.idle()
	return part


def test_a_customers_file(desk, providers):
	"""Nothing of it without leaving the file."""
	page = desk.page
	desk.open("customer")
	connect(desk, REGISTER, "companies_house", providers[REGISTER], companies_house.CREDENTIALS)
	connect(desk, LISTS, "opensanctions", providers[LISTS], opensanctions.CREDENTIALS)
	(case, *_others) = desk.ask(
		"frappe.client.get_list", doctype="Collection Case", fields=["customer", "customer_name"]
	)
	customer, name = case["customer"], case["customer_name"]
	providers[REGISTER].add("00445790", f"{name} LIMITED", "liquidation", ("compulsory-liquidation",))
	providers[REGISTER].add("SC123456", f"{name} (SCOTLAND) LIMITED", accounts={"overdue": True})
	providers[LISTS].add(name)

	part = file_of(desk, customer)
	part.get_by_text("not identified").first.wait_for()
	row = part.locator(".panel-row", has_text=REGISTER)
	row.get_by_role("button", name="Identify").click()
	desk.dialog.wait_for()
	desk.dialog.get_by_role("button", name="Search").click()
	chosen = desk.dialog.locator(".panel-row", has_text="00445790")
	chosen.wait_for()
	chosen.get_by_role("button", name="This One").click()
	row.get_by_text("00445790").wait_for()
	row.get_by_role("button", name="Order Report").click()
	part.get_by_text("Status: liquidation").wait_for()
	part.get_by_text("Insolvent").wait_for()

	lists = part.locator(".panel-row", has_text=LISTS).filter(has_text="Order Report")
	lists.get_by_role("button", name="Order Report").click()
	part.get_by_text("To Be Decided", exact=True).wait_for()
	part.get_by_role("button", name="Decide").click()
	desk.dialog.get_by_text("eu_fsf").wait_for()
	desk.dialog.get_by_role("button", name="It Is Somebody Else").click()
	part.get_by_text("The customer is not").wait_for()
	assert not part.get_by_text("To Be Decided", exact=True).count()
	part.get_by_text("Show All").click()
	page.wait_for_function("(frappe.get_route() || [])[1] === 'Credit Report'")
