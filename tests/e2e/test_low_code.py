"""A low-code connector in the browser: imported, connected, tested with both sides shown, mapped by hand, exported."""

import json
import os

import pytest

from sandbox import site as sites
from sandbox.providers.rest_api import API_KEY, RestServer, definition

from .seed_facts import COMPANY

DOCTYPE = "Low-code Connector"
DEFINITION = definition("payments")
NAME = DEFINITION["name"]


@pytest.fixture(scope="module")
def server(url):
	"""A payment service on 127.0.0.1, which the site may call."""
	with RestServer() as server:
		folder = sites.SITES / f"e2e-{os.getpid()}"
		allowed = {"collections_allowed_hosts": [server.host]}
		sites.write_config(folder / "site_config.json", {**sites.read_config(folder), **allowed})
		server.payment("INV-1", "12.30")
		server.payment("INV-2", "no number")
		yield server


def bring_in(desk, text: str) -> None:
	desk.open("low-code-connector")
	desk.button("Import").first.click()
	desk.dialog.locator("textarea").fill(text)
	desk.dialog.locator(".btn-primary:visible").click()


def connect(desk, server) -> None:
	"""A connection with credentials, as its own form makes one."""
	connection = {"doctype": "Connector Config", "connector_name": "Payments of the test"}
	desk.ask(
		"frappe.client.insert",
		doc={**connection, "connector": NAME, "company": COMPANY, "base_url": server.url},
	)
	desk.page.evaluate(
		"values => frappe.xcall('collections_app.api.connectors.save_credentials', values)",
		{"connector": "Payments of the test", "values": {"api_key": API_KEY}},
	)


def test_import_connect_test(desk, server):
	page = desk.page
	bring_in(desk, json.dumps(DEFINITION))
	page.wait_for_function("name => window.cur_frm && cur_frm.docname === name", arg=NAME)
	desk.idle()
	connect(desk, server)

	desk.button("Test").first.click()
	desk.dialog.locator(".btn-primary:visible", has_text="Test").click()
	answer = page.get_by_label("Raw Answer").locator("pre")
	answer.wait_for()
	assert '"gross": "12.30"' in answer.inner_text()
	assert API_KEY not in desk.dialog.inner_text()
	rows = page.get_by_label("Mapped Rows").locator("tbody tr")
	assert rows.count() == 2
	assert "Paid" in rows.first.inner_text() and "INV-1" in rows.first.inner_text()
	assert "'no number' is no number such as 1,234.56" in rows.nth(1).locator(".low-code-wrong").inner_text()

	# it is in the gallery beside the coded ones
	assert NAME in [one["value"] for one in desk.ask("collections_app.api.connectors.catalogue")]


def test_what_is_wrong_is_said(desk):
	desk.open("low-code-connector")
	wrong = json.loads(json.dumps(DEFINITION)) | {"name": "Never"}
	wrong["streams"][0]["fields"]["amount"] = "a["
	bring_in(desk, json.dumps(wrong))
	said = desk.page.locator(".msgprint:visible")
	said.wait_for()
	assert "Stream payments, field amount" in said.inner_text()
	assert "Never" not in desk.names(DOCTYPE)
	# the server's refusal is what was expected
	desk.errors[:] = [error for error in desk.errors if "import_definition" not in error]


def test_a_target_fills_the_mapping(desk):
	page = desk.page
	desk.open("low-code-connector", "new")
	page.wait_for_function("window.cur_frm && cur_frm.is_new() && cur_frm.targets")
	page.evaluate(
		"""() => {
			const row = cur_frm.add_child("streams", { stream: "covers" });
			cur_frm.refresh_field("streams");
			return frappe.model.set_value(row.doctype, row.name, "target", "Credit Covers");
		}"""
	)
	page.wait_for_function("cur_frm.doc.mappings?.length")
	rows = page.evaluate("cur_frm.doc.mappings.map((row) => [row.target_field, row.required])")
	assert ["amount", 1] in rows and ["valid_until", 0] in rows
	page.locator(".form-tabs .nav-link:visible", has_text="Mapping").click()
	page.locator(".low-code-chip:visible", has_text="reason").click()
	page.wait_for_function("cur_frm.doc.mappings.some((row) => row.target_field === 'reason')")
	assert not page.locator(".low-code-chip:visible", has_text="reason").count()


def test_export(desk):
	desk.open_doc(DOCTYPE, NAME)
	with desk.page.expect_download() as download:
		desk.button("Export").first.click()
	exported = json.loads(open(download.value.path(), encoding="utf-8").read())
	assert exported["streams"][0]["fields"]["amount"] == "gross"
	assert download.value.suggested_filename == "rest_pay.json"
