"""A transaction of GoCardless Bank Account Data (Berlin Group fields) as a bank line."""

from collections.abc import Mapping
from typing import Any

from collections_app.connectors.bank_lines import (
	currency,
	day,
	is_return,
	money,
	reference,
	sides,
	text_of,
	words,
)
from collections_app.engine.statements import BankLine
from collections_app.engine.statements.identity import external_id
from collections_app.engine.texts import Text


def bank_line(row: Mapping[str, Any], account: str) -> BankLine:
	"""A booked transaction; `account` is the IBAN or id that its identity hangs on. Amounts are signed."""
	amount = money(row["transactionAmount"]["amount"])
	booked = row.get("bookingDate") or row.get("bookingDateTime") or row.get("valueDate")
	booking_date = day(booked, Text("booking date"))
	code = row.get("bankTransactionCode") or row.get("proprietaryBankTransactionCode") or ""
	returned = is_return(code)
	party = sides(amount, returned)[0]
	structured = _structured(row)
	text = words(
		row.get("remittanceInformationUnstructuredArray"),
		row.get("remittanceInformationUnstructured"),
		structured,
	) or words(row.get("additionalInformation"))
	instructed = _exchange(row).get("instructedAmount") or {}
	bank_reference = next(
		(row[name] for name in ("transactionId", "entryReference", "internalTransactionId") if row.get(name)),
		"",
	)
	return BankLine(
		external_id=external_id(account, str(bank_reference), booking_date, amount, text),
		booking_date=booking_date,
		value_date=day(row.get("valueDate") or booked, Text("value date")),
		amount=amount,
		currency=currency(row["transactionAmount"]["currency"]),
		counterparty_name=row.get(f"{party}Name") or row.get(f"ultimate{party.title()}") or "",
		counterparty_iban=text_of(row, f"{party}Account", "iban") or text_of(row, f"{party}Account", "bban"),
		counterparty_bic=text_of(row, f"{party}Agent"),
		end_to_end_id=reference(row.get("endToEndId")),
		remittance=text,
		structured_reference=structured,
		bank_transaction_code=code,
		is_reversal=returned,
		instructed_amount=money(instructed["amount"]) if instructed.get("amount") else None,
		instructed_currency=instructed.get("currency") or "",
	)


def _structured(row: Mapping[str, Any]) -> str:
	"""The creditor reference: banks give it as a text, an object, or several."""
	found = row.get("remittanceInformationStructuredArray") or row.get("remittanceInformationStructured")
	parts = found if isinstance(found, list) else [found]
	return words([one.get("reference") if isinstance(one, Mapping) else one for one in parts])


def _exchange(row: Mapping[str, Any]) -> Mapping[str, Any]:
	found = row.get("currencyExchange")
	if isinstance(found, list):
		found = found[0] if found else None
	return found if isinstance(found, Mapping) else {}
