"""A transaction of Plaid as a bank line. Plaid counts money that leaves the account as positive."""

from collections.abc import Mapping
from typing import Any

from collections_app.connectors.bank_feed import BankAccount
from collections_app.connectors.bank_lines import currency, day, money, reference, text_of, words
from collections_app.engine.statements import BankLine

# kinds of counterparties that stand between the two parties
BETWEEN = ("payment_app", "payment_terminal", "marketplace", "financial_institution")


def bank_line(row: Mapping[str, Any]) -> BankLine:
	"""A posted transaction. `transaction_id` stays the same when Plaid corrects its texts."""
	amount = -money(row["amount"]) or money(0)
	booked = day(row["date"])
	meta = row.get("payment_meta") or {}
	parties = [one for one in row.get("counterparties") or () if one.get("type") not in BETWEEN]
	party = parties[0] if parties else {}
	named = meta.get("payer") or meta.get("by_order_of") if amount >= 0 else meta.get("payee")
	check = row.get("check_number")
	return BankLine(
		external_id=_identity(row),
		booking_date=booked,
		value_date=booked,
		amount=amount,
		currency=currency(row.get("iso_currency_code") or row.get("unofficial_currency_code")),
		counterparty_name=named or party.get("name") or row.get("merchant_name") or "",
		counterparty_iban=text_of(party, "account_numbers", "international", "iban"),
		counterparty_bic=text_of(party, "account_numbers", "international", "bic"),
		end_to_end_id=reference(meta.get("reference_number")),
		remittance=words(
			row.get("original_description") or row.get("name"),
			meta.get("reason"),
			f"Check {check}" if check else "",
		),
		bank_transaction_code=row.get("transaction_code") or row.get("payment_channel") or "",
	)


def _identity(row: Mapping[str, Any]) -> str:
	if not row["transaction_id"]:
		raise KeyError("transaction_id")
	return row["transaction_id"]


def bank_account(found: Mapping[str, Any]) -> BankAccount:
	"""An account of an Item; Plaid tells the last digits of its number only."""
	name = found.get("official_name") or found.get("name") or ""
	label = f"{name} …{found['mask']}" if found.get("mask") else name
	money = text_of(found, "balances", "iso_currency_code")
	return BankAccount(found["account_id"], found["account_id"], currency=money, label=label)
