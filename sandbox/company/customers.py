"""The 120 customers: who they are, how they are reached, what they owe in, and what payer each of them is."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from . import identifiers, names, payers
from .models import BillingContact, Customer

# Country -> how many customers; currencies of the United Kingdom's are split below
COUNTRIES = {"Germany": 42, "France": 30, "Spain": 22, "United Kingdom": 26}
POUND_CUSTOMERS = 17
GROUPS = ("Wholesale", "Retail", "Project Business", "Public Sector")
KEY_ACCOUNT_GROUP = "Key Accounts"
KEY_ACCOUNTS = 6
KEY_ACCOUNT_TYPES = (payers.PROMPT, payers.SLOW_BUT_SURE, payers.DRIFTING)
SHARE_OF_KNOWN_IBANS = 0.78


def make_customers(seed: int, history_start: date, as_of: date) -> list[Customer]:
	"""All customers, numbered in the order of their first business with the company."""
	random = Random(f"{seed}:customers")
	types = [name for name, (count, _) in payers.PAYER_TYPES.items() for _ in range(count)]
	places = [country for country, count in COUNTRIES.items() for _ in range(count)]
	random.shuffle(types)
	random.shuffle(places)
	taken: set[str] = set()
	customers = []
	pounds_left = POUND_CUSTOMERS
	for payer_type, country in zip(types, places, strict=True):
		currency = "EUR"
		if country == "United Kingdom":
			currency = "GBP" if pounds_left > 0 else "USD"
			pounds_left -= 1
		customers.append(_make_customer(random, country, currency, payer_type, taken, history_start, as_of))
	customers.sort(key=lambda customer: customer.customer_since)
	customers = [replace(customer, number=f"{10001 + i}") for i, customer in enumerate(customers)]
	return _without_email(_with_key_accounts(customers))


def _make_customer(random, country, currency, payer_type, taken, history_start, as_of) -> Customer:
	name = _company_name(random, country, taken)
	street, postal_code, city = names.address(random, country)
	bank, bic, bank_part = random.choice(identifiers.BANKS[country])
	if payer_type == payers.NEW:
		since = as_of - timedelta(random.randint(35, 75))
	else:
		since = history_start - timedelta(random.randint(0, 2200))
	return Customer(
		number="",
		name=name,
		country=country,
		currency=currency,
		language=names.LANGUAGES[country],
		group=random.choices(GROUPS, (5, 5, 3, 1))[0],
		payer_type=payer_type,
		terms_days=random.choices((14, 30, 60), (3, 6, 2))[0],
		tax_id=identifiers.make_vat_number(random, country),
		street=street,
		postal_code=postal_code,
		city=city,
		contact=_billing_contact(random, country, name),
		bank=bank,
		bic=bic,
		iban=identifiers.make_iban(random, country, bank_part),
		iban_on_file=random.random() < SHARE_OF_KNOWN_IBANS,
		credit_limit=Decimal(random.choice((10, 15, 20, 30, 50))) * 1000 if random.random() < 0.4 else None,
		is_key_account=False,
		customer_since=since,
	)


def _company_name(random: Random, country: str, taken: set[str]) -> str:
	while True:
		pattern = random.choice(names.COMPANY_PATTERNS[country])
		name = pattern.format(random.choice(names.SURNAMES[country]), random.choice(names.TRADES[country]))
		if name not in taken:
			taken.add(name)
			return name


def _billing_contact(random: Random, country: str, company_name: str) -> BillingContact:
	first, last = random.choice(names.FIRST_NAMES[country]), random.choice(names.SURNAMES[country])
	domain = "-".join(_ascii(word) for word in company_name.split() if _ascii(word))
	return BillingContact(
		first_name=first,
		last_name=last,
		email=f"{_ascii(first)}.{_ascii(last)}@{domain}.example.com",
		phone=names.PHONE_PREFIXES[country] + identifiers.digits(random, 3),
	)


def _ascii(text: str) -> str:
	spelled = text.lower()
	for letter, plain in zip(
		"äöüßáàâéèêëíîïóôúûçñ", "a o u ss a a a e e e e i i i o o u u c n".split(), strict=True
	):
		spelled = spelled.replace(letter, plain)
	return "".join(c for c in spelled if c.isascii() and c.isalnum())


def _with_key_accounts(customers: list[Customer]) -> list[Customer]:
	"""The oldest relations among the well-meaning payers become key accounts, with long terms and a limit."""
	chosen = [c for c in customers if c.payer_type in KEY_ACCOUNT_TYPES][:KEY_ACCOUNTS]
	return [
		replace(
			customer,
			group=KEY_ACCOUNT_GROUP,
			is_key_account=True,
			terms_days=60,
			iban_on_file=True,
			credit_limit=Decimal(150000),
		)
		if customer in chosen
		else customer
		for customer in customers
	]


def _without_email(customers: list[Customer]) -> list[Customer]:
	"""One late payer has no e-mail address at all: a reminder to it cannot be sent."""
	position = next(i for i, c in enumerate(customers) if c.payer_type == payers.SERIAL_LATE)
	customer = customers[position]
	customers[position] = replace(customer, contact=replace(customer.contact, email=None))
	return customers
