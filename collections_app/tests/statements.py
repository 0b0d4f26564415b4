"""CAMT.053 files of the tests, built from lines."""

from pathlib import Path
from xml.sax.saxutils import escape

import frappe
from frappe.utils import getdate

from collections_app.services.connectors.registry import statement_folder
from collections_app.tests.utils import BANK_IBAN

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"


def line(amount: float, text: str = "", name: str = "", iban: str = "", **values) -> dict:
	"""A credit (amount > 0) or debit with a bank reference of its own."""
	return {"amount": amount, "text": text, "name": name, "iban": iban, "reference": unique(), **values}


def unique() -> str:
	return f"REF{frappe.generate_hash(length=10).upper()}"


def camt(lines: list[dict], iban: str = BANK_IBAN, currency: str = "EUR", to_date=None) -> str:
	"""One statement; `to_date`: the last day of its period."""
	period = f"<FrToDt><FrDt>{to_date}</FrDt><ToDt>{to_date}</ToDt></FrToDt>" if to_date else ""
	entries = "".join(_entry(one, currency) for one in lines)
	return (
		f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{NAMESPACE}"><BkToCstmrStmt>'
		f"<GrpHdr><MsgId>M1</MsgId></GrpHdr><Stmt><Id>{unique()}</Id>{period}"
		f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>{entries}</Stmt>"
		"</BkToCstmrStmt></Document>"
	)


def _entry(one: dict, currency: str) -> str:
	day = one.get("date") or getdate()
	side = "Dbtr" if one["amount"] >= 0 else "Cdtr"
	account = f"<{side}Acct><Id><IBAN>{one['iban']}</IBAN></Id></{side}Acct>" if one["iban"] else ""
	return (
		f'<Ntry><Amt Ccy="{one.get("currency") or currency}">{abs(one["amount"]):.2f}</Amt>'
		f"<CdtDbtInd>{'CRDT' if one['amount'] >= 0 else 'DBIT'}</CdtDbtInd><Sts>BOOK</Sts>"
		f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
		f"<AcctSvcrRef>{one['reference']}</AcctSvcrRef>"
		f"<NtryDtls><TxDtls><Refs><EndToEndId>{one.get('end_to_end') or 'NOTPROVIDED'}</EndToEndId></Refs>"
		f"<RltdPties><{side}><Nm>{escape(one['name'])}</Nm></{side}>{account}</RltdPties>"
		f"<RmtInf><Ustrd>{escape(one['text'])}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
	)


def inbox(connector) -> Path:
	return statement_folder(connector.inbox_folder)


def drop(connector, content: str | bytes, name: str = "statement.xml") -> Path:
	"""Puts a file into the connector's folder, as a bank's transfer program does."""
	path = inbox(connector) / name
	path.write_bytes(content.encode() if isinstance(content, str) else content)
	return path


def files(connector) -> dict[str, list[str]]:
	"""Names of the files that wait, are done, have failed."""
	folder = inbox(connector)
	return {
		state: sorted(path.name for path in place.glob("*") if path.is_file())
		for state, place in (("waiting", folder), ("done", folder / "done"), ("failed", folder / "failed"))
	}
