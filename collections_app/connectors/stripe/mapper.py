"""Stripe's checkout sessions and charges as payments, and a wanted payment link in Stripe's form."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

from collections_app.connectors.errors import DataError
from collections_app.connectors.records import Payment, PaymentLinkRequest

LONGEST_KEY = 255
# Stripe counts in the smallest unit; most currencies have two decimals (ISK and UGX count as if they had)
ZERO_DECIMALS = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
THREE_DECIMALS = frozenset("BHD JOD KWD OMR TND".split())


def key_of(key: str) -> str:
	"""Our key as it stays within Stripe's limit."""
	return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def units(amount: Decimal, currency: str) -> int:
	"""An amount in the smallest unit; DataError when it is not positive or has more decimals than the currency."""
	scaled = amount.scaleb(_decimals(currency))
	if amount <= 0 or scaled != scaled.to_integral_value():
		raise DataError("{0} is not an amount that can be paid.", f"{amount} {currency}")
	return int(scaled)


def amount_of(value: int, currency: str) -> Decimal:
	"""What Stripe gives in the smallest unit, as an amount."""
	return Decimal(value).scaleb(-_decimals(currency))


def form_of(wanted: PaymentLinkRequest, key: str) -> dict[str, Any]:
	"""The form of POST /v1/payment_links: one line of the amount, to be paid once. Stripe copies the metadata to the
	session, and that of payment_intent_data to the charge, by which refunds are known."""
	about = {"reference": key, "invoice": wanted.invoice, "customer": wanted.customer_id}
	form = {
		"line_items[0][price_data][currency]": wanted.currency.lower(),
		"line_items[0][price_data][unit_amount]": units(wanted.amount, wanted.currency),
		"line_items[0][price_data][product_data][name]": wanted.description[:250] or wanted.invoice,
		"line_items[0][quantity]": 1,
		"restrictions[completed_sessions][limit]": 1,
	}
	for name, value in about.items():
		if value:
			form[f"metadata[{name}]"] = value[:500]
			form[f"payment_intent_data[metadata][{name}]"] = value[:500]
	return form


def payments_of(session: Mapping[str, Any]) -> Iterator[tuple[str, Payment]]:
	"""Identity and Payment of a completed session that a link of ours opened, and of what of it was refunded. KeyError
	or TypeError when a field is missing."""
	about = session.get("metadata") or {}
	if session.get("status") != "complete" or not about.get("invoice"):
		return
	intent = session.get("payment_intent") or {}
	charge = intent.get("latest_charge") or {} if isinstance(intent, Mapping) else {}
	paid = session["payment_status"] == "paid"
	yield payment_of_session(session, "Paid" if paid else "Pending", charge)
	if paid and charge.get("amount_refunded"):
		yield refund_of(charge, about)


def payment_of_session(
	session: Mapping[str, Any], status: str, charge: Mapping[str, Any]
) -> tuple[str, Payment]:
	currency, about = session["currency"].upper(), session.get("metadata") or {}
	balance = charge.get("balance_transaction") or {}
	fee = Decimal(0)
	# the fee is in the currency of the balance; in another one it says nothing about this payment
	if isinstance(balance, Mapping) and str(balance.get("currency", "")).upper() == currency:
		fee = amount_of(balance.get("fee") or 0, currency)
	payer = session.get("customer_details") or {}
	identity = f"{session['id']}|{status}"
	return identity, Payment(
		reference=reference_of(session),
		amount=amount_of(session["amount_total"], currency),
		currency=currency,
		status=status,
		paid_on=day_of(charge.get("created") or session["created"]) if status == "Paid" else None,
		invoice=about.get("invoice", ""),
		customer_id=about.get("customer", ""),
		payer=payer.get("name") or payer.get("email") or "",
		fee=fee,
		link=session.get("payment_link") or "",
		key=about.get("reference", ""),
	)


def refund_of(charge: Mapping[str, Any], about: Mapping[str, Any]) -> tuple[str, Payment]:
	"""What of a charge was refunded up to now; each further refund is another identity with the new total."""
	currency = charge["currency"].upper()
	identity = f"{charge['id']}|Refunded|{charge['amount_refunded']}"
	return identity, Payment(
		reference=reference_of(charge),
		amount=amount_of(charge["amount_refunded"], currency),
		currency=currency,
		status="Refunded",
		invoice=about.get("invoice", ""),
		customer_id=about.get("customer", ""),
		key=about.get("reference", ""),
	)


def reference_of(found: Mapping[str, Any]) -> str:
	"""The payment intent that session, charge, refund and dispute name; else their own id."""
	intent = found.get("payment_intent")
	return (intent.get("id") if isinstance(intent, Mapping) else intent) or found["id"]


def _decimals(currency: str) -> int:
	currency = currency.upper()
	return 0 if currency in ZERO_DECIMALS else 3 if currency in THREE_DECIMALS else 2


def day_of(seconds: int) -> date:
	return datetime.fromtimestamp(seconds, timezone.utc).date()
