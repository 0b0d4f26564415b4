"""What the words of a remittance text say about the payment, in the languages payers use most.

A small vocabulary of the trade, not of any one corpus. Words of five letters or more are also found where the
bank broke them ("Teilzahl ung"); shorter ones only as whole words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SEVERAL = """several various multiple invoices divers diverse mehrere rechnungen factures facturas fatture
	facturen faturas solde saldo balance settlement statement kontoausgleich kontoauszug releve extracto estratto
	overzicht cuenta varias varios plusieurs diversi sammelzahlung sammler posten sundry"""
PART = """teilzahlung teilbetrag abschlag abschlagszahlung anzahlung rate ratenzahlung part partial partially
	acompte parcial cuota anticipo acconto parziale deelbetaling aanbetaling termijn instalment installment
	deposit downpayment arrhes vorauszahlung prepayment adiantamento parcela delbetalning delbetaling avbetalning
	avdrag zaliczka czesciowa rata osamaksu"""
DISCOUNT = """skonto disc discount escompte esc descuento dto sconto korting rabatt rabais remise desconto
	kassarabatt betalingskorting pronto rabat skto scto escpte sconti remises"""
OTHER_PURPOSE = """refund payout tax taxes salary salaries wage wages interest interests rent dividend insurance
	loan subsidy grant payroll chargeback donation cashback returned erstattung rueckzahlung ruckzahlung
	ruckerstattung gehalt lohn zinsen steuer miete versicherung dividende darlehen ruckgabe rucklastschrift
	remboursement salaire interets loyer impot impots assurance subvention reembolso devolucion nomina
	intereses alquiler impuesto impuestos seguro rimborso stipendio interessi affitto imposta assicurazione
	terugbetaling salaris rente huur belasting verzekering reembolso juros aluguel imposto finanzamt
	payouts"""
LONG = 6
# What a number is when one of these stands right before it: another one than an invoice's, or an invoice's.
OTHER_NUMBER = re.compile(
	r"\b(?:KD|KDNR|KUNDEN?|KUNDENN\w*|CUST|CUSTOMER|CLIENT\w*|KLANT\w*|KLIENT\w*|CLIENTE|DEB|DEBITOR\w*|ACCOUNT|ACCT|KONTO"
	r"|AUFTRAG\w*|ORDER\w*|BESTELL\w*|COMMANDE|PEDIDO|ORDINE|LIEFERSCH\w*|DELIVERY|VERTRAG\w*|CONTRACT|CONTRAT\w*|MANDAT\w*"
	r"|TEL|TELEFON|PHONE|FAX|UST|USTID|VAT|TVA|PROJE[CK]T)"
	r"(?:[ .:/-]*(?:NR|NO|NUM|NUMMER|NUMBER|N|ID))?[ .:#°/-]*$"
)
INVOICE_NUMBER = re.compile(
	r"\b(?:RE|RG|RNR|RECHN|RECHNUNG|RECHNUNGSN\w*|INV|INVOICE|FACT|FACTURE|FACTURA|FACTUUR|FACTUURN\w*|FATTURA|FATT|FAKTURA|FAKT"
	r"|FV|FRA|FATURA|BELEG|BELEGN\w*)"
	r"(?:[ .:/-]*(?:NR|NO|NUM|NUMMER|NUMBER|NUMERO|N))?[ .:#°/-]*$"
)


@dataclass(frozen=True)
class Purpose:
	"""What a text says: several invoices at once, a part payment, a discount taken, or no invoice payment at
	all."""

	several: bool = False
	part: bool = False
	discount: bool = False
	other: bool = False


def _compiled(words: str) -> tuple[frozenset[str], re.Pattern[str]]:
	known = [word.upper() for word in words.split()]
	# A broken word is looked for in the text without its blanks, so it must be long enough not to appear by
	# chance.
	return frozenset(known), re.compile("|".join(sorted((w for w in known if len(w) >= LONG), key=len)))


VOCABULARY = {name: _compiled(words) for name, words in (
	("several", SEVERAL), ("part", PART), ("discount", DISCOUNT), ("other", OTHER_PURPOSE)
)}  # fmt: skip
WORD = re.compile(r"[A-Z]+")
BREAK = re.compile(r"(?<=[A-Z]) {1,2}(?=[A-Z])")


def purpose_of(folded_readings: list[str]) -> Purpose:
	"""The purpose that any reading of a text (folded: upper case, no accents) names."""
	words = {word for text in folded_readings for word in WORD.findall(text)}
	joined = BREAK.sub("", folded_readings[0]) if folded_readings else ""
	return Purpose(
		**{
			name: not words.isdisjoint(known) or bool(broken.search(joined))
			for name, (known, broken) in VOCABULARY.items()
		}
	)
