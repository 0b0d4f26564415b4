"""A transaction of Ponto Connect (JSON:API) as a bank line."""

from collections.abc import Mapping
from typing import Any

from collections_app.connectors.bank_feed import BankAccount
from collections_app.connectors.bank_lines import currency, day, is_return, money, reference, words
from collections_app.engine.statements import BankLine
from collections_app.engine.texts import Text


def bank_line(row: Mapping[str, Any]) -> BankLine:
	"""A transaction; Ponto's `id` of it stays the same. The execution date is when it was booked, amounts are signed."""
	said = row["attributes"]
	if not row["id"]:
		raise KeyError("id")
	booked = said.get("executionDate") or said.get("valueDate")
	code = said.get("bankTransactionCode") or said.get("proprietaryBankTransactionCode") or ""
	structured = said.get("remittanceInformationType") == "structured"
	remittance = said.get("remittanceInformation") or ""
	return BankLine(
		external_id=row["id"],
		booking_date=day(booked, Text("execution date")),
		value_date=day(said.get("valueDate") or booked, Text("value date")),
		amount=money(said["amount"]),
		currency=currency(said["currency"]),
		counterparty_name=said.get("counterpartName") or "",
		counterparty_iban=said.get("counterpartReference") or "",
		end_to_end_id=reference(said.get("endToEndId")),
		remittance=words(remittance) or words(said.get("additionalInformation"), said.get("description")),
		structured_reference=remittance if structured else "",
		bank_transaction_code=code,
		is_reversal=is_return(code),
	)


def bank_account(found: Mapping[str, Any]) -> BankAccount:
	said = found["attributes"]
	iban = said["reference"] if said.get("referenceType") == "IBAN" else ""
	label = " ".join(filter(None, (said.get("holderName"), said.get("product"), said.get("reference"))))
	return BankAccount(found["id"], found["id"], iban, said.get("currency") or "", label)


def last_day(row: Mapping[str, Any]) -> str:
	"""The later of a transaction's days, as text; one without a day is looked at."""
	said = row["attributes"]
	return max(said.get("executionDate") or "", said.get("valueDate") or "")[:10] or "9999"
