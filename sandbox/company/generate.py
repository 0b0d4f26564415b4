"""The sample company from a seed: the same seed and day always give the same customers, invoices and statement."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

from . import identifiers
from .camt import write_camt
from .customers import make_customers
from .followups import make_disputes, make_promises
from .history import book_journals, book_payments, expect_payments
from .invoices import ITEMS, make_invoices
from .models import Company, OwnBankAccount, SampleCompany, outstanding
from .rates import ExchangeRates
from .statement import make_statement

DEFAULT_SEED = 1
INVOICES = 1500
HISTORY_DAYS = 730


def generate(seed: int = DEFAULT_SEED, as_of: date | None = None) -> SampleCompany:
	"""The sample company as it stands on the morning of `as_of` (required), its statement of that day not yet read.

	Raises TypeError when `as_of` is missing: the data never depend on the clock.
	"""
	if as_of is None:
		raise TypeError("generate() needs the day as_of: the sample company never looks at the clock")
	history_start = as_of - timedelta(HISTORY_DAYS)
	company = make_company(seed)
	rates = ExchangeRates(seed, history_start, as_of)
	customers = make_customers(seed, history_start, as_of)
	invoices = make_invoices(seed, customers, rates, history_start, as_of, INVOICES)
	expected = expect_payments(seed, customers, invoices, history_start, as_of)
	payments = book_payments(seed, customers, expected, rates, as_of)
	journals = book_journals(seed, customers, invoices, expected, as_of)
	open_amounts = outstanding(invoices, payments, journals)
	statement = make_statement(
		seed, company.bank_account, customers, invoices, payments, expected, open_amounts, as_of
	)
	paid_today = statement.paid_today
	disputes = make_disputes(seed, customers, invoices, open_amounts, paid_today, as_of)
	disputed = {dispute.invoice for dispute in disputes}
	promises = make_promises(seed, invoices, expected, paid_today, open_amounts, disputed, as_of)
	return SampleCompany(
		seed=seed,
		as_of=as_of,
		company=company,
		items=ITEMS,
		exchange_rates=tuple(rates.rates),
		customers=tuple(customers),
		invoices=tuple(invoices),
		payments=tuple(payments),
		journals=tuple(journals),
		promises=tuple(promises),
		disputes=tuple(disputes),
		statement=statement,
	)


def write_statement(folder: Path | str, seed: int = DEFAULT_SEED, as_of: date | None = None) -> Path:
	"""Writes the bank statement of `as_of` (CAMT.053.001.08) into `folder` and returns the file."""
	sample = generate(seed, as_of)
	return write_camt(folder, sample.company, sample.statement)


def make_company(seed: int) -> Company:
	"""Lumen Trading of Dublin, the same on every day; its sales to other countries' businesses carry no VAT."""
	random = Random(f"{seed}:company")
	bank, bic, bank_part = identifiers.BANKS["Ireland"][0]
	return Company(
		name="Lumen Trading",
		abbr="LT",
		country="Ireland",
		currency="EUR",
		tax_id=identifiers.make_vat_number(random, "Ireland"),
		phone="+353 20 911 0140",
		email="accounts@lumen-trading.example.com",
		street="14 Lamplighter Quay",
		postal_code="D01 X4P2",
		city="Dublin",
		bank_account=OwnBankAccount(
			bank=bank,
			bic=bic,
			iban=identifiers.make_iban(random, "Ireland", bank_part),
			account_name="Lumen Trading current account",
		),
	)
