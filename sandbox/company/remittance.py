"""How payers write what they pay for: tidily, sloppily, as a list, or not at all."""

from random import Random

from .models import Customer, Invoice

_TIDY = {
	"de": ("Rechnung {0} vom {1:%d.%m.%Y}", "RE {0} KdNr. {2}", "Rechnungsnr. {0}"),
	"fr": ("Facture {0} du {1:%d/%m/%Y}", "FACT {0} client {2}", "Règlement facture {0}"),
	"es": ("Factura {0} de {1:%d/%m/%Y}", "Pago factura {0}", "FRA {0} cliente {2}"),
	"en": ("Invoice {0} dated {1:%d %b %Y}", "INV {0} a/c {2}", "Payment of invoice {0}"),
}
_EMPTY = {
	"de": ("Zahlung", "Überweisung", ""),
	"fr": ("VIREMENT", "VIR SEPA", ""),
	"es": ("PAGO", "TRANSFERENCIA", ""),
	"en": ("PAYMENT", "BACS", ""),
}
_LIST_WORDS = {"de": "Rechnungen", "fr": "Factures", "es": "Facturas", "en": "Invoices"}
SEPA_LINE = 140


def tidy(random: Random, customer: Customer, invoice: Invoice) -> tuple[str, ...]:
	"""One line with the invoice number as printed."""
	text = random.choice(_TIDY[customer.language])
	return (text.format(invoice.name, invoice.posting_date, customer.number),)


def nothing(random: Random, customer: Customer) -> tuple[str, ...]:
	"""A word that tells nothing, or no line at all."""
	text = random.choice(_EMPTY[customer.language])
	return (text,) if text else ()


def messy(style: int, customer: Customer, invoices: list[Invoice]) -> tuple[str, ...]:
	"""The numbers of `invoices` as people really type them; `style` picks one of eight bad habits."""
	series, year, number = invoices[0].name.split("-")
	numbers = [invoice.name.split("-")[-1] for invoice in invoices]
	writers = (
		lambda: (f"{series} {year} {number}",),
		lambda: (f"{series}{year}-{int(number)}",),
		lambda: (f"RE-NR. {year}/{number} / {customer.number}",),
		lambda: (f"{customer.number} {number}",),
		lambda: (invoices[0].name.replace("0", "O"),),
		lambda: (f"Lieferung Leuchten {series}-{year[:2]}", f"{year[2:]}-{number}"),
		lambda: (f"/INV/{series}.{year}.{number}///",),
		lambda: (f"{invoices[0].name}/" + "/".join(numbers[1:]),) if len(numbers) > 1 else (f"inv{number}",),
	)
	return writers[style % len(writers)]()


def listed(customer: Customer, invoices: list[Invoice]) -> tuple[str, ...]:
	"""All numbers in full, in as many lines of 140 characters as it takes."""
	text = _LIST_WORDS[customer.language] + " " + ", ".join(invoice.name for invoice in invoices)
	return tuple(text[start : start + SEPA_LINE] for start in range(0, len(text), SEPA_LINE))


def bank_spelling(name: str) -> str:
	"""A company's name as many banks carry it: capitals of the SEPA character set, at most 70 of them."""
	spelled = name
	for letters, plain in (
		("äÄ", "AE"),
		("öÖ", "OE"),
		("üÜ", "UE"),
		("ß", "SS"),
		("éèêÉ", "E"),
		("áâàÁ", "A"),
	):
		for letter in letters:
			spelled = spelled.replace(letter, plain)
	for letter, plain in zip("óôíîúûñç", "OOIIUUNC", strict=True):
		spelled = spelled.replace(letter, plain)
	return "".join(c for c in spelled.upper().replace("&", "+") if c.isascii())[:70]
