"""A transaction of Enable Banking (ISO 20022 words) as a bank line."""

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
from collections_app.connectors.errors import DataError
from collections_app.engine.statements import BankLine
from collections_app.engine.statements.identity import external_id
from collections_app.engine.texts import Text


def bank_line(row: Mapping[str, Any], account: str) -> BankLine:
	"""A booked transaction; `account` is what its identity hangs on. The sign is the indicator's: some banks sign the
	amount as well, others do not. `transaction_id` changes from one reading to the next and identifies nothing."""
	amount = abs(money(row["transaction_amount"]["amount"]))
	if row["credit_debit_indicator"] not in ("CRDT", "DBIT"):
		raise DataError("its credit_debit_indicator is {0}", repr(row["credit_debit_indicator"]))
	if row["credit_debit_indicator"] == "DBIT":
		amount = -amount
	booked = row.get("booking_date") or row.get("value_date") or row.get("transaction_date")
	booking_date = day(booked, Text("booking date"))
	kind = row.get("bank_transaction_code") or {}
	code = "-".join(filter(None, (kind.get("code"), kind.get("sub_code"))))
	returned = is_return(code)
	party = sides(amount, returned)[0]
	structured = row.get("reference_number") or ""
	text = words(row.get("remittance_information"), structured) or words(row.get("note"))
	instructed = (row.get("exchange_rate") or {}).get("instructed_amount") or {}
	return BankLine(
		external_id=external_id(account, row.get("entry_reference") or "", booking_date, amount, text),
		booking_date=booking_date,
		value_date=day(row.get("value_date") or booked, Text("value date")),
		amount=amount,
		currency=currency(row["transaction_amount"]["currency"]),
		counterparty_name=text_of(row, party, "name"),
		counterparty_iban=text_of(row, f"{party}_account", "iban")
		or text_of(row, f"{party}_account", "other", "identification"),
		counterparty_bic=text_of(row, f"{party}_agent", "bic_fi"),
		end_to_end_id=reference(row.get("end_to_end_id")),
		remittance=text,
		structured_reference=structured,
		bank_transaction_code=code,
		is_reversal=returned,
		instructed_amount=money(instructed["amount"]) if instructed.get("amount") else None,
		instructed_currency=instructed.get("currency") or "",
	)
