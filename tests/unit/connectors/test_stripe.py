"""What is Stripe's own; the contract's suite does the rest."""

import time
from datetime import date
from decimal import Decimal

import pytest

from collections_app.connectors.base import Action, DataError, Refresh, WebhookRequest
from collections_app.connectors.records import PaymentLinkRequest
from collections_app.connectors.stripe import mapper
from sandbox.providers.stripe import CREDENTIALS, SHAPE, StripeServer
from tests.unit.connectors.cases.stripe import webhook
from tests.unit.connectors.contract import Trial, connectors

FOUND = next(one for one in connectors() if one.name == "stripe")


@pytest.fixture
def trial():
	with StripeServer() as server:
		yield Trial(FOUND, server)


def link(amount: str = "1234.50", currency: str = "EUR", key: str = "CA-1", **more) -> Action:
	wanted = PaymentLinkRequest(Decimal(amount), currency, "INV-1", "Invoice INV-1", **more)
	return Action("create_payment_link", key, wanted)


def test_a_link(trial):
	pushed = trial.connect().push(link(customer_id="CUST-1", email="pay+me@customer.example"))
	(made,) = trial.server.links
	form = made["form"]
	assert form["line_items[0][price_data][unit_amount]"] == "123450"
	assert form["line_items[0][price_data][currency]"] == "eur"
	assert form["restrictions[completed_sessions][limit]"] == "1"
	for place in ("metadata", "payment_intent_data[metadata]"):
		assert form[f"{place}[invoice]"] == "INV-1" and form[f"{place}[customer]"] == "CUST-1"
		assert form[f"{place}[reference]"] == "CA-1"
	assert pushed.reference == made["id"]
	assert pushed.url == made["url"] + "?prefilled_email=pay%2Bme%40customer.example"
	assert trial.server.calls("payment_links")[0].headers["idempotency-key"] == "CA-1"


def test_the_same_key_gives_the_same_link(trial):
	first, second = (trial.connect().push(link()) for _ in range(2))
	assert first == second and len(trial.server.links) == 1
	with pytest.raises(DataError, match="same parameters"):
		trial.connect().push(link("99"))
	assert len(trial.server.links) == 1


@pytest.mark.parametrize(
	("amount", "currency", "units"),
	[
		("12.34", "EUR", 1234),
		("1234", "JPY", 1234),
		("1.234", "KWD", 1234),
		("5", "ISK", 500),
		("0.5", "eur", 50),
	],
)
def test_smallest_units(amount, currency, units):
	assert mapper.units(Decimal(amount), currency) == units
	assert mapper.amount_of(units, currency) == Decimal(amount)


@pytest.mark.parametrize(
	("amount", "currency"), [("0", "EUR"), ("-1", "EUR"), ("1.005", "EUR"), ("1.5", "JPY")]
)
def test_amounts_that_cannot_be_paid(trial, amount, currency):
	with pytest.raises(DataError):
		trial.connect().push(link(amount, currency))
	assert not trial.server.requests


def test_too_small_for_stripe(trial):
	with pytest.raises(DataError, match="minimum"):
		trial.connect().push(link("0.10"))


def read(trial) -> dict:
	return {
		record.external_id: record.data
		for record in trial.connect().read("payments", {})
		if hasattr(record, "data")
	}


def test_a_payment(trial):
	trial.server.pay("INV-7", "plink_7", metadata={"invoice": "INV-7", "reference": "CA-1"})
	(payment,) = read(trial).values()
	assert payment == mapper.Payment(
		reference="pi_0",
		amount=Decimal("21.98"),
		currency="USD",
		status="Paid",
		paid_on=date.fromtimestamp(trial.server.sessions[0]["created"]),
		invoice="INV-7",
		payer="Jenny Rosen",
		fee=Decimal("0.94"),
		link="plink_7",
		key="CA-1",
	)


def test_a_fee_in_another_currency_is_not_taken(trial):
	trial.server.pay(charge={"balance_transaction": {"currency": "eur", "fee": 94}})
	assert next(iter(read(trial).values())).fee == 0


def test_payments_of_others_are_not_ours(trial):
	trial.server.pay(invoice="")
	trial.server.pay(status="open", payment_status="unpaid")
	trial.server.pay(status="expired", payment_status="unpaid")
	assert not read(trial)


def test_a_refund_beside_its_payment(trial):
	session = trial.server.pay(charge={"amount_refunded": 500})
	found = read(trial)
	assert set(found) == {f"{session}|Paid", "ch_0|Refunded|500"}
	assert found["ch_0|Refunded|500"].amount == Decimal("5.00")
	assert {one.reference for one in found.values()} == {"pi_0"}, "one payment, whatever is said of it"
	assert found[f"{session}|Paid"].amount == Decimal("21.98")


def test_a_direct_debit_that_is_paid_days_later(trial):
	session = trial.server.pay(payment_status="unpaid")
	trial.sync()
	assert trial.kept == {f"{session}|Pending"}
	trial.clock.sleep(8 * 86400)
	trial.server.sessions[0]["payment_status"] = "paid"
	trial.sync()
	assert trial.kept == {f"{session}|Pending", f"{session}|Paid"}


def test_a_payment_that_cannot_be_read_is_parked(trial):
	trial.server.pay(amount_total=None)
	good = trial.server.pay()
	trial.sync()
	assert trial.kept == {f"{good}|Paid"} and len(trial.bad) == 1
	parked = {**trial.bad[0].payload, "amount_total": 100}
	(record,) = trial.connect().read_again("payments", parked)
	assert record.data.amount == Decimal("1.00")
	assert not list(trial.connect().read_again("payments", webhook(trial.server).body.decode()))


def test_the_documented_session():
	ours = {**SHAPE, "metadata": {"invoice": "INV-1"}}
	((_, payment),) = mapper.payments_of(ours)
	assert (payment.amount, payment.paid_on) == (Decimal("21.98"), date(2023, 3, 23))


def test_status(trial):
	reference = trial.connect().push(link()).reference
	assert trial.connect().status(reference).state == "Sent"
	trial.server.pay(link=reference, payment_status="unpaid")
	assert trial.connect().status(reference).detail == "payment pending"
	trial.server.sessions[0]["payment_status"] = "paid"
	trial.server.links[0]["active"] = False
	assert trial.connect().status(reference).state == "Delivered"
	trial.server.sessions.clear()
	assert trial.connect().status(reference).state == "Failed"


def test_a_link_is_switched_off(trial):
	reference = trial.connect().push(link()).reference
	off = Action("deactivate_payment_link", "off-1", {"reference": reference})
	for _ in range(2):
		assert trial.connect().push(off).reference == reference
		assert trial.server.links[0]["active"] is False
	with pytest.raises(DataError, match="No such payment_link"):
		trial.connect().push(Action("deactivate_payment_link", "off-2", {"reference": "plink_9"}))


def test_webhooks(trial):
	connector = trial.connect()
	assert list(connector.read_webhook(webhook(trial.server))) == [Refresh("payments")]
	session = {**SHAPE, "metadata": {"invoice": "INV-1"}}
	failed = webhook(trial.server, "checkout.session.async_payment_failed", session)
	(record,) = connector.read_webhook(failed)
	assert (record.external_id, record.data.status) == (f"{SHAPE['id']}|Failed", "Failed")
	charge = SHAPE["payment_intent"]["latest_charge"]
	charge = {**charge, "amount_refunded": 2198, "metadata": {"invoice": "INV-1"}, "payment_intent": "pi_1"}
	(record,) = connector.read_webhook(webhook(trial.server, "charge.refunded", charge))
	assert record.external_id == "ch_3MmlLr|Refunded|2198" and record.data.amount == Decimal("21.98")
	assert record.data.reference == "pi_1"
	assert not list(connector.read_webhook(webhook(trial.server, "charge.refunded", SHAPE)))
	paid_out = webhook(trial.server, "payout.paid", {"id": "po_1", "object": "payout"})
	assert list(connector.read_webhook(paid_out)) == [Refresh("payouts")]
	assert not list(connector.read_webhook(webhook(trial.server, "customer.created", {"id": "cus_1"})))
	assert connector.webhook_id(failed) == "evt_1"


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"type": "charge.refunded"}'])
def test_webhooks_that_cannot_be_read_are_parked(trial, body):
	(bad,) = trial.connect().read_webhook(WebhookRequest("https://site.example/hook", {}, body))
	assert bad.message and bad.external_id


def test_forged_webhooks(trial):
	connector, good = trial.connect(), webhook(trial.server)
	now = int(time.time())
	for header in (
		"",
		"v1=00",
		f"t={now}",
		trial.server.sign(good.body, now - 301 - 60),
		trial.server.sign(good.body, now + 301 + 60),
		trial.server.sign(good.body, now, "whsec_other"),
		trial.server.sign(good.body, now).replace(f"t={now}", f"t={now - 5}"),
		trial.server.sign(good.body, now).replace("v1=", "v2="),
	):
		assert not connector.verify_webhook(WebhookRequest(good.url, {"stripe-signature": header}, good.body))
	rotated = {
		**CREDENTIALS,
		"webhook_secret": "whsec_new",
		"next_webhook_secret": CREDENTIALS["webhook_secret"],
	}
	assert FOUND.connector({"credentials": rotated}).verify_webhook(good)
