"""Customer 360 in the browser: one customer read, reminded and insured from its page."""

import os

import pytest

from collections_app.tests.providers.allianz_trade import CREDENTIALS, AllianzTradeServer
from sandbox import site as sites

from .conftest import served
from .seed_facts import COMPANY
from .test_credit_reports import connect

LATE, PROMISING = "Late & Sons", "Promising Ltd"
API = "collections_app.api.customer_360"


@pytest.fixture(scope="module")
def url(seeded):
	"""A site whose letters can go out by e-mail."""
	yield from served(seeded, "tests/e2e/seed_email.py")


@pytest.fixture(scope="module")
def insurer(url):
	"""Allianz Trade on 127.0.0.1, which the site may call."""
	with AllianzTradeServer() as server:
		folder = sites.SITES / f"e2e-{os.getpid()}"
		config = sites.read_config(folder)
		sites.write_config(
			folder / "site_config.json", {**config, "collections_allowed_hosts": [server.host]}
		)
		yield server


def open_page(desk, customer: str):
	"""The page of a customer, with all its panels there."""
	desk.open("customer-360", customer)
	desk.page.locator(".c360-who h2", has_text=customer).wait_for()
	ready(desk)
	return desk.page


def ready(desk) -> None:
	desk.page.wait_for_function(
		"""() => {
			const panels = [...document.querySelectorAll(".c360-panels [data-panel] .c360-body")];
			return panels.length && panels.every((one) => one.children.length && !one.querySelector(".panel-loading"));
		}"""
	)
	desk.idle()


def panel(page, name: str):
	return page.locator(f"[data-panel={name}]")


def test_from_the_customers_form(desk):
	"""One button leads there; the head says what is owed, and each panel has its own."""
	desk.open_doc("Customer", LATE)
	desk.button("Customer 360").click()
	page = desk.page
	page.locator(".c360-who h2", has_text=LATE).wait_for()
	ready(desk)
	head = page.locator(".c360-head").inner_text()
	assert "1,200.50" in head and "No credit limit" in head
	assert "pay@example.com" in page.locator(".c360-contact").inner_text()
	assert page.locator(".c360-contact a[href^='mailto:']").count() == 1
	assert "Closing Balance" in panel(page, "statement").inner_text()
	assert "1,500.50" in panel(page, "statement").locator("tr", has_text="Closing Balance").inner_text()
	assert panel(page, "behaviour").locator("svg .dot-open").count() == 1
	if folder := os.environ.get("SCREENSHOTS"):
		page.screenshot(path=f"{folder}/customer_360.png", full_page=True)


def test_reminded(desk):
	"""By key: the letter is chosen, looked at and sent; it stands on the timeline, and pressing twice sent it once."""
	page = open_page(desk, LATE)
	before = len(desk.names("Collection Action", customer=LATE))
	page.keyboard.press("e")
	desk.dialog.locator(".letter-frame").wait_for()
	desk.dialog.locator("select[data-fieldname=letter]").select_option("Friendly Reminder")
	page.wait_for_function(
		"""() => {
			const frame = document.querySelector(".modal.show .letter-frame");
			const send = document.querySelector(".modal.show .btn-modal-primary");
			return frame && frame.srcdoc.includes("1,200.50") && send && !send.classList.contains("disabled");
		}"""
	)
	assert "pay@example.com" in desk.dialog.locator(".letter-head").inner_text()
	desk.dialog.locator(".btn-modal-primary").dblclick()
	desk.dialog.wait_for(state="hidden")
	panel(page, "timeline").locator("[data-event=message]", has_text="Friendly Reminder").wait_for()
	desk.idle()
	assert len(desk.names("Collection Action", customer=LATE)) == before + 1


def test_insured(desk, insurer):
	"""Cover is asked for from the page; the insurer gets the request."""
	desk.open("customer")
	connect(desk, "Allianz", "allianz_trade", insurer, CREDENTIALS)
	page = open_page(desk, LATE)
	page.keyboard.press("i")
	button = panel(page, "covers").get_by_role("button", name="Request Cover")
	page.wait_for_function("() => document.activeElement.textContent.includes('Request Cover')")
	button.click()
	desk.dialog.locator("[data-fieldname=amount] input").fill("5000")
	desk.dialog.locator(".btn-primary:visible").first.click()
	desk.dialog.wait_for(state="hidden")
	panel(page, "covers").get_by_text("5,000.00").first.wait_for()
	assert desk.names("Cover Request", customer=LATE)
	desk.page.reload()
	ready(desk)
	panel(page, "timeline").locator("button[data-kind=cover]").click()
	panel(page, "timeline").locator("[data-event=cover]", has_text="Cover asked for").wait_for()


def test_statement_is_printed(desk):
	page = open_page(desk, LATE)
	with page.context.expect_page() as opened:
		panel(page, "statement").locator("[data-print]").click()
	address = opened.value.url
	if address == "about:blank":
		opened.value.wait_for_url("**/statement_pdf**")
		address = opened.value.url
	opened.value.close()
	answer = page.request.get(address)
	assert answer.ok and answer.body().startswith(b"%PDF")
	panel(page, "statement").locator("[data-open-only]").check()
	page.wait_for_function(
		"() => !document.querySelector('[data-panel=statement]').innerText.includes('Opening Balance')"
	)
	panel(page, "statement").locator("[data-report]").click()
	page.locator(".datatable", has_text="Closing Balance").wait_for()
	assert desk.page.evaluate("frappe.query_report.get_filter_value('customer')") == LATE


def test_timeline_by_kind(desk):
	"""Each kind alone, several together, all again."""
	desk.open("customer")
	invoices = desk.names("Sales Invoice", customer=PROMISING)
	promise = {"customer": PROMISING, "company": COMPANY, "invoices": invoices, "currency": "EUR"}
	tomorrow = desk.page.evaluate("frappe.datetime.add_days(frappe.datetime.get_today(), 1)")
	desk.ask("collections_app.api.cases.record_promise", **promise, amount=100, due_on=tomorrow)
	page = open_page(desk, PROMISING)
	timeline = panel(page, "timeline")
	timeline.locator("[data-event=promise]").first.wait_for()
	timeline.locator("button[data-kind=report]").click()
	timeline.get_by_text("Nothing yet").wait_for()
	timeline.locator("button[data-kind=promise]").click()
	timeline.locator("[data-event=promise]").first.wait_for()
	pressed = timeline.locator("button[aria-pressed=true]")
	assert [one.get_attribute("data-kind") for one in pressed.all()] == ["promise", "report"]
	timeline.locator("button[data-kind='']").click()
	assert [one.get_attribute("data-kind") for one in pressed.all()] == [""]


def test_company_without_anything(desk):
	"""A customer with no invoice, no case and no score has a page; each panel says that there is nothing."""
	desk.open("customer")
	name = desk.ask(
		"frappe.client.insert",
		doc={"doctype": "Customer", "customer_name": "Nobody Yet", "customer_type": "Company"},
	)["name"]
	page = open_page(desk, name)
	text = page.locator(".customer-360").inner_text()
	for told in ("Not scored yet", "Nothing is open.", "There is no entry on this account.", "Nothing yet"):
		assert told in text, told
	assert page.locator(".customer-360 [data-failed]").count() == 0
	desk.open("customer-360")
	page.locator(".c360-head [data-empty]", has_text="Choose a customer").wait_for()


def test_error_is_told(desk):
	"""A panel that fails says so and can be tried again; the others stand."""
	page = desk.page
	pattern = f"**/api/method/{API}.behaviour*"
	page.route(pattern, lambda route: route.fulfill(status=500, json={"exc_type": "Error"}))
	open_page(desk, LATE)
	failed = panel(page, "behaviour").locator("[data-failed]")
	assert "did not answer as expected" in failed.inner_text()
	assert page.locator(".customer-360 [data-failed]").count() == 1
	desk.errors.clear()
	page.unroute(pattern)
	failed.locator("[data-retry]").click()
	panel(page, "behaviour").locator("svg").wait_for()


def test_on_a_phone(desk):
	"""Nothing is wider than the screen, and a promise can be taken down."""
	desk.page.set_viewport_size({"width": 390, "height": 844})
	page = open_page(desk, LATE)
	wide = page.evaluate(
		"""() => [...document.querySelectorAll(".customer-360 .c360-card")]
			.filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1).length"""
	)
	assert wide == 0
	assert page.evaluate("document.documentElement.scrollWidth") <= 390
	page.locator("[data-act=promise]").click()
	desk.dialog.wait_for()


def test_keys_are_listed(desk):
	"""The desk's own help lists the page's keys; none works while one types."""
	page = open_page(desk, LATE)
	page.keyboard.press("Shift+/")
	desk.dialog.get_by_text("Send Letter").wait_for()
	assert "Registered Letter" in desk.dialog.inner_text()
	# while it opens, it does not listen to Escape
	page.locator(".modal.show.collections-dialog").wait_for()
	page.keyboard.press("Escape")
	desk.dialog.wait_for(state="hidden")
	page.keyboard.press("/")
	page.keyboard.type("pd")
	assert not desk.dialog.count()
