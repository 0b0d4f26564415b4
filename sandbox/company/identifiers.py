"""Identifiers with valid check digits: IBAN, VAT numbers and ISO 11649 creditor references.

The bank codes are invented; only the check digits are real, so that validators accept the sample data.
"""

from random import Random

# German, French, Spanish, British and Irish banks that do not exist: (name, BIC, bank part of the IBAN)
BANKS = {
	"Germany": (
		("Elbufer Bank", "ELUBDEHHXXX", "20099100"),
		("Isarthal Kreditbank", "ISKBDEMMXXX", "70099200"),
		("Spreewald Volksbank", "SPVBDEBBXXX", "10099300"),
	),
	"France": (
		("Banque des Collines", "BCOLFRPPXXX", "3998100200"),
		("Crédit du Rhône", "CRRHFRLLXXX", "3998200310"),
	),
	"Spain": (
		("Banco Alcazaba", "BALCESMMXXX", "90110210"),
		("Caja Levante", "CLEVESVVXXX", "90220315"),
	),
	"United Kingdom": (
		("Thames & Mersey Bank", "TMBKGB2LXXX", "TMBK990011"),
		("Pennine Bank", "PENNGB22XXX", "PENN990022"),
	),
	"Ireland": (("Liffey Bank", "LIFYIE2DXXX", "LIFY990033"),),
}
COUNTRY_CODES = {"Germany": "DE", "France": "FR", "Spain": "ES", "United Kingdom": "GB", "Ireland": "IE"}


def digits(random: Random, count: int) -> str:
	"""`count` random decimal digits as text."""
	return "".join(random.choice("0123456789") for _ in range(count))


def _as_number(text: str) -> int:
	"""ISO 7064 reading of letters: A is 10 ... Z is 35."""
	return int("".join(str(int(character, 36)) for character in text))


def _mod_97_check(body: str, prefix: str) -> str:
	return f"{98 - _as_number(body + prefix + '00') % 97:02d}"


def is_valid_iban(iban: str) -> bool:
	"""ISO 13616: the rearranged number is 1 modulo 97."""
	return iban.isalnum() and _as_number(iban[4:] + iban[:4]) % 97 == 1


def make_iban(random: Random, country: str, bank_part: str) -> str:
	"""An IBAN of `country` at the bank `bank_part`, national check digits included where they are public."""
	code = COUNTRY_CODES[country]
	if country == "Germany":
		account = bank_part + digits(random, 10)
	elif country == "France":
		number = digits(random, 11)
		key = 97 - (89 * int(bank_part[:5]) + 15 * int(bank_part[5:]) + 3 * int(number)) % 97
		account = f"{bank_part}{number}{key:02d}"
	elif country == "Spain":
		number = digits(random, 10)
		account = bank_part + _spanish_digit("00" + bank_part) + _spanish_digit(number) + number
	else:
		account = bank_part + digits(random, 8)
	return code + _mod_97_check(account, code) + account


def _spanish_digit(ten_digits: str) -> str:
	weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
	check = 11 - sum(int(digit) * weight for digit, weight in zip(ten_digits, weights, strict=True)) % 11
	return {10: "1", 11: "0"}.get(check, str(check))


def make_vat_number(random: Random, country: str) -> str:
	"""A VAT number of `country` whose check digits are right."""
	return _VAT_MAKERS[country](random)


def _german_vat(random: Random) -> str:
	body = "3" + digits(random, 7)
	product = 10
	for digit in body:  # ISO 7064 MOD 11,10
		total = (int(digit) + product) % 10 or 10
		product = 2 * total % 11
	return f"DE{body}{(11 - product) % 10}"


def _french_vat(random: Random) -> str:
	body = "8" + digits(random, 7)
	# Luhn: every second digit from the right of the full SIREN counts double
	total = sum(sum(divmod(int(d) * (2 if i % 2 else 1), 10)) for i, d in enumerate(body))
	siren = body + str(-total % 10)
	return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def _spanish_vat(random: Random) -> str:
	body = digits(random, 7)
	even = sum(int(d) for d in body[1::2])
	odd = sum(sum(divmod(2 * int(d), 10)) for d in body[0::2])
	return f"ESB{body}{-(even + odd) % 10}"


def _british_vat(random: Random) -> str:
	body = "9" + digits(random, 6)
	total = sum(int(d) * w for d, w in zip(body, range(8, 1, -1), strict=True))
	return f"GB{body}{97 - total % 97:02d}"


def _irish_vat(random: Random) -> str:
	body = "3" + digits(random, 6)
	total = sum(int(d) * w for d, w in zip(body, range(8, 1, -1), strict=True))
	return f"IE{body}{'WABCDEFGHIJKLMNOPQRSTUV'[total % 23]}"


_VAT_MAKERS = {
	"Germany": _german_vat,
	"France": _french_vat,
	"Spain": _spanish_vat,
	"United Kingdom": _british_vat,
	"Ireland": _irish_vat,
}


def creditor_reference(text: str) -> str:
	"""The ISO 11649 reference (RF..) of an invoice number: its letters and digits only."""
	body = "".join(character for character in text.upper() if character.isalnum())
	return f"RF{_mod_97_check(body, 'RF')}{body}"
