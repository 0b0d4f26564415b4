"""What every statement format is turned into: statements and their booked lines.

Amounts are exact Decimals in the account's currency, signed from the account holder's view: + is money
received.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class BankLine:
	"""One booked movement: an entry, or one transaction of a batch entry that could be split.

	`external_id` is the same whenever the same movement is read again, from this file or another one.
	`remittance` joins all unstructured and structured remittance texts with a space; `structured_reference`
	holds the creditor reference (ISO 11649, national ones) or the referred documents' numbers alone.
	`is_reversal`: the movement takes back an earlier one; `amount` already carries its sign. `return_reason`: why, as
	the bank gives it (an ISO 20022 code like MD06 and what it adds in words); "" without.
	`batch_id` is shared by the lines that one batch entry was split into.
	`instructed_amount` and `instructed_currency` are set when the payer ordered another amount than was
	booked.
	"""

	external_id: str
	booking_date: date
	value_date: date
	amount: Decimal
	currency: str
	counterparty_name: str = ""
	counterparty_iban: str = ""
	counterparty_bic: str = ""
	end_to_end_id: str = ""
	remittance: str = ""
	structured_reference: str = ""
	bank_transaction_code: str = ""
	is_reversal: bool = False
	return_reason: str = ""
	batch_id: str = ""
	instructed_amount: Decimal | None = None
	instructed_currency: str = ""


@dataclass(frozen=True)
class Statement:
	"""One statement (or report, or notification) of one account.

	`account_iban` or else `account_other_id` names the account. Balances are signed (+ is in credit) and None
	when the file does not give them. `pending_count` counts entries left out because they are not booked yet;
	`unsplit_count` counts batch entries kept whole because their transactions do not add up to the entry.
	"""

	account_iban: str
	account_other_id: str
	currency: str
	statement_id: str = ""
	sequence: int | None = None
	from_date: date | None = None
	to_date: date | None = None
	opening_balance: Decimal | None = None
	closing_balance: Decimal | None = None
	created_on: datetime | None = None
	lines: tuple[BankLine, ...] = ()
	pending_count: int = 0
	unsplit_count: int = 0

	@property
	def account(self) -> str:
		"""The account as the file names it: its IBAN, else its other identification."""
		return self.account_iban or self.account_other_id

	@property
	def balance_difference(self) -> Decimal | None:
		"""Closing balance - (opening balance + lines): not zero when lines are missing. None without both
		balances, or when a line is in another currency than the account."""
		if self.opening_balance is None or self.closing_balance is None:
			return None
		if any(line.currency != self.currency for line in self.lines):
			return None
		return (
			self.closing_balance
			- self.opening_balance
			- sum((line.amount for line in self.lines), Decimal(0))
		)
