"""CAMT statements: what is read, how batches are split, what is left out."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from collections_app.engine.statements import parse_camt
from tests.unit.statements.camt_files import balance, batch, camt, entry, transaction


def only_line(data: bytes):
	(statement,) = parse_camt(data)
	(line,) = statement.lines
	return line


def test_statement_header_and_balances_are_read():
	data = camt(entry(), balances=balance("OPBD", "50.10", "DBIT") + balance("CLBD", "49.90"))
	(statement,) = parse_camt(data)
	assert statement.account_iban == statement.account == "DE89370400440532013000"
	assert (statement.currency, statement.statement_id, statement.sequence) == ("EUR", "ST-7", 7)
	assert (statement.from_date, statement.to_date) == (date(2026, 11, 17), date(2026, 11, 20))
	assert statement.created_on == datetime(2026, 11, 20, 18, 1, 2)
	assert (statement.opening_balance, statement.closing_balance) == (Decimal("-50.10"), Decimal("49.90"))
	assert statement.balance_difference == 0


def test_missing_lines_show_in_the_balance_difference():
	(statement,) = parse_camt(camt(entry(), balances=balance("OPBD", "0") + balance("CLBD", "130")))
	assert statement.balance_difference == Decimal(30)


def test_of_several_pages_balances_the_first_opens_and_the_last_closes():
	pages = [balance("OPBD", "1"), balance("OPBD", "2"), balance("CLBD", "3"), balance("CLBD", "4")]
	(statement,) = parse_camt(camt(entry(), balances="".join(pages)))
	assert (statement.opening_balance, statement.closing_balance) == (1, 4)


def test_every_field_of_a_credit_survives():
	details = transaction(
		remittance=("INV-2026-00001,", "INV-2026-00002"),
		more="<AmtDtls><InstdAmt><Amt Ccy='USD'>108.00</Amt></InstdAmt></AmtDtls>",
	)
	line = only_line(camt(entry("1234.56", details=batch(details))))
	assert (line.amount, line.currency) == (Decimal("1234.56"), "EUR")
	assert (line.booking_date, line.value_date) == (date(2026, 11, 17), date(2026, 11, 18))
	assert line.counterparty_name == "Cobalt Foods Srl"
	assert line.counterparty_iban == "FR7630006000011234567890189"
	assert line.counterparty_bic == "AGRIFRPP"
	assert line.end_to_end_id == "E2E-1"
	assert line.remittance == "INV-2026-00001, INV-2026-00002"
	assert line.bank_transaction_code == "PMNT/RCDT/ESCT"
	assert (line.instructed_amount, line.instructed_currency) == (Decimal("108.00"), "USD")
	assert not line.is_reversal and line.batch_id == ""


def test_structured_remittance_is_kept_apart_and_joined():
	strd = (
		"<RmtInf><Ustrd>Our order 7</Ustrd><Strd><RfrdDocInf><Nb>INV-9</Nb></RfrdDocInf>"
		"<CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>"
	)
	line = only_line(camt(entry(details=batch(f"<TxDtls>{strd}</TxDtls>"))))
	assert line.structured_reference == "RF18539007547034 INV-9"
	assert line.remittance == "Our order 7 RF18539007547034 INV-9"


@pytest.mark.parametrize("version", [f"053.001.{number:02d}" for number in range(2, 14)])
def test_all_versions_of_the_namespace_are_read(version):
	assert only_line(camt(entry(), version=version)).amount == 100


@pytest.mark.parametrize("version", ["052.001.02", "052.001.08", "054.001.04", "054.001.08"])
def test_reports_and_notifications_are_read(version):
	assert only_line(camt(entry(), version=version)).amount == 100


def test_newer_versions_places_of_party_agent_and_status():
	details = (
		"<TxDtls><RltdPties><Dbtr><Pty><Nm>Vega S.A.</Nm></Pty></Dbtr></RltdPties>"
		"<RltdAgts><DbtrAgt><FinInstnId><BICFI>BSCHESMM</BICFI></FinInstnId></DbtrAgt></RltdAgts></TxDtls>"
	)
	booked = entry(status="<Sts><Cd>BOOK</Cd></Sts>", details=batch(details))
	pending = entry(status="<Sts><Cd>PDNG</Cd></Sts>")
	(statement,) = parse_camt(camt(booked, pending, version="053.001.08"))
	(line,) = statement.lines
	assert (line.counterparty_name, line.counterparty_bic) == ("Vega S.A.", "BSCHESMM")
	assert statement.pending_count == 1


def test_pending_entries_are_left_out_and_counted():
	(statement,) = parse_camt(camt(entry(status="<Sts>PDNG</Sts>"), entry()))
	assert (len(statement.lines), statement.pending_count) == (1, 1)


def test_a_debit_is_negative_and_its_counterparty_the_creditor():
	line = only_line(camt(entry("7.50", "DBIT", details=batch(transaction(role="Cdtr", name="Landlord")))))
	assert (line.amount, line.counterparty_name) == (Decimal("-7.50"), "Landlord")


def test_a_reversed_credit_keeps_its_sign_and_its_debtor():
	reversal = entry("7.50", "DBIT", more="<RvslInd>true</RvslInd>", details=batch(transaction()))
	line = only_line(camt(reversal))
	assert (line.amount, line.is_reversal, line.counterparty_name) == (
		Decimal("-7.50"),
		True,
		"Cobalt Foods Srl",
	)


def test_a_batch_is_split_when_its_transactions_add_up():
	details = batch(
		transaction("60.00", name="A", end_to_end="NOTPROVIDED"),
		transaction("40.00", name="B"),
		header="<Btch><PmtInfId>BATCH-9</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>",
	)
	(statement,) = parse_camt(camt(entry("100.00", details=details)))
	assert [(line.amount, line.counterparty_name) for line in statement.lines] == [(60, "A"), (40, "B")]
	assert [line.end_to_end_id for line in statement.lines] == ["", "E2E-1"]
	assert {line.batch_id for line in statement.lines} == {"BATCH-9"}
	assert len({line.external_id for line in statement.lines}) == 2
	assert statement.unsplit_count == 0


def test_a_batch_of_version_2_is_split_by_the_amount_details():
	def old(amount: str) -> str:
		amounts = f'<AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls>'
		return f"<TxDtls>{amounts}</TxDtls>"

	(statement,) = parse_camt(camt(entry("5.00", details=batch(old("2"), old("3")))))
	assert [line.amount for line in statement.lines] == [2, 3]


def test_a_transaction_may_go_against_its_batch():
	details = batch(transaction("120.00"), transaction("20.00", sign="DBIT"))
	(statement,) = parse_camt(camt(entry("100.00", details=details)))
	assert [line.amount for line in statement.lines] == [120, -20]


@pytest.mark.parametrize("second", ["39.99", None])
def test_a_batch_that_does_not_add_up_stays_whole_with_all_its_texts(second):
	details = batch(
		transaction("60.00", name="A", remittance=("INV-1",)),
		transaction(second, name="B", remittance=("INV-2",)),
	)
	(statement,) = parse_camt(camt(entry("100.00", details=details)))
	(line,) = statement.lines
	assert (line.amount, line.counterparty_name, line.remittance) == (100, "", "INV-1 INV-2")
	assert statement.unsplit_count == 1


def test_an_entry_without_details_gives_its_additional_information():
	line = only_line(camt(entry(more="<AddtlNtryInf>Cash  deposit</AddtlNtryInf>")))
	assert (line.remittance, line.counterparty_name) == ("Cash deposit", "")


def test_a_date_and_time_gives_the_banks_day():
	booked = "<BookgDt><DtTm>2026-11-17T23:59:00+01:00</DtTm></BookgDt>"
	line = only_line(camt(entry(booked=booked, value="")))
	assert line.booking_date == line.value_date == date(2026, 11, 17)


def test_an_account_without_iban_and_currency():
	(statement,) = parse_camt(camt(entry(), account="<Othr><Id>12-345</Id></Othr>", currency=""))
	assert (statement.account, statement.account_iban, statement.currency) == ("12-345", "", "EUR")


def test_an_envelope_around_the_document_is_looked_through():
	inner = camt(entry()).split(b"?>", 1)[1]
	assert only_line(b"<Envelope xmlns='urn:x'><AppHdr/>" + inner + b"</Envelope>").amount == 100


def test_utf16_and_byte_order_marks_are_read():
	utf16 = camt(entry()).decode().replace("UTF-8", "UTF-16").encode("utf-16")
	assert only_line(utf16).amount == 100
	assert only_line(b"\xef\xbb\xbf" + camt(entry())).amount == 100
