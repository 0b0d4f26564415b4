"""CSV exports as banks of several countries write them, made up, and the mappings that read them."""

from collections_app.engine.statements.csv_mapping import CsvMapping

GERMAN = """Umsaetze;DE89370400440532013000
Buchungstag;Wertstellung;Auftraggeber / Begünstigter;IBAN;Verwendungszweck;Kundenreferenz;Betrag;Währung
18.11.2026;19.11.2026;"Müller; Söhne";DE02120300000000202051;Rechnung RE-1;E2E-7;1.190,00;EUR
19.11.2026;19.11.2026;Bank;;Entgelt;;-12,50;EUR

"""
DUTCH = """"Datum","Naam / Omschrijving","Tegenrekening","Af Bij","Bedrag (EUR)","Mededelingen"
"20261118","J. Jansen","NL91ABNA0417164300","Bij","75,25","Factuur 12"
"20261119","KPN","","Af","30,00","abonnement"
"""
AMERICAN = 'Date,Description,Debit,Credit,Balance\n11/18/2026,ACME INV 7,,"1,500.00",2000.00\n11/19/2026,FEE,15.00,,1985.00\n'
# without quotation marks, so that every row is seen without a parser
PLAIN = "Buchungstag;Betrag;Verwendungszweck;Saldo\n" + "".join(
	f"{day:02}.11.2026;{day},00;Rechnung {day};{day * (day + 1) // 2},00\n" for day in range(1, 9)
)

CSV_FILES = {
	"german.csv": GERMAN.encode("cp1252"),
	"dutch.csv": DUTCH.encode(),
	"american.csv": AMERICAN.encode(),
	"plain.csv": PLAIN.encode(),
}
CSV_MAPPINGS = {
	"german.csv": CsvMapping(
		columns={
			"Buchungstag": "booking_date",
			"Wertstellung": "value_date",
			"Auftraggeber / Begünstigter": "counterparty_name",
			"IBAN": "counterparty_iban",
			"Verwendungszweck": "remittance",
			"Kundenreferenz": "end_to_end_id",
			"Betrag": "amount",
			"Währung": "currency",
		},
	),
	"dutch.csv": CsvMapping(
		columns={
			"Datum": "booking_date",
			"Naam / Omschrijving": "counterparty_name",
			"Tegenrekening": "counterparty_iban",
			"Af Bij": "direction",
			"Bedrag (EUR)": "amount",
			"Mededelingen": "remittance",
		},
		delimiter=",",
		date_format="%Y%m%d",
		currency="EUR",
		account="NL69INGB0123456789",
	),
	"american.csv": CsvMapping(
		columns={
			"Date": "booking_date",
			"Description": "remittance",
			"Debit": "debit",
			"Credit": "credit",
			"Balance": "balance",
		},
		delimiter=",",
		date_format="%m/%d/%Y",
		decimal_mark=".",
		currency="USD",
		account="1234567890",
	),
	"plain.csv": CsvMapping(
		columns={
			"Buchungstag": "booking_date",
			"Betrag": "amount",
			"Verwendungszweck": "remittance",
			"Saldo": "balance",
		},
		currency="EUR",
		account="4711",
	),
}
