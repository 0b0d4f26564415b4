"""A transaction of Ponto Connect (JSON:API) as a bank line."""

from collections.abc import Mapping
from typing import Any

from collections_app.connectors.bank_lines import currency, day, is_return, money, reference, words
from collections_app.engine.statements import BankLine


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
		booking_date=day(booked, "execution date"),
		value_date=day(said.get("valueDate") or booked, "value date"),
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
