"""Xero's payments as payments, its contacts as fields of a customer."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

from collections_app.connectors.records import CustomerField, Payment

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


def customer_fields(contact: Mapping[str, Any]) -> Iterator[tuple[str, CustomerField]]:
	"""Identity and value of e-mail address and telephone of a contact who buys. KeyError, TypeError or ValueError when it
	cannot be read."""
	if not contact.get("IsCustomer") or contact.get("ContactStatus", "ACTIVE") != "ACTIVE":
		return
	changed = contact["UpdatedDateUTC"]
	for fieldname, value in (("email_id", contact.get("EmailAddress")), ("mobile_no", _phone(contact))):
		if value:
			yield (
				f"{contact['ContactID']}|{fieldname}|{changed}",
				CustomerField(
					customer_id=contact["ContactID"],
					fieldname=fieldname,
					value=value,
					tax_id=contact.get("TaxNumber") or "",
					name=contact["Name"],
					email=contact.get("EmailAddress") or "",
				),
			)


def _phone(contact: Mapping[str, Any]) -> str:
	"""The mobile number, else the usual one; Xero keeps it in parts."""
	numbers = {one.get("PhoneType"): one for one in contact.get("Phones") or () if one.get("PhoneNumber")}
	found = numbers.get("MOBILE") or numbers.get("DEFAULT")
	if not found:
		return ""
	parts = (found.get("PhoneCountryCode"), found.get("PhoneAreaCode"), found["PhoneNumber"])
	text = " ".join(part for part in parts if part)
	return f"+{text}" if found.get("PhoneCountryCode") and not text.startswith(("+", "00")) else text


def day_of(value: str) -> date:
	"""Xero writes /Date(1543449600000+0000)/: milliseconds in UTC, whatever follows; sometimes an ISO date."""
	found = re.fullmatch(r"/Date\((-?\d+)([+-]\d{4})?\)/", value)
	if found:
		return datetime.fromtimestamp(int(found[1]) / 1000, timezone.utc).date()
	return date.fromisoformat(value[:10])
