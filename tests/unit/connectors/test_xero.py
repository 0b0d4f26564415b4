"""What is Xero's own; the contract's suite does the rest."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from collections_app.connectors.base import (
	ConfigurationError,
	ConsentError,
	RateLimitError,
	Refresh,
	WebhookRequest,
)
from collections_app.connectors.xero import mapper
from sandbox.providers.xero import CREDENTIALS, SHAPE, TENANT, XeroServer
from tests.unit.connectors.cases.xero import webhook
from tests.unit.connectors.contract import Trial, connectors

FOUND = next(one for one in connectors() if one.name == "xero")


@pytest.fixture
def trial():
	with XeroServer() as server:
		yield Trial(FOUND, server)


def read(trial) -> dict:
	entries = trial.connect().read("payments", {})
	return {entry.external_id: entry.data for entry in entries if hasattr(entry, "data")}


def test_a_payment_in_the_currency_of_its_invoice(trial):
	payment = trial.server.add("INV-7", "USD", Amount=1234.56)
	assert read(trial) == {
		f"{payment}|AUTHORISED": mapper.Payment(
			reference=payment,
			amount=Decimal("1234.56"),
			currency="USD",
			status="Paid",
			paid_on=date(2018, 11, 29),
			invoice="INV-7",
			customer_id="a3675fc4-f8dd-4f03-ba5b-f1870566bcd7",
			payer="Barney Rubble-83203",
		)
	}


def test_a_payment_that_was_removed(trial):
	payment = trial.server.add(hours_ago=5)
	trial.sync()
	trial.clock.sleep(3 * 3600)
	trial.server.skew = timedelta(hours=3)
	trial.server.delete(payment)
	trial.sync()
	assert trial.kept == {f"{payment}|AUTHORISED", f"{payment}|DELETED"}
	assert read(trial)[f"{payment}|DELETED"].status == "Failed"


def test_payments_to_suppliers_are_not_ours(trial):
	trial.server.add(PaymentType="ACCPAYPAYMENT")
	trial.server.add(PaymentType="ARCREDITPAYMENT", Invoice=None)
	assert not read(trial)


def test_changed_while_it_is_read(trial):
	"""A change in the middle of the reading moves nothing out of a page to come."""
	expected = {trial.server.add(f"INV-{number}", hours_ago=2) for number in range(7)}
	entries = trial.connect().read("payments", {})
	first = next(entries)
	for payment in trial.server.payments:
		payment["UpdatedDateUTC"] = trial.server._stamp(0)
	trial.take([first, *entries])
	assert {one.partition("|")[0] for one in trial.kept} == expected


def test_an_invoice_without_a_currency_is_parked(trial):
	trial.server.add("INV-1")
	trial.server.currencies.clear()
	good = trial.server.add("INV-2", "EUR")
	trial.sync()
	assert trial.kept == {f"{good}|AUTHORISED"} and len(trial.bad) == 1
	(payment,) = (one for one in trial.server.payments if one["PaymentID"] != good)
	trial.server.currencies[payment["Invoice"]["InvoiceID"]] = "EUR"
	(record,) = trial.connect().read_again("payments", trial.bad[0].payload)
	assert record.data.currency == "EUR"


def test_the_refresh_token_changes_with_each_use(trial):
	trial.server.add()
	for _ in range(3):
		trial.sync()
		trial.clock.sleep(1800)
	assert len(trial.server.calls("/connect/token")) == 3 and len(trial.server.spent) == 3
	trial.server.spent |= trial.server.refresh_tokens  # withdrawn
	with pytest.raises(ConsentError, match="Connect"):
		trial.sync()


def test_the_consent(trial):
	trial.tokens.tokens.clear()
	with pytest.raises(ConsentError):
		trial.connect().check()
	auth = trial.connect().http.auth
	url = auth.consent_url("https://site.example/back", "state-1", "verifier")
	assert url.startswith(trial.server.url + "/identity/connect/authorize?") and "offline_access" in url
	trial.connect().http.auth.redeem("good-code", "https://site.example/back", "verifier")
	assert trial.connect().check() == "Reads Example Ltd"


def test_which_organisation(trial):
	other = {"tenantId": "other", "tenantType": "ORGANISATION", "tenantName": "Second Ltd"}
	trial.server.tenants.append(other)
	with pytest.raises(ConfigurationError, match=r"Second Ltd \(other\)"):
		trial.connect().check()
	config = dict(trial.connect().config, credentials={**CREDENTIALS, "tenant_id": TENANT})
	assert "Example" in FOUND.connector(config, trial.connect().runtime).check()
	trial.server.tenants.clear()
	with pytest.raises(ConfigurationError, match="none"):
		trial.connect().check()


def test_60_calls_a_minute(trial):
	"""Its own limit keeps the connector below Xero's; what takes longer than a moment is raised with its time."""
	connector = trial.connect()
	for number in range(130):
		trial.server.add(f"INV-{number}")
	with pytest.raises(RateLimitError) as raised:
		for _ in connector.read("payments", {}):
			pass
	assert timedelta(seconds=30) < raised.value.next_allowed - trial.clock.now() <= timedelta(seconds=60)
	assert len(trial.server.calls("/api.xro")) == 60


def test_the_documented_payment():
	identity, payment = mapper.payment_of(SHAPE, {SHAPE["Invoice"]["InvoiceID"]: "NZD"})
	assert identity == "99ea7f6b-c513-4066-bc27-b7c65dcd76c2|AUTHORISED"
	assert (payment.amount, payment.currency, payment.paid_on) == (Decimal("46.0"), "NZD", date(2018, 11, 29))


def test_days():
	assert mapper.day_of("/Date(-86400000)/") == date(1969, 12, 31)
	assert mapper.day_of("2026-11-22T00:00:00") == date(2026, 11, 22)
	with pytest.raises(ValueError):
		mapper.day_of("/Date(soon)/")


def test_webhooks(trial):
	connector = trial.connect()
	assert list(connector.read_webhook(webhook(trial.server))) == [Refresh("payments")]
	empty = webhook(trial.server, [])
	assert connector.verify_webhook(empty) and not list(connector.read_webhook(empty))
	(bad,) = connector.read_webhook(WebhookRequest("https://site.example/hook", {}, b"{}"))
	assert bad.message
	assert not connector.verify_webhook(webhook(trial.server, key="other"))


def contacts(trial) -> dict:
	entries = trial.connect().read("contacts", {})
	return {
		(entry.data.name, entry.data.fieldname): entry.data for entry in entries if hasattr(entry, "data")
	}


def test_contacts(trial):
	"""E-mail and telephone of those who buy, with what they are found by here"""
	phones = [
		{"PhoneType": "FAX", "PhoneNumber": "1"},
		{"PhoneType": "DEFAULT", "PhoneNumber": "2345678", "PhoneAreaCode": "9", "PhoneCountryCode": "64"},
	]
	number = trial.server.add_contact("Ann Ltd", EmailAddress="ann@a.example", Phones=phones, TaxNumber="NZ1")
	mobile = {"PhoneType": "MOBILE", "PhoneNumber": "021 555"}
	trial.server.add_contact("Bob Ltd", Phones=[*phones, mobile])
	trial.server.add_contact("A supplier", EmailAddress="s@a.example", IsCustomer=False)
	trial.server.add_contact("Gone Ltd", EmailAddress="g@a.example", ContactStatus="ARCHIVED")
	found = contacts(trial)
	assert {key: one.value for key, one in found.items()} == {
		("Ann Ltd", "email_id"): "ann@a.example",
		("Ann Ltd", "mobile_no"): "+64 9 2345678",
		("Bob Ltd", "mobile_no"): "021 555",
	}
	ann = found["Ann Ltd", "email_id"]
	assert (ann.customer_id, ann.tax_id) == (number, "NZ1")


def test_contacts_of_all_pages_and_the_changed_ones(trial):
	for number in range(5):
		trial.server.add_contact(f"C{number}", hours_ago=5, EmailAddress=f"{number}@a.example")
	assert len(contacts(trial)) == 5
	cursor = {"read_until": (trial.clock.now() - timedelta(hours=2)).isoformat()}
	trial.server.add_contact("New", EmailAddress="new@a.example")
	found = [one for one in trial.connect().read("contacts", cursor) if hasattr(one, "data")]
	assert [one.data.name for one in found] == ["New"]


def test_a_contact_that_cannot_be_read_is_parked(trial):
	trial.server.add_contact("Odd", EmailAddress="o@a.example", Phones="none")
	(bad,) = (one for one in trial.connect().read("contacts", {}) if hasattr(one, "payload"))
	(again,) = trial.connect().read_again("contacts", {**bad.payload, "Phones": []})
	assert again.data.value == "o@a.example"


def test_webhooks_of_contacts(trial):
	events = [{"eventCategory": "CONTACT"}, {"eventCategory": "INVOICE"}]
	found = list(trial.connect().read_webhook(webhook(trial.server, events)))
	assert found == [Refresh("contacts"), Refresh("payments")]
	assert list(trial.connect().read_webhook(webhook(trial.server, events[:1]))) == [Refresh("contacts")]
