"""Bank statements become Bank Transactions, each line once and only once.

The unique key of its External Reference makes sure of it: whoever comes second, from the same file, another one or
another connector at the same moment, finds the line taken.
"""

import hashlib
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import flt, getdate

from collections_app.connectors.base import Record
from collections_app.engine.statements import BankLine, Statement
from collections_app.engine.statements.other_rows import OtherRow, claim
from collections_app.services.connectors.targets import RefusedRecord, Written
from collections_app.services.run.errors import error_text

STREAM = "bank_transactions"
# connectors whose ids ERPNext's own integration writes, too: with the same id there, neither takes the other's rows again
SHARED_IDS = ("plaid",)
# another integration may tell another day of the same transaction id
OVERLAP = timedelta(days=7)
# shortest lengths of ERPNext's fields over its versions
LENGTHS = {"reference_number": 140, "transaction_type": 50, "bank_party_name": 140, "bank_party_iban": 140}


def write_statement(config, record: Record) -> Written:
	"""Writes the lines not seen before. RefusedRecord when the account is not one of the company's."""
	statement: Statement = record.data
	account = find_bank_account(config, statement)
	if not account:
		raise RefusedRecord(
			record,
			_(
				"{0}: no Bank Account of {1} has the number {2}. Enter it there as IBAN and sync again."
			).format(record.source, config.company, statement.account or _("(none)")),
		)
	if not account.account:
		raise RefusedRecord(
			record,
			_("{0}: Bank Account {1} has no ledger account.").format(record.source, account.name),
		)
	account.currency = frappe.get_cached_value("Account", account.account, "account_currency")
	known = known_keys(account.name, statement.lines)
	written = Written()
	taken_over = take_over(config, account, statement.lines, known)
	for number, line in enumerate(statement.lines, 1):
		key = line_key(account.name, line)
		if key in known or key in taken_over:
			written.seen += 1
		elif not line.amount:
			written.notes.append(
				_("{0}, line {1}: its amount is zero; it was left out").format(record.source, number)
			)
		elif problem := write_line(config, account, line, key, written):
			written.failures.append(
				{
					"source": record.source,
					"external_id": line.external_id[:140],
					"message": _("{0}, line {1}: {2}").format(record.source, number, problem),
					"data": replace(statement, lines=(line,), opening_balance=None, closing_balance=None),
				}
			)
		known.add(key)
	if taken_over:
		written.notes.append(
			_(
				"{0}: {1} line(s) were in the books already, entered by an import, a person or another integration"
			).format(record.source, len(taken_over))
		)
	_note(written, record, statement)
	if not written.failures:
		_remember_feed_date(account, statement)
	return written


def write_line(config, account, line: BankLine, key: str, written: Written) -> str | None:
	"""Books one line, in a savepoint: what is wrong with it costs only itself. Returns what was wrong."""
	if line.currency != account.currency:
		return _("its currency {0} is not that of the account ({1})").format(line.currency, account.currency)
	frappe.db.savepoint("bank_line")
	try:
		add_reference(config, line, key, add_bank_transaction(config, account, line, key))
		written.created += 1
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="bank_line")
		written.seen += 1
	except frappe.ValidationError as error:
		frappe.db.rollback(save_point="bank_line")
		return error_text(error)
	return None


def find_bank_account(config, statement: Statement):
	"""The Bank Account that the connector maps the account to, else the company's with its IBAN or account number."""
	numbers = {statement.account_iban, statement.account_other_id} - {"", None}
	mapped = [row.bank_account for row in config.accounts if row.bank_account and row.account_id in numbers]
	wanted = {_compact(number) for number in (statement.account_iban, statement.account_other_id) if number}
	accounts = frappe.get_all(
		"Bank Account",
		filters={"is_company_account": 1, "company": config.company},
		fields=["name", "iban", "bank_account_no", "account", "company", "last_integration_date"],
		order_by="creation",
	)
	for account in accounts:
		if mapped:
			if account.name == mapped[0]:
				return account
		elif wanted & {_compact(account.iban), _compact(account.bank_account_no)} - {""}:
			return account
	return None


def line_key(bank_account: str, line: BankLine) -> str:
	"""The same line of the same account has one key, whichever file or connector brings it."""
	return hashlib.sha256(f"{bank_account}|{STREAM}|{line.external_id}".encode()).hexdigest()


def known_keys(bank_account: str, lines: tuple[BankLine, ...]) -> set[str]:
	keys = [line_key(bank_account, line) for line in lines]
	if not keys:
		return set()
	return set(
		frappe.get_all("External Reference", filters={"reference_key": ["in", keys]}, pluck="reference_key")
	)


def take_over(config, account, lines: tuple[BankLine, ...], known: set[str]) -> set[str]:
	"""Lines that stand in the books already though no feed of ours brought them: their Bank Transactions are noted as
	theirs, so that cash application goes on with those. Returns their keys."""
	new = [line for line in lines if line_key(account.name, line) not in known]
	claimed = claim(new, other_rows(account.name, new), config.connector in SHARED_IDS)
	taken = set()
	for place, transaction in claimed.items():
		key = line_key(account.name, new[place])
		if key not in taken and _take_over_one(config, new[place], key, transaction):
			taken.add(key)
	return taken


def _take_over_one(config, line: BankLine, key: str, transaction: str) -> bool:
	"""False where another worker gave the transaction to another line meanwhile."""
	frappe.db.savepoint("bank_line")
	frappe.db.get_value("Bank Transaction", transaction, "name", for_update=True)
	owner = {"reference_doctype": "Bank Transaction", "reference_name": transaction}
	if frappe.db.get_value("External Reference", owner, "name", for_update=True):
		return False
	try:
		add_reference(config, line, key, transaction)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="bank_line")
	return True


def other_rows(bank_account: str, lines: list[BankLine]) -> list[OtherRow]:
	"""The account's Bank Transactions of the lines' days that stand for no line of ours yet."""
	if not lines:
		return []
	transaction, reference = DocType("Bank Transaction"), DocType("External Reference")
	days = [line.booking_date for line in lines]
	rows = (
		frappe.qb.from_(transaction)
		.left_join(reference)
		.on(
			(reference.reference_name == transaction.name)
			& (reference.reference_doctype == "Bank Transaction")
		)
		.select(
			transaction.name,
			transaction.date,
			transaction.deposit,
			transaction.withdrawal,
			transaction.reference_number,
			transaction.description,
			transaction.transaction_id,
			transaction.docstatus,
		)
		.where((transaction.bank_account == bank_account) & reference.name.isnull())
		.where((transaction.date >= min(days) - OVERLAP) & (transaction.date <= max(days) + OVERLAP))
		.orderby(transaction.name)
		.run(as_dict=True)
	)
	return [
		OtherRow(
			row.name,
			getdate(row.date),
			Decimal(str(flt(row.deposit, 9))) - Decimal(str(flt(row.withdrawal, 9))),
			(row.reference_number or "", row.description or ""),
			row.transaction_id or "",
			row.docstatus == 2,
		)
		for row in rows
	]


def add_bank_transaction(config, account, line: BankLine, key: str) -> str:
	texts = {
		"reference_number": line.end_to_end_id,
		"transaction_type": line.bank_transaction_code,
		"bank_party_name": line.counterparty_name,
		"bank_party_iban": line.counterparty_iban,
	}
	transaction = frappe.get_doc(
		{
			"doctype": "Bank Transaction",
			"date": line.booking_date,
			"bank_account": account.name,
			"company": account.company,
			"currency": line.currency,
			"deposit": float(max(line.amount, 0)),
			"withdrawal": float(max(-line.amount, 0)),
			"description": _description(line),
			"transaction_id": line.external_id[:140] if config.connector in SHARED_IDS else key[:40],
			"collections_is_return": int(line.is_reversal),
			"collections_return_reason": line.return_reason[:140],
			**{field: (text or "")[: LENGTHS[field]] for field, text in texts.items()},
		}
	)
	transaction.flags.ignore_permissions = True
	transaction.insert()
	transaction.submit()
	return transaction.name


def add_reference(config, line: BankLine, key: str, transaction: str) -> None:
	frappe.get_doc(
		{
			"doctype": "External Reference",
			"connector": config.name,
			"stream": STREAM,
			"external_id": line.external_id[:140],
			"reference_doctype": "Bank Transaction",
			"reference_name": transaction,
			"reference_key": key,
		}
	).insert(ignore_permissions=True)


def _description(line: BankLine) -> str:
	text = line.remittance
	if line.is_reversal:
		text = _("Reversal: {0}").format(text)
	return text


def _note(written: Written, record: Record, statement: Statement) -> None:
	if not statement.lines:
		written.notes.append(_("{0}: the statement has no booked lines").format(record.source))
	elif not written.created and not written.failures:
		written.notes.append(
			_("{0}: statement {1} was read before, all {2} lines are known").format(
				record.source, statement.statement_id or statement.account, written.seen
			)
		)
	if statement.balance_difference:
		written.notes.append(
			_("{0}: lines and balances differ by {1} {2}; the bank may send the rest later").format(
				record.source, statement.balance_difference, statement.currency
			)
		)


def _remember_feed_date(account, statement: Statement) -> None:
	"""How fresh the bank data is: the day the statement reaches to, never in the future, never set back by an older
	file."""
	days = [line.booking_date for line in statement.lines]
	reach = statement.to_date or (max(days) if days else None)
	if reach:
		reach = min(reach, getdate())
	if reach and (not account.last_integration_date or getdate(account.last_integration_date) < reach):
		frappe.db.set_value("Bank Account", account.name, "last_integration_date", reach)


def _compact(number: str | None) -> str:
	return "".join((number or "").split()).upper()
