"""One CAMT entry (Ntry) as bank lines: split into its transactions where these add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from collections_app.engine.statements.errors import StatementError
from collections_app.engine.statements.identity import external_id, is_reference
from collections_app.engine.statements.models import BankLine
from collections_app.engine.statements.returns import is_return_code
from collections_app.engine.statements.xmltools import (
	amount_of,
	date_of,
	find,
	findall,
	first_text,
	sign_of,
	signed_amount,
	text,
	texts,
)

TRUE = ("true", "1")
# A transaction's own amount: .001.03 and later have Amt beside the references, .001.02 only the amount
# details.
TRANSACTION_AMOUNTS = ("Amt", "AmtDtls/TxAmt/Amt")


@dataclass(frozen=True)
class EntryLines:
	"""What one entry gave: no lines when it is not booked, one when kept whole, several when split."""

	lines: tuple[BankLine, ...]
	is_pending: bool = False
	is_unsplit: bool = False


def read_entry(entry: etree._Element, account: str, where: str, only_day: date | None = None) -> EntryLines:
	"""The bank lines of an entry, in the entry's currency; `only_day`: that of the statement, where it is of one day. StatementError naming `where` when amount, sign,
	date or currency is broken."""
	amount, currency = signed_amount(entry, where)
	status = first_text(entry, "Sts/Cd", "Sts/Prtry", "Sts")
	if status in ("PDNG", "INFO", "FUTR"):
		return EntryLines((), is_pending=True)
	booked_on = _day(entry, "BookgDt", where) or _day(entry, "ValDt", where) or only_day
	if booked_on is None:
		raise StatementError("The booking date is missing", where)
	header = _Header(account, currency, booked_on, _day(entry, "ValDt", where) or booked_on, entry, where)
	details = findall(entry, "NtryDtls/TxDtls")
	if len(details) > 1:
		amounts = [_transaction_amount(one, header) for one in details]
		known = [one for one in amounts if one is not None]
		if len(known) == len(details) and sum(known, Decimal(0)) == amount:
			lines = [
				header.line([one], part, n)
				for n, (one, part) in enumerate(zip(details, known, strict=True), 1)
			]
			return EntryLines(tuple(lines))
	return EntryLines((header.line(details, amount),), is_unsplit=len(details) > 1)


def _day(node: etree._Element, path: str, where: str) -> date | None:
	return date_of(node, f"{path}/Dt", where) or date_of(node, f"{path}/DtTm", where)


def _transaction_amount(details: etree._Element, header: _Header) -> Decimal | None:
	"""The signed amount of one transaction in the account's currency; None when the file gives no such
	amount.

	A transaction without its own indicator goes the entry's way.
	"""
	node = next((one for path in TRANSACTION_AMOUNTS if (one := find(details, path)) is not None), None)
	if node is None:
		return None
	amount, currency = amount_of(node, header.where)
	if currency != header.currency:
		return None
	signed = details if find(details, "CdtDbtInd") is not None else header.entry
	return sign_of(signed, header.where) * amount


@dataclass(frozen=True)
class _Header:
	"""What the lines of one entry share."""

	account: str
	currency: str
	booked_on: date
	value_on: date
	entry: etree._Element
	where: str

	def line(self, details: list[etree._Element], amount: Decimal, position: int = 0) -> BankLine:
		"""A bank line from the details of a transaction (of all, for a batch kept whole; of none, where the
		bank gives none), falling back on the entry. `position` > 0: the how manieth part of a batch."""
		is_reversal = self._is_return(details)
		# The other side of money received is the debtor; a reversal keeps the parties of what it takes back.
		role = "Dbtr" if (amount >= 0) != is_reversal else "Cdtr"
		name, iban, bic = _only([_party(one, role) for one in details], ("", "", ""))
		structured = list(dict.fromkeys(reference for one in details for reference in _structured(one)))
		remittance = _remittance(details, structured) or text(self.entry, "AddtlNtryInf")
		reference = self._reference(details)
		if position:
			reference = f"{reference}/{position}" if reference else ""
		instructed, instructed_currency = _only(
			[self._instructed(one, amount) for one in details], (None, "")
		)
		return BankLine(
			external_id=external_id(
				self.account, reference, self.booked_on, amount, f"{remittance}|{name}|{iban}"
			),
			booking_date=self.booked_on,
			value_date=self.value_on,
			amount=amount,
			currency=self.currency,
			counterparty_name=name,
			counterparty_iban=iban,
			counterparty_bic=bic,
			end_to_end_id=_only([_given(text(one, "Refs/EndToEndId")) for one in details], ""),
			remittance=remittance,
			structured_reference=" ".join(structured),
			bank_transaction_code=_only([_transaction_code(one) for one in details], "")
			or _transaction_code(self.entry),
			is_reversal=is_reversal,
			return_reason=_only([_return_reason(one) for one in details], ""),
			batch_id=self._batch_id() if position else "",
			instructed_amount=instructed,
			instructed_currency=instructed_currency,
		)

	def _is_return(self, details: list[etree._Element]) -> bool:
		"""A reversal by its indicator, or returned transactions: their return information, or their code, says so. A
		return names the parties of the transaction that came back, too."""
		codes = [_transaction_code(self.entry), *(_transaction_code(one) for one in details)]
		returned = [find(one, "RtrInf") is not None for one in details]
		return (
			text(self.entry, "RvslInd") in TRUE
			or (bool(returned) and all(returned))
			or any(is_return_code(code) for code in codes)
		)

	def _reference(self, details: list[etree._Element]) -> str:
		"""The bank's reference of the entry, else of its only transaction, else the entry's number; ""
		without any."""
		references = [text(self.entry, "AcctSvcrRef"), text(self.entry, "NtryRef")]
		if len(details) == 1:
			references[1:1] = [text(details[0], "Refs/AcctSvcrRef"), text(details[0], "Refs/TxId")]
		return next((one for one in references if is_reference(one)), "")

	def _instructed(self, details: etree._Element, amount: Decimal) -> tuple[Decimal | None, str]:
		"""The amount that the payer ordered, where it is not what was booked."""
		node = find(details, "AmtDtls/InstdAmt/Amt")
		ordered = amount_of(node, self.where) if node is not None else (abs(amount), self.currency)
		return (None, "") if ordered == (abs(amount), self.currency) else ordered

	def _batch_id(self) -> str:
		given = first_text(
			self.entry, "NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId", "AcctSvcrRef", "NtryRef"
		)
		return given or external_id(self.account, "", self.booked_on, Decimal(0), self.where)


def _party(node: etree._Element, role: str) -> tuple[str, str, str]:
	"""(name, IBAN or other account number, BIC) of the debtor or creditor; the ultimate party's name as a
	fallback."""
	parties = "RltdPties"
	name = first_text(
		node,
		f"{parties}/{role}/Nm",
		f"{parties}/{role}/Pty/Nm",
		f"{parties}/Ultmt{role}/Nm",
		f"{parties}/Ultmt{role}/Pty/Nm",
	)
	account = f"{parties}/{role}Acct/Id"
	iban = first_text(node, f"{account}/IBAN").replace(" ", "").upper() or text(node, f"{account}/Othr/Id")
	agent = f"RltdAgts/{role}Agt/FinInstnId"
	return _given(name), iban, first_text(node, f"{agent}/BICFI", f"{agent}/BIC")


def _given(value: str) -> str:
	return value if is_reference(value) else ""


def _structured(node: etree._Element) -> list[str]:
	"""Creditor reference and numbers of the referred documents, each once, in file order."""
	found = texts(node, "RmtInf/Strd/CdtrRefInf/Ref") + texts(node, "RmtInf/Strd/RfrdDocInf/Nb")
	return list(dict.fromkeys(found))


def _remittance(details: list[etree._Element], structured: list[str]) -> str:
	"""All that the payer wrote. The lines of one text are joined with a space: where a line of fixed width
	was broken inside a word cannot be seen here, so the matching tries both readings."""
	paths = ("RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf")
	joined = " ".join(line for one in details for path in paths for line in texts(one, path))
	joined = " ".join([joined, *(one for one in structured if one not in joined)]).strip()
	return joined or " ".join(line for one in details for line in texts(one, "AddtlTxInf"))


def _return_reason(node: etree._Element) -> str:
	"""The code of a return, and what the bank says in words."""
	code = first_text(node, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry")
	return " ".join(dict.fromkeys([one for one in (code, *texts(node, "RtrInf/AddtlInf")) if one]))


def _transaction_code(node: etree._Element) -> str:
	"""ISO code as "PMNT/RCDT/ESCT", else the bank's own."""
	domain = [text(node, f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
	return "/".join(part for part in domain if part) or text(node, "BkTxCd/Prtry/Cd")


def _only(values: list[Any], otherwise: Any) -> Any:
	"""The value that all transactions of the entry share, else `otherwise`."""
	return values[0] if values and all(one == values[0] for one in values) else otherwise
