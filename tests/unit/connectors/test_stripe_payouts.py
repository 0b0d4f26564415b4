"""Stripe's payouts: what each is made of, to the cent, and what came of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from collections_app.connectors.base import BadRecord, Record
from collections_app.connectors.records import Payout, PayoutLine
from collections_app.connectors.stripe import payouts
from sandbox.providers.stripe import StripeServer
from tests.unit.connectors.contract import Trial, connectors

FOUND = next(one for one in connectors() if one.name == "stripe")
CHARGE = {"id": "ch_1", "object": "charge", "payment_intent": "pi_1", "metadata": {"invoice": "INV-1"}}
ENTRIES = (
	{"type": "charge", "amount": 10000, "fee": 175, "source": CHARGE},
	{"type": "payment", "amount": 5000, "fee": 80, "source": {"id": "py_2", "payment_intent": "pi_2"}},
	{"type": "refund", "amount": -3000, "source": {"id": "re_3", "payment_intent": "pi_3"}},
	{
		"type": "adjustment",
		"amount": -1000,
		"fee": 1500,
		"source": {"id": "du_4", "object": "dispute", "payment_intent": "pi_4"},
	},
	{"type": "stripe_fee", "amount": -200},
	{"type": "topup", "amount": 5, "source": {"id": "tu_1"}},
)


@pytest.fixture
def trial():
	with StripeServer() as server:
		yield Trial(FOUND, server)


def read(trial) -> list:
	return [one for one in trial.connect().read("payouts", {}) if isinstance(one, Record | BadRecord)]


def line(number: int, kind: str, amount: str, fee: str, net: str, payment: str = "") -> PayoutLine:
	return PayoutLine(f"txn_po_1_{number}", kind, Decimal(amount), Decimal(fee), Decimal(net), payment)


def test_a_payout_with_all_that_is_in_it(trial):
	"""Payments, refunds, chargebacks, fees and the rest add up to what the bank gets"""
	number = trial.server.pay_out(*ENTRIES)
	(record,) = read(trial)
	found = record.data
	assert isinstance(found, Payout) and record.external_id == f"{number}|Paid"
	assert (found.reference, found.currency, found.statement_text) == (number, "EUR", "STRIPE")
	assert found.arrives_on == trial.server.now().date()
	assert found.lines == (
		line(0, "Payment", "100.00", "1.75", "98.25", "pi_1"),
		line(1, "Payment", "50.00", "0.80", "49.20", "pi_2"),
		line(2, "Refund", "-30.00", "0.00", "-30.00", "pi_3"),
		line(3, "Chargeback", "-10.00", "15.00", "-25.00", "pi_4"),
		line(4, "Fee", "-2.00", "0.00", "-2.00"),
		line(5, "Other", "0.05", "0.00", "0.05"),
	)
	assert found.amount == sum(one.net for one in found.lines) == Decimal("90.50")


def test_states(trial):
	"""Under way, arrived, come back: each is told, the same payout all the time"""
	trial.server.pay_out(ENTRIES[0], status="in_transit")
	trial.case = trial.case.__class__(**{**vars(trial.case), "stream": "payouts"})
	trial.sync()
	trial.clock.sleep(5 * 86400)
	trial.server.payouts[0]["status"] = "paid"
	trial.sync()
	trial.clock.sleep(5 * 86400)
	trial.server.payouts[0]["status"] = "failed"
	trial.sync()
	assert trial.kept == {"po_1|In Transit", "po_1|Paid", "po_1|Failed"}


def test_a_payout_made_by_hand_says_nothing(trial):
	"""Stripe knows no contents of it, and none are made up"""
	trial.server.pay_out(ENTRIES[0], automatic=False)
	(record,) = read(trial)
	assert record.data.lines == () and record.data.amount == Decimal("98.25")
	assert not trial.server.calls("balance_transactions")


def test_one_that_cannot_be_read_is_parked(trial):
	trial.server.pay_out(ENTRIES[0])
	trial.server.pay_out(ENTRIES[1], status="lost")
	bad, good = sorted(read(trial), key=lambda one: isinstance(one, Record))
	assert isinstance(bad, BadRecord) and good.data.reference == "po_1"
	(again,) = trial.connect().read_again("payouts", {**bad.payload, "status": "paid"})
	assert again.data.lines[0].payment == "pi_2"


def test_the_next_read_goes_on(trial):
	trial.server.pay_out(ENTRIES[0], created=int((trial.clock.now() - timedelta(days=40)).timestamp()))
	trial.server.pay_out(ENTRIES[1])
	assert len(read(trial)) == 2
	cursor = {"read_until": trial.clock.now().isoformat()}
	found = [one for one in trial.connect().read("payouts", cursor) if isinstance(one, Record)]
	assert [one.data.reference for one in found] == ["po_2"]


def test_a_currency_without_decimals():
	payout = {"id": "po_1", "amount": 500, "currency": "jpy", "status": "paid", "arrival_date": 0}
	_identity, found = payouts.payout_of(payout, ())
	assert found.amount == Decimal("500")
