"""Small CAMT files for the tests, built from parts."""

from __future__ import annotations


def entry(
	amount="100.00",
	sign="CRDT",
	currency="EUR",
	status="<Sts>BOOK</Sts>",
	booked="<BookgDt><Dt>2026-11-17</Dt></BookgDt>",
	value="<ValDt><Dt>2026-11-18</Dt></ValDt>",
	reference="<AcctSvcrRef>BANK-1</AcctSvcrRef>",
	details="",
	more="",
) -> str:
	return (
		f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{status}{booked}{value}{reference}'
		f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
		f"{more}{details}</Ntry>"
	)


def transaction(
	amount: str | None = None,
	name="Cobalt Foods Srl",
	iban="FR7630006000011234567890189",
	remittance=("INV-2026-00001",),
	end_to_end="E2E-1",
	more="",
	role="Dbtr",
	sign="",
) -> str:
	own = f'<Amt Ccy="EUR">{amount}</Amt>' if amount else ""
	own += f"<CdtDbtInd>{sign}</CdtDbtInd>" if sign else ""
	lines = "".join(f"<Ustrd>{line}</Ustrd>" for line in remittance)
	return (
		f"<TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>{own}"
		f"<RltdPties><{role}><Nm>{name}</Nm></{role}>"
		f"<{role}Acct><Id><IBAN>{iban}</IBAN></Id></{role}Acct></RltdPties>"
		f"<RltdAgts><{role}Agt><FinInstnId><BIC>AGRIFRPP</BIC></FinInstnId></{role}Agt></RltdAgts>"
		f"<RmtInf>{lines}</RmtInf>{more}</TxDtls>"
	)


def batch(*transactions: str, header="") -> str:
	return f"<NtryDtls>{header}{''.join(transactions)}</NtryDtls>"


def camt(
	*entries: str,
	version="053.001.02",
	account="<IBAN>DE89370400440532013000</IBAN>",
	currency="<Ccy>EUR</Ccy>",
	balances="",
	statement_id="ST-7",
) -> bytes:
	message, node = {
		"052": ("BkToCstmrAcctRpt", "Rpt"),
		"053": ("BkToCstmrStmt", "Stmt"),
		"054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
	}[version[:3]]
	return (
		f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{version}">'
		f"<{message}><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-20T18:00:00</CreDtTm></GrpHdr>"
		f"<{node}><Id>{statement_id}</Id><ElctrncSeqNb>7</ElctrncSeqNb><CreDtTm>2026-11-20T18:01:02+01:00</CreDtTm>"
		f"<FrToDt><FrDtTm>2026-11-17T00:00:00</FrDtTm><ToDtTm>2026-11-20T00:00:00</ToDtTm></FrToDt>"
		f"<Acct><Id>{account}</Id>{currency}</Acct>{balances}{''.join(entries)}</{node}></{message}></Document>"
	).encode()


def balance(code: str, amount: str, sign="CRDT") -> str:
	return (
		f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
		f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>"
	)
