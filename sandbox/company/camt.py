"""Writes the statement as banks do: CAMT.053, version 8 or 2 of the message, and broken files for tests."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from .models import BankEntry, BankPayment, Company, Statement

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02d}"
VERSIONS = (2, 8)


class _Writer:
	"""One statement in one version of the message; version 8 wraps parties and renames the BIC."""

	def __init__(self, company: Company, statement: Statement, version: int):
		self.company = company
		self.statement = statement
		self.is_new = version >= 8
		self.bic_tag = "BICFI" if self.is_new else "BIC"
		self.currency = company.currency
		self.root = ElementTree.Element("Document", xmlns=NAMESPACE.format(version=version))

	def document(self) -> bytes:
		message = _add(self.root, "BkToCstmrStmt")
		created = f"{self.statement.booked_on.isoformat()}T18:05:00+00:00"
		header = _add(message, "GrpHdr")
		_add(header, "MsgId", f"053-{self.statement.statement_id}")
		_add(header, "CreDtTm", created)
		paging = _add(header, "MsgPgntn")
		_add(paging, "PgNb", "1")
		_add(paging, "LastPgInd", "true")
		self._statement(_add(message, "Stmt"), created)
		ElementTree.indent(self.root, " ")
		return ElementTree.tostring(self.root, encoding="utf-8", xml_declaration=True) + b"\n"

	def _statement(self, node, created: str) -> None:
		statement, account = self.statement, self.company.bank_account
		_add(node, "Id", statement.statement_id)
		_add(node, "ElctrncSeqNb", str(statement.sequence))
		_add(node, "LglSeqNb", str(statement.sequence))
		_add(node, "CreDtTm", created)
		own = _add(node, "Acct")
		_add(_add(own, "Id"), "IBAN", account.iban)
		_add(own, "Ccy", self.currency)
		_add(own, "Nm", account.account_name)
		_add(_add(own, "Ownr"), "Nm", self.company.name)
		bank = _add(_add(own, "Svcr"), "FinInstnId")
		_add(bank, self.bic_tag, account.bic)
		_add(bank, "Nm", account.bank)
		for code, balance in (("OPBD", statement.opening_balance), ("CLBD", statement.closing_balance)):
			self._balance(node, code, balance)
		self._summary(node)
		for entry in statement.entries:
			self._entry(_add(node, "Ntry"), entry)

	def _amount(self, parent, tag: str, amount, currency: str | None = None) -> None:
		_add(parent, tag, f"{abs(amount):.2f}").set("Ccy", currency or self.currency)

	def _sign(self, parent, is_credit: bool) -> None:
		_add(parent, "CdtDbtInd", "CRDT" if is_credit else "DBIT")

	def _day(self, parent, tag: str) -> None:
		_add(_add(parent, tag), "Dt", self.statement.booked_on.isoformat())

	def _balance(self, node, code: str, balance) -> None:
		element = _add(node, "Bal")
		_add(_add(_add(element, "Tp"), "CdOrPrtry"), "Cd", code)
		self._amount(element, "Amt", balance)
		self._sign(element, balance >= 0)
		self._day(element, "Dt")

	def _summary(self, node) -> None:
		booked = [entry for entry in self.statement.entries if not entry.is_pending]
		summary = _add(node, "TxsSummry")
		for tag, chosen in (
			("TtlNtries", booked),
			("TtlCdtNtries", [e for e in booked if e.sign > 0]),
			("TtlDbtNtries", [e for e in booked if e.sign < 0]),
		):
			totals = _add(summary, tag)
			_add(totals, "NbOfNtries", str(len(chosen)))
			_add(totals, "Sum", f"{sum(abs(e.amount) for e in chosen):.2f}")

	def _entry(self, node, entry: BankEntry) -> None:
		self._amount(node, "Amt", entry.amount)
		self._sign(node, entry.sign > 0)
		if entry.is_reversal:
			_add(node, "RvslInd", "true")
		status = "PDNG" if entry.is_pending else "BOOK"
		if self.is_new:
			_add(_add(node, "Sts"), "Cd", status)
		else:
			_add(node, "Sts", status)
		if not entry.is_pending:
			self._day(node, "BookgDt")
		self._day(node, "ValDt")
		_add(node, "AcctSvcrRef", entry.reference)
		domain, family, sub_family = entry.code
		code = _add(_add(node, "BkTxCd"), "Domn")
		_add(code, "Cd", domain)
		detail = _add(code, "Fmly")
		_add(detail, "Cd", family)
		_add(detail, "SubFmlyCd", sub_family)
		if any(payment.counterparty for payment in entry.payments):
			self._details(_add(node, "NtryDtls"), entry)
		_add(node, "AddtlNtryInf", entry.info)

	def _details(self, node, entry: BankEntry) -> None:
		if len(entry.payments) > 1:
			batch = _add(node, "Btch")
			_add(batch, "NbOfTxs", str(len(entry.payments)))
			self._amount(batch, "TtlAmt", entry.amount)
			self._sign(batch, entry.sign > 0)
		for payment in entry.payments:
			self._payment(_add(node, "TxDtls"), payment, entry)

	def _payment(self, node, payment: BankPayment, entry: BankEntry) -> None:
		references = _add(node, "Refs")
		_add(references, "AcctSvcrRef", payment.reference)
		_add(references, "EndToEndId", payment.end_to_end_id)
		self._amount(node, "Amt", payment.amount)
		self._sign(node, entry.sign > 0)
		if payment.instructed:
			self._instructed(node, payment)
		# in a returned debit and in a payment out, the company is creditor and debtor respectively
		role = "Dbtr" if entry.sign > 0 or entry.is_reversal else "Cdtr"
		parties = _add(node, "RltdPties")
		party = _add(parties, role)
		_add(_add(party, "Pty") if self.is_new else party, "Nm", payment.counterparty)
		_add(_add(_add(parties, f"{role}Acct"), "Id"), "IBAN", payment.counterparty_iban)
		agent = _add(_add(_add(node, "RltdAgts"), f"{role}Agt"), "FinInstnId")
		_add(agent, self.bic_tag, payment.counterparty_bic)
		if payment.remittance or payment.creditor_reference:
			self._remittance(_add(node, "RmtInf"), payment)
		if payment.return_reason:
			_add(_add(_add(node, "RtrInf"), "Rsn"), "Cd", payment.return_reason)

	def _instructed(self, node, payment: BankPayment) -> None:
		currency, amount, rate = payment.instructed
		details = _add(node, "AmtDtls")
		self._amount(_add(details, "InstdAmt"), "Amt", amount, currency)
		transaction = _add(details, "TxAmt")
		self._amount(transaction, "Amt", payment.amount)
		exchange = _add(transaction, "CcyXchg")
		_add(exchange, "SrcCcy", currency)
		_add(exchange, "TrgtCcy", self.currency)
		_add(exchange, "XchgRate", str(rate))

	def _remittance(self, node, payment: BankPayment) -> None:
		for line in payment.remittance:
			_add(node, "Ustrd", line)
		if payment.creditor_reference:
			reference = _add(_add(node, "Strd"), "CdtrRefInf")
			_add(_add(_add(reference, "Tp"), "CdOrPrtry"), "Cd", "SCOR")
			_add(reference, "Ref", payment.creditor_reference)


def _add(parent, tag: str, text: str | None = None):
	element = ElementTree.SubElement(parent, tag)
	element.text = text
	return element


def camt_bytes(company: Company, statement: Statement, version: int = 8) -> bytes:
	"""The statement as a CAMT.053.001.08 (or .02) document in UTF-8. Raises ValueError for another version."""
	if version not in VERSIONS:
		raise ValueError(f"CAMT.053 version {version} is not written here, only {VERSIONS}")
	return _Writer(company, statement, version).document()


def truncated(document: bytes) -> bytes:
	"""The first part of `document`, broken off inside an entry, as an aborted transfer leaves it."""
	return document[: document.index(b"<RltdPties>", len(document) // 2) + 7]


def foreign_xml() -> bytes:
	"""A well-formed XML file which is no bank statement: a payment order (pain.001) of somebody else."""
	return (
		b"<?xml version='1.0' encoding='utf-8'?>\n"
		b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn><GrpHdr>'
		b"<MsgId>ORDER-1</MsgId><CreDtTm>2026-01-05T09:00:00</CreDtTm><NbOfTxs>0</NbOfTxs>"
		b"<InitgPty><Nm>Somebody</Nm></InitgPty></GrpHdr></CstmrCdtTrfInitn></Document>\n"
	)


def file_name(company: Company, statement: Statement) -> str:
	"""The statement's name as banks give it: account, date and sequence number."""
	return f"{company.bank_account.iban}_{statement.booked_on:%Y%m%d}_{statement.sequence:03d}.camt053.xml"


def write_camt(folder: Path | str, company: Company, statement: Statement, version: int = 8) -> Path:
	"""Writes the statement into `folder` (made if missing) and returns the file."""
	path = Path(folder) / file_name(company, statement)
	path.parent.mkdir(parents=True, exist_ok=True)
	path.write_bytes(camt_bytes(company, statement, version))
	return path
