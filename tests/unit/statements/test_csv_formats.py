"""Which saved format a CSV file has, what a preview shows, and what makes a file refuse."""

from dataclasses import replace
from decimal import Decimal

import pytest

from collections_app.engine.statements import CsvFormat, StatementError, detect, parse
from collections_app.engine.statements.csv_formats import choose
from collections_app.engine.statements.csv_guess import guess_mapping
from collections_app.engine.statements.csv_mapped import parse_csv
from collections_app.engine.statements.csv_mapping import CsvMapping, cut
from collections_app.engine.statements.csv_preview import preview_csv
from collections_app.engine.statements.csv_values import day_of, number_of
from tests.unit.statements.csv_files import AMERICAN, CSV_FILES, CSV_MAPPINGS, DUTCH, GERMAN, PLAIN

IBAN, OTHER_IBAN = "DE89370400440532013000", "DE75512108001245126199"


def saved(name: str, **changes) -> CsvFormat:
	mapping = replace(CSV_MAPPINGS[name], **changes.pop("mapping", {}))
	return CsvFormat(name, mapping, cut(CSV_FILES[name], mapping).headings, **changes)


FORMATS = tuple(saved(name) for name in CSV_FILES)


@pytest.mark.parametrize("name", CSV_FILES)
def test_each_file_finds_its_format(name):
	assert detect(CSV_FILES[name], name) == "CSV"
	assert choose(CSV_FILES[name], "export.csv", FORMATS).name == name
	assert parse(CSV_FILES[name], "export.csv", FORMATS)[0].lines


def test_the_account_stands_above_the_headings():
	(statement,) = parse(GERMAN.encode(), "x.csv", FORMATS)
	assert statement.account_iban == IBAN
	own = replace(CSV_MAPPINGS["german.csv"], account="somebody else's")
	assert parse_csv(GERMAN.encode(), own)[0].account_iban == IBAN


def test_unknown_headings_are_told_with_what_to_do():
	with pytest.raises(
		StatementError, match=r"No saved Bank CSV Format fits.*Datum, Naam.*Save a Bank CSV Format"
	):
		parse(DUTCH.encode(), "x.csv", FORMATS[:1])
	with pytest.raises(StatementError, match="no row looks like the headings"):
		parse(b"hello;world\n1;2\n", "x.csv", FORMATS)


def test_a_column_that_the_bank_added():
	more = PLAIN.replace("Saldo\n", "Saldo;Neu\n")
	assert choose(more.encode(), "x.csv", FORMATS).name == "plain.csv"


def test_the_same_headings_of_another_format_are_preferred():
	near = replace(saved("plain.csv"), name="near", headings=("Buchungstag", "Betrag", "Andere"))
	assert choose(PLAIN.encode(), "x.csv", (near, saved("plain.csv"))).name == "plain.csv"


def test_two_accounts_exported_alike():
	one = replace(saved("plain.csv", mapping={"account": "1"}), name="one", file_pattern="*_1_*.csv")
	two = replace(saved("plain.csv", mapping={"account": "2"}), name="two", file_pattern="*_2_*.CSV")
	assert choose(PLAIN.encode(), "umsatz_2_nov.csv", (one, two)).name == "two"
	with pytest.raises(StatementError, match="No saved Bank CSV Format fits"):
		choose(PLAIN.encode(), "umsatz.csv", (one, two))
	with pytest.raises(StatementError, match=r"Several Bank CSV Formats fit this file \(one, two\)"):
		choose(PLAIN.encode(), "x.csv", (replace(one, file_pattern=""), replace(two, file_pattern="")))


def test_the_file_s_own_account_decides():
	one = replace(saved("german.csv", mapping={"account": OTHER_IBAN}), name="one")
	two = replace(saved("german.csv", mapping={"account": IBAN}), name="two")
	assert choose(GERMAN.encode(), "x.csv", (one, two)).name == "two"


def test_without_headings():
	rows = PLAIN.split("\n", 1)[1]
	mapping = CsvMapping(
		{"Column 1": "booking_date", "Column 2": "amount", "Column 3": "remittance"},
		currency="EUR",
		no_headings=True,
	)
	names = cut(rows.encode(), mapping).headings
	form = CsvFormat("bare", mapping, names, "bare-*.csv")
	assert len(parse(rows.encode(), "bare-1.csv", (form,))[0].lines) == 8
	with pytest.raises(StatementError, match="No saved"):
		parse(rows.encode(), "other.csv", (form,))


def test_totals_below_the_movements():
	mapping = replace(CSV_MAPPINGS["plain.csv"], skip_last=1)
	with_total = PLAIN + "Summe;36,00;;\n"
	assert len(parse_csv(with_total.encode(), mapping)[0].lines) == 8
	with pytest.raises(StatementError, match="'Summe' is not written as"):
		parse_csv(with_total.encode(), CSV_MAPPINGS["plain.csv"])


def test_a_row_that_is_cut_off():
	cut_off = AMERICAN.replace("11/19/2026,FEE,15.00,,1985.00", "11/19/2026,FEE")
	with pytest.raises(StatementError, match="Row 3: The row ends before its amount"):
		parse_csv(cut_off.encode(), CSV_MAPPINGS["american.csv"])


@pytest.mark.parametrize("turn", [False, True])
def test_balances_show_a_row_that_is_missing(turn):
	head, *rows = PLAIN.strip().split("\n")
	rows = rows[::-1] if turn else rows
	whole = parse_csv("\n".join([head, *rows]).encode(), CSV_MAPPINGS["plain.csv"])[0]
	assert (whole.opening_balance, whole.closing_balance) == (0, 36)
	assert whole.balance_difference == 0
	missing = parse_csv("\n".join([head, *rows[:3], *rows[4:]]).encode(), CSV_MAPPINGS["plain.csv"])[0]
	assert missing.balance_difference in (4, 5)


def test_rows_that_are_not_booked_yet():
	data = "Date,Amount,State\n2026-11-18,5.00,BOOKED\nPending,6.00,\n2026-11-19,7.00,Pending\n"
	mapping = CsvMapping(
		{"Date": "booking_date", "Amount": "amount", "State": "status"}, ",", "%Y-%m-%d", ".", "EUR"
	)
	(statement,) = parse_csv(data.encode(), mapping)
	assert ([line.amount for line in statement.lines], statement.pending_count) == ([5], 2)
	with pytest.raises(StatementError, match="Row 2: The status 'reverted' says neither"):
		parse_csv(data.replace("BOOKED", "Reverted").encode(), mapping)


def test_several_currencies_are_several_statements():
	data = "d;a;c\n01.01.2026;1,00;EUR\n02.01.2026;2,00;USD\n03.01.2026;3,00;EUR\n"
	mapping = CsvMapping({"d": "booking_date", "a": "amount", "c": "currency"})
	assert [(one.currency, len(one.lines)) for one in parse_csv(data.encode(), mapping)] == [
		("EUR", 2),
		("USD", 1),
	]


def test_debits_with_and_without_a_minus():
	plain = parse_csv(AMERICAN.encode(), CSV_MAPPINGS["american.csv"])[0]
	signed = AMERICAN.replace("15.00,,", "-15.00,,")
	found = guess_mapping(signed.encode())
	assert found.signed_debits and not guess_mapping(AMERICAN.encode()).signed_debits
	with_minus = parse_csv(signed.encode(), replace(found, currency="USD", account="1234567890"))[0]
	assert [one.amount for one in with_minus.lines] == [one.amount for one in plain.lines]


def test_a_refund_in_the_credit_column_stays_one():
	data = "d;c;s\n01.01.2026;-13,50;\n02.01.2026;;-5,00\n"
	mapping = CsvMapping({"d": "booking_date", "c": "credit", "s": "debit"}, currency="EUR")
	assert [one.amount for one in parse_csv(data.encode(), mapping)[0].lines] == [
		Decimal("-13.5"),
		Decimal(5),
	]


@pytest.mark.parametrize(
	"damaged",
	[
		"01.11.2026;1,00;Rechnung 1;1,00\n" + PLAIN,
		PLAIN.split("\n", 1)[1] + PLAIN.split("\n", 1)[0] + "\n",
		PLAIN + PLAIN,
	],
)
def test_a_damaged_or_joined_file_is_refused(damaged):
	with pytest.raises(StatementError):
		parse(damaged.encode(), "x.csv", FORMATS)


@pytest.mark.parametrize("part", [":61:2611181118C250,00NTRFEREF\n", "<STMTTRN>", "<Ntry>"])
def test_movements_of_another_format(part):
	with pytest.raises(StatementError, match="damaged or joined"):
		parse((PLAIN + part).encode(), "x.csv", FORMATS)


def test_all_wrong_rows_are_counted():
	with pytest.raises(StatementError, match=r"Row 2: .* \(and 7 more rows\)"):
		parse_csv(PLAIN.replace(".2026", "/2026").encode(), CSV_MAPPINGS["plain.csv"])


def test_preview():
	shown = preview_csv(PLAIN.replace("3,00;R", "3.00;R").encode(), CSV_MAPPINGS["plain.csv"], limit=2)
	assert (shown.booked, shown.failed, shown.problem) == (7, 1, "")
	assert [one.number for one in shown.rows] == [2, 3, 4]
	assert shown.rows[2].error == "The amount '3.00' is no amount" and shown.rows[0].read.line.amount == 1
	assert shown.total == 33


def test_preview_of_what_does_not_fit_yet():
	shown = preview_csv(PLAIN.encode(), CsvMapping({"Buchungstag": "booking_date"}))
	assert "no column for the amount" in shown.problem and len(shown.rows) == 8
	shown = preview_csv(PLAIN.encode(), CSV_MAPPINGS["german.csv"])
	assert "has no column" in shown.problem


@pytest.mark.parametrize(
	("written", "mark", "amount"),
	[
		("£67.40", ".", "67.40"),
		("-£1,183.23", ".", "-1183.23"),
		("EUR 12,00", ",", "12.00"),
		("12,00 €", ",", "12.00"),
		("(5.00)", ".", "-5.00"),
		("−5,00", ",", "-5.00"),
		("1 234,50-", ",", "-1234.50"),
		("+31070,11", ",", "31070.11"),
	],
)
def test_amounts_as_banks_write_them(written, mark, amount):
	assert number_of(written, mark) == Decimal(amount)


@pytest.mark.parametrize(
	"written", ["", "-", "1.2.3", "12,3,4", "75,25,", "--5.00", "(-5.00)", "٣.00", "1e5"]
)
def test_no_amounts(written):
	assert number_of(written, ".") is None


@pytest.mark.parametrize(
	("written", "date_format"),
	[
		("2026-11-18 12:34:56 +0000", "%Y-%m-%d"),
		("2026-11-18T12:34:56Z", "%Y-%m-%d"),
		("18.11.2026, 12:34", "%d.%m.%Y"),
		("2026.11.18.", "%Y.%m.%d."),
		("18-Nov-2026", "%d-%b-%Y"),
		("18 Nov 26", "%d %b %y"),
	],
)
def test_days_as_banks_write_them(written, date_format):
	assert str(day_of(written, date_format)) == "2026-11-18"


# headings and first rows as banks' own exports have them, values made up
GUESSES = {
	"own account beside the other one": (
		'"Datum","Bedrag","Rekening","Tegenrekening","Naam","Omschrijving"\n'
		'"2026-11-01","-2,56","NL47BUNQ2025181418","NL89BUNQ2025105584","bunq","invoice 1"\n'
		'"2026-11-09","750,00","NL47BUNQ2025181418","NL77RABO0311467415","W. K.","Naar"\n',
		{
			"Rekening": "account",
			"Tegenrekening": "counterparty_iban",
			"Bedrag": "amount",
			"Naam": "counterparty_name",
		},
	),
	"an IBAN column that never changes": (
		"Buchungstag;Verwendungszweck;Betrag;CCY;IBAN\n2026-11-02;Miete;-1.234,56;EUR;DE89370400440532013000\n"
		"2026-11-05;Gehalt;3.500,00;EUR;DE89370400440532013000\n",
		{"IBAN": "account", "CCY": "currency", "Betrag": "amount"},
	),
	"lines above the headings, credit and debit": (
		'Account details for:,Current Account\nAvailable Balance,"6,666.66"\n\n'
		"Transaction date,Value date,Description,Withdrawals (SGD),Deposits (SGD)\n"
		"27/11/2026,28/11/2026,Fee,7.80,\n28/11/2026,28/11/2026,In,,9.00\n",
		{"Transaction date": "booking_date", "Withdrawals (SGD)": "debit", "Deposits (SGD)": "credit"},
	),
	"French": (
		"Date opération;Libellé;Débit;Crédit;Devise;Référence\n2026-11-02;Loyer;1234,56;;EUR;FR-1\n2026-11-03;S;;1,00;EUR;FR-2\n",
		{"Date opération": "booking_date", "Débit": "debit", "Crédit": "credit", "Référence": "reference"},
	),
	"Hungarian": (
		"Tranzakció dátuma,Partner neve,Tranzakció összege,Tranzakció devizaneme,Bevétel/Kiadás,Értéknap,Közlemény\n"
		"2026.11.19.,payer,350,HUF,outflow,2026.11.20.,memo\n",
		{"Tranzakció dátuma": "booking_date", "Értéknap": "value_date", "Bevétel/Kiadás": "direction"},
	),
}


@pytest.mark.parametrize("name", GUESSES)
def test_the_guess_of_a_real_bank_s_headings(name):
	text, expected = GUESSES[name]
	found = guess_mapping(text.encode())
	assert {heading: found.columns.get(heading) for heading in expected} == expected
	found = replace(found, currency=found.currency or "EUR")
	assert parse_csv(text.encode(), found)[0].lines


def test_a_currency_in_a_heading():
	text, _expected = GUESSES["lines above the headings, credit and debit"]
	assert guess_mapping(text.encode()).currency == "SGD"
	assert guess_mapping(DUTCH.encode()).currency == "EUR"
