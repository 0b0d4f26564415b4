"""Xero's payments as payments."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

from collections_app.connectors.records import Payment

STATUS = {"AUTHORISED": "Paid", "DELETED": "Failed"}


def is_of_customer(payment: Mapping[str, Any]) -> bool:
	"""Whether it is a payment of a sales invoice (not of a bill, nor a refund of a credit note or an overpayment)."""
	return payment.get("PaymentType") == "ACCRECPAYMENT" and bool(payment.get("Invoice"))


def payment_of(payment: Mapping[str, Any], currencies: Mapping[str, str]) -> tuple[str, Payment]:
	"""Identity and Payment; `currencies`: invoice ID -> currency, that of the amount. Each status is an identity of its own:
	a payment that was removed comes as Failed. KeyError, ValueError or ArithmeticError when it cannot be read."""
	invoice = payment["Invoice"]
	contact, status = invoice.get("Contact") or {}, payment["Status"]
	return f"{payment['PaymentID']}|{status}", Payment(
		reference=payment["PaymentID"],
		amount=Decimal(str(payment["Amount"])),
		currency=invoice.get("CurrencyCode") or currencies[invoice["InvoiceID"]],
		status=STATUS[status],
		paid_on=day_of(payment["Date"]),
		invoice=invoice.get("InvoiceNumber") or "",
		customer_id=contact.get("ContactID") or "",
		payer=contact.get("Name") or "",
	)


def day_of(value: str) -> date:
	"""Xero writes /Date(1543449600000+0000)/: milliseconds in UTC, whatever follows; sometimes an ISO date."""
	found = re.fullmatch(r"/Date\((-?\d+)([+-]\d{4})?\)/", value)
	if found:
		return datetime.fromtimestamp(int(found[1]) / 1000, timezone.utc).date()
	return date.fromisoformat(value[:10])
