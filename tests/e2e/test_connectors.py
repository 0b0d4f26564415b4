"""Connections in the browser, against simulators of the providers: chosen, consented to, tested, mapped, read, mended."""

import json
import os
from datetime import date, timedelta

import pytest
import requests

from sandbox import site as sites
from sandbox.providers import gocardless_bank_data, hubspot, stripe
from tests.e2e.seed_facts import COMPANY

IBAN = "DE89370400440532013000"  # the company's own bank account
KNOWN, UNKNOWN = gocardless_bank_data.ACCOUNTS
OTHER_IBAN = "GL0865354374424724"
BANK = "GoCardless Bank Account Data"
ENTERED = ("secret_id", "secret_key", "institution_id")


@pytest.fixture(scope="module")
def providers(url):
	"""GoCardless, HubSpot and Stripe on 127.0.0.1, which the site may call."""
	accounts = {KNOWN: IBAN, UNKNOWN: OTHER_IBAN}
	servers = {
		"bank": gocardless_bank_data.GoCardlessBankDataServer(daily=100, accounts=accounts),
		"hubspot": hubspot.HubSpotServer(),
		"stripe": stripe.StripeServer(),
	}
	for server in servers.values():
		server.start()
	folder = sites.SITES / f"e2e-{os.getpid()}"
	allowed = {"collections_allowed_hosts": [server.host for server in servers.values()]}
	sites.write_config(folder / "site_config.json", {**sites.read_config(folder), **allowed})
	yield servers
	for server in servers.values():
		server.stop()


def settled(desk) -> None:
	"""The panel of the open connection is drawn and nothing is asked any more."""
	desk.page.locator(".connector-glance:visible").wait_for()
	desk.idle()


def headline(desk, text: str) -> None:
	desk.page.locator(".form-message:visible", has_text=text).wait_for()


def save(desk) -> None:
	desk.page.locator(".primary-action:visible", has_text="Save").click()
	desk.page.wait_for_function("!cur_frm.is_new() && !cur_frm.is_dirty()")
	settled(desk)


def sync(desk) -> None:
	"""Presses Sync Now, sees that it reads, and waits for the end."""
	page = desk.page
	before = page.evaluate("cur_frm.doc.last_sync || ''")
	desk.button("Sync Now").click()
	page.locator(".connector-progress").wait_for()
	page.wait_for_function("before => (cur_frm.doc.last_sync || '') !== before", arg=before)
	page.locator(".connector-progress").wait_for(state="hidden")
	settled(desk)


def connect(desk, name: str, connector: str, server, credentials: dict) -> None:
	"""A connection as it is once somebody has entered the credentials, open in the form."""
	desk.open("connector-config")
	desk.ask(
		"frappe.client.insert",
		doc={
			"doctype": "Connector Config",
			"connector_name": name,
			"connector": connector,
			"company": COMPANY,
			"base_url": server.url,
		},
	)
	desk.page.evaluate(
		"""([connector, values]) => frappe.call({
			method: "collections_app.api.connectors.save_credentials", args: {connector, values}
		})""",
		[name, credentials],
	)
	desk.open_doc("Connector Config", name)
	settled(desk)


def test_nothing_yet(desk):
	"""Without a connection the lists and the report say so, and offer the next step."""
	page = desk.page
	desk.open("connector-config")
	page.locator(".no-result .btn-new-doc:visible").wait_for()
	desk.open("webhook-event")
	page.locator(".no-result:visible").wait_for()
	desk.open("query-report", "Connector Health")
	page.get_by_text("Nothing to show").first.wait_for()


def test_from_the_gallery_to_the_first_records(desk, providers):
	"""The whole way: gallery, credentials, consent, test, first sync, a record parked, its account mapped, retried."""
	page, server = desk.page, providers["bank"]
	server.book(KNOWN, "first", "12.50")
	server.book(KNOWN, "second", "99.00")
	server.book(UNKNOWN, "third", "7.25")

	desk.open("connector-config", "new")
	page.locator(".connector-card").first.wait_for()
	assert page.locator(".connector-cards h5").count() >= 5
	page.locator(".connector-gallery input").fill("payment links")
	assert page.locator(".connector-card b").all_inner_texts() == ["Stripe"]
	page.locator(".connector-gallery input").fill("gocardless")
	page.locator(".connector-card").click()
	page.locator(".form-section:visible", has_text="Bank Account Data portal").first.wait_for()
	page.wait_for_function("cur_frm.doc.environment === 'sandbox'")
	page.evaluate("company => cur_frm.set_value('company', company)", COMPANY)
	save(desk)
	headline(desk, "Enter Secret ID, Secret Key")
	page.evaluate("address => cur_frm.set_value('base_url', address)", server.url)
	save(desk)

	desk.button("Enter Credentials").click()
	desk.dialog.wait_for()
	page.wait_for_function("window.cur_dialog && cur_dialog.display")
	for field in ENTERED:
		value = gocardless_bank_data.CREDENTIALS[field]
		desk.dialog.locator(f"[data-fieldname={field}] input").first.fill(value)
	desk.confirm()
	headline(desk, "Press Connect")
	page.locator(".connector-line", has_text="Secret Key").get_by_text("kept").wait_for()
	page.wait_for_function("!document.querySelector('.modal [data-fieldname=secret_key]')")
	assert gocardless_bank_data.CREDENTIALS["secret_key"] not in page.content()

	desk.button("Connect").last.click()
	page.locator("a.allow").click()
	page.wait_for_function(
		"window.cur_frm && cur_frm.doc && cur_frm.doc.connector === 'gocardless_bank_data'"
	)
	settled(desk)
	page.locator(".connector-facts", has_text="days left").wait_for()
	headline(desk, "Test the connection")

	desk.button("Test Connection").click()
	page.locator(".msgprint", has_text="2 account(s)").wait_for()
	desk.dialog.locator(".btn-modal-close").click()
	page.wait_for_function("(cur_frm.doc.accounts || []).length === 2")
	settled(desk)
	own, other = page.evaluate("cur_frm.doc.accounts")
	assert (own["iban"], bool(own["bank_account"])) == (IBAN, True)
	assert (other["iban"], bool(other.get("bank_account"))) == (OTHER_IBAN, False)

	server.fault("500", path=f"{UNKNOWN}/transactions")
	sync(desk)
	page.locator(".connector-counts", has_text="2 new, 0 seen before, 1 failed").wait_for()
	page.locator(".connector-state", has_text="Records Parked").wait_for()
	assert page.locator(".connector-bars a i.partial").count() == 1

	page.locator(".connector-facts a", has_text="1 parked record").click()
	page.wait_for_function(
		"window.cur_list && cur_list.doctype === 'Connector Log' && cur_list.data.length === 1"
	)
	log = page.evaluate("cur_list.data[0].name")
	desk.open_doc("Connector Log", log)
	asked = page.locator("[data-fieldname=requests_html] .connector-entry")
	assert asked.filter(has_text="500").count() == 1
	asked.first.locator("summary").first.click()
	shown = page.locator(".form-layout:visible").inner_text()
	assert "Authorization" in shown and not any(token in page.content() for token in server.tokens)
	failed = page.locator("[data-fieldname=failures_html] .connector-entry")
	failed.locator("summary").click()
	assert "7.25" in failed.inner_text() and OTHER_IBAN in failed.inner_text()
	failed.get_by_role("button", name="Retry").click()
	page.locator(".alert-message", has_text="0 done, 1 still failing").wait_for()

	account = second_bank_account(desk)
	desk.open_doc("Connector Config", BANK)
	settled(desk)
	row = page.locator("[data-fieldname=accounts] .grid-body .grid-row").nth(1)
	row.locator("[data-fieldname=bank_account]").click()
	row.locator("[data-fieldname=bank_account] input").press_sequentially("Brussels")
	page.locator("[role=option]:visible", has_text=account).first.click()
	page.wait_for_function("account => cur_frm.doc.accounts[1].bank_account === account", arg=account)
	save(desk)
	desk.open_doc("Connector Log", log)
	page.locator("[data-fieldname=failures_html]").get_by_role("button", name="Retry").click()
	page.locator(".alert-message", has_text="1 done, 0 still failing").wait_for()
	page.locator("[data-fieldname=failures_html] .indicator-pill", has_text="Done").wait_for()
	assert len(desk.names("Bank Transaction", bank_account=account)) == 1
	assert len(desk.names("External Reference", connector=BANK)) == 3


def second_bank_account(desk) -> str:
	known = desk.names("Bank Account", company=COMPANY)[0]
	ledger = desk.value("Bank Account", known, "account")
	account = desk.ask(
		"frappe.client.insert",
		doc={
			"doctype": "Account",
			"account_name": "Brussels",
			"parent_account": desk.value("Account", ledger, "parent_account"),
			"account_type": "Bank",
			"account_currency": "EUR",
			"company": COMPANY,
		},
	)
	made = desk.ask(
		"frappe.client.insert",
		doc={
			"doctype": "Bank Account",
			"account_name": "Brussels",
			"bank": desk.value("Bank Account", known, "bank"),
			"account": account["name"],
			"company": COMPANY,
			"is_company_account": 1,
		},
	)
	return made["name"]


def test_a_failing_connection_says_what_to_do(desk, providers):
	"""A refused key and a limit are told apart, on the form, in the list and in the report."""
	page, server = desk.page, providers["hubspot"]
	connect(desk, "Our CRM", "hubspot", server, {"access_token": "pat-wrong-000000"})
	desk.button("Test Connection").click()
	page.locator(".msgprint", has_text="refuses the credentials").wait_for()
	desk.dialog.locator(".btn-modal-close").click()
	headline(desk, "Enter them again and test the connection")
	sync(desk)
	page.locator(".connector-stream", has_text="1 failures in a row").first.wait_for()
	desk.open("connector-config")
	row = page.locator(".list-row", has_text="Our CRM")
	row.locator(".indicator-pill.red", has_text="Failing").first.wait_for()

	desk.open("query-report", "Connector Health")
	line = page.locator(".dt-row", has_text="Companies")
	line.locator(".indicator-pill.red", has_text="Failing").wait_for()
	assert "Enter them again" in page.evaluate(
		"frappe.query_report.data.find(r => r.stream === 'Companies').message"
	)

	desk.ask(
		"collections_app.api.connectors.save_credentials", connector="Our CRM", values=hubspot.CREDENTIALS
	)
	server.fault("429", 20, path="/companies/search", retry_after=3600)
	desk.open_doc("Connector Config", "Our CRM")
	settled(desk)
	sync(desk)
	# HubSpot counts all calls together
	page.locator(".connector-stream .indicator.orange", has_text="Waiting").nth(1).wait_for()
	page.locator(".connector-stream", has_text="waits until").first.wait_for()


def test_a_consent_that_ends_soon(desk, providers):
	"""The form warns in time and says how to renew."""
	desk.open("connector-config")
	until = (date.today() + timedelta(days=5)).isoformat()
	desk.ask(
		"frappe.client.set_value",
		doctype="Connector Config",
		name=BANK,
		fieldname={"consent_until": until, "status": "Healthy", "status_message": ""},
	)
	desk.open_doc("Connector Config", BANK)
	settled(desk)
	headline(desk, "Press Connect to renew it")
	desk.page.locator(".connector-facts .indicator.orange", has_text="days left").wait_for()


def called(address: str, event: str, signature: str) -> int:
	"""A provider's call, which is nobody's session; the status of the answer."""
	headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
	return requests.post(address, data=event.encode(), headers=headers, timeout=30).status_code


def test_webhooks(desk, providers):
	"""A signed call is kept and worked, an unsigned one refused; an event is shown laid out, and replayed."""
	page, server = desk.page, providers["stripe"]
	connect(desk, "Card Payments", "stripe", server, stripe.CREDENTIALS)
	address = page.locator(".connector-webhook code").inner_text()
	assert address.startswith(desk.url)
	event = json.dumps(
		{"id": "evt_1", "type": "checkout.session.completed", "data": {"object": {"id": "cs_1"}}}
	)
	assert called(address, event, "t=1,v1=00") == 401
	for _ in range(2):
		assert called(address, event, server.sign(event.encode())) == 200
	(name,) = desk.names("Webhook Event", connector="Card Payments")
	desk.open("webhook-event")
	page.locator(".list-row", has_text="Card Payments").locator(
		".indicator-pill", has_text="Processed"
	).first.wait_for()
	desk.open_doc("Webhook Event", name)
	assert (
		'"type": "checkout.session.completed"' in page.locator(".connector-text:visible").first.inner_text()
	)
	desk.button("Replay").click()
	page.locator(".alert-message", has_text="Processed").wait_for()
	page.wait_for_function("cur_frm.doc.attempts === 2")

	broken = json.dumps({"id": "evt_2", "data": {}})
	assert called(address, broken, server.sign(broken.encode())) == 200
	(failed,) = set(desk.names("Webhook Event", connector="Card Payments")) - {name}
	page.wait_for_function(
		"""async name => (await frappe.db.get_value('Webhook Event', name, 'status')).message.status === 'Failed'""",
		arg=failed,
	)
	desk.open_doc("Webhook Event", failed)
	headline(desk, "Not readable")
	desk.open_doc("Connector Config", "Card Payments")
	settled(desk)
	page.locator(".connector-facts a", has_text="1 webhook event(s) failed").wait_for()
