"""The sample company: same seed, same company; its books add up; its statement is what a bank would send."""

import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sandbox.company import camt, identifiers, payers
from sandbox.company.generate import generate, write_statement
from sandbox.company.models import RECEIVABLE_CURRENCIES

AS_OF = date(2026, 11, 21)
SEEDS_AND_DAYS = [(1, AS_OF), (2, date(2026, 1, 2)), (3, date(2028, 2, 29)), (7, date(2027, 7, 4))]


@pytest.fixture(scope="module", params=SEEDS_AND_DAYS, ids=lambda p: f"seed{p[0]}-{p[1]}")
def sample(request):
	return generate(*request.param)


@pytest.fixture(scope="module")
def default():
	return generate(1, AS_OF)


@pytest.fixture(scope="module")
def document(default):
	return camt.camt_bytes(default.company, default.statement)


def by_name(sample):
	return {invoice.name: invoice for invoice in sample.invoices}


def by_number(sample):
	return {customer.number: customer for customer in sample.customers}


def test_the_same_seed_and_day_give_the_same_company():
	assert generate(5, AS_OF) == generate(5, AS_OF)


def test_another_seed_gives_another_company(default):
	other = generate(2, AS_OF)
	assert {c.name for c in other.customers} != {c.name for c in default.customers}
	assert other.company.bank_account.iban != default.company.bank_account.iban


def test_another_day_moves_the_story_along():
	sample = generate(1, AS_OF + timedelta(100))
	assert max(i.posting_date for i in sample.invoices) > AS_OF + timedelta(90)


def test_the_day_must_be_given():
	with pytest.raises(TypeError, match="as_of"):
		generate(1)


def test_size_countries_and_currencies(sample):
	assert len(sample.invoices) == 1500
	assert len(sample.customers) == 120
	assert len({c.name for c in sample.customers}) == 120
	assert {c.country for c in sample.customers} == {"Germany", "France", "Spain", "United Kingdom"}
	assert {c.currency for c in sample.customers} == set(RECEIVABLE_CURRENCIES)
	assert {c.language for c in sample.customers} == {"de", "fr", "es", "en"}
	assert {c.terms_days for c in sample.customers} == {14, 30, 60}
	assert any(c.credit_limit for c in sample.customers) and any(
		c.credit_limit is None for c in sample.customers
	)
	assert sum(c.is_key_account for c in sample.customers) == 6


def test_every_payer_type_is_there(sample):
	counts = Counter(c.payer_type for c in sample.customers)
	assert counts == {name: count for name, (count, _) in payers.PAYER_TYPES.items()}


def test_identifiers_have_valid_check_digits(sample):
	assert identifiers.is_valid_iban(sample.company.bank_account.iban)
	assert all(identifiers.is_valid_iban(c.iban) for c in sample.customers)
	assert not identifiers.is_valid_iban(sample.customers[0].iban[:-1] + "X")


@pytest.mark.parametrize(
	"iban", ["DE89370400440532013000", "FR1420041010050500013M02606", "GB29NWBK60161331926819"]
)
def test_iban_check_accepts_the_published_examples(iban):
	assert identifiers.is_valid_iban(iban)


def test_creditor_reference_is_the_published_example():
	# ISO 11649's own example
	assert identifiers.creditor_reference("539007547034") == "RF18539007547034"


def test_email_addresses_are_reserved_ones_and_one_customer_has_none(sample):
	addresses = [c.contact.email for c in sample.customers]
	assert addresses.count(None) == 1
	assert all(a.endswith(".example.com") and a.isascii() and " " not in a for a in addresses if a)
	silent = next(c for c in sample.customers if c.contact.email is None)
	overdue = [n for n in sample.outstanding() if by_name(sample)[n].customer == silent.number]
	assert overdue, "the customer without an address must owe something"


def test_one_open_invoice_is_in_a_currency_without_an_account(sample):
	odd = [i for i in sample.invoices if i.currency not in RECEIVABLE_CURRENCIES]
	assert len(odd) == 1 and odd[0].name in sample.outstanding()
	customer = by_number(sample)[odd[0].customer]
	assert customer.currency == "EUR"
	# ERPNext takes another currency only from a customer with entries in the company's own
	assert any(
		i.customer == customer.number and i.posting_date < odd[0].posting_date for i in sample.invoices
	)
	assert not any(a.invoice == odd[0].name for p in sample.payments for a in p.allocations)


def test_invoices_are_numbered_in_the_order_of_their_dates(sample):
	invoices = [i for i in sample.invoices if not i.is_return]
	assert [i.name for i in invoices] == sorted(i.name for i in invoices)
	assert [i.posting_date for i in invoices] == sorted(i.posting_date for i in invoices)
	assert len(by_name(sample)) == len(sample.invoices)
	assert all(i.posting_date <= sample.as_of for i in sample.invoices)
	assert min(i.posting_date for i in invoices) < sample.as_of - timedelta(600)


def test_payment_terms_add_up_to_their_invoice(sample):
	for invoice in sample.invoices:
		assert sum(term.amount for term in invoice.terms) == invoice.amount
		assert sum(term.portion for term in invoice.terms) == 100
	counts = Counter(len(i.terms) for i in sample.invoices)
	assert counts[2] > 5 and counts[3] > 5


def test_credit_notes_return_part_of_an_invoice(sample):
	invoices = by_name(sample)
	notes = [i for i in sample.invoices if i.is_return]
	assert len(notes) == 32 and sum(n.keeps_own_balance for n in notes) == 8
	for note in notes:
		source = invoices[note.return_against]
		assert note.customer == source.customer and note.currency == source.currency
		assert -source.amount < note.amount < 0
		assert source.posting_date <= note.posting_date <= sample.as_of
		sold = {line.item: line for line in source.lines}
		for line in note.lines:
			assert line.rate <= sold[line.item].rate and -line.qty <= sold[line.item].qty


def test_open_and_overdue_invoices(sample):
	invoices = by_name(sample)
	owed = [name for name, amount in sample.outstanding().items() if amount > 0]
	overdue = [
		(sample.as_of - invoices[n].due_date).days for n in owed if invoices[n].due_date < sample.as_of
	]
	assert 220 <= len(owed) <= 350
	assert 0.35 <= len(overdue) / len(owed) <= 0.55
	buckets = Counter(min((days - 1) // 30, 4) for days in overdue)
	assert set(buckets) == {0, 1, 2, 3, 4}, "every ageing bucket has something in it"


def test_nothing_is_paid_more_than_once_or_before_it_exists(sample):
	invoices = by_name(sample)
	assert all(a >= 0 for n, a in sample.outstanding().items() if not invoices[n].is_return)
	for payment in sample.payments:
		assert payment.posting_date < sample.as_of and payment.unallocated >= 0
		for allocation in payment.allocations:
			invoice = invoices[allocation.invoice]
			assert allocation.amount > 0
			assert invoice.customer == payment.customer and invoice.currency == payment.currency
			assert invoice.posting_date <= payment.posting_date


def test_part_payments_overpayments_and_payments_on_account(sample):
	received = Counter(a.invoice for p in sample.payments for a in p.allocations)
	assert sum(count > 1 for count in received.values()) > 50
	assert sum(1 for p in sample.payments if p.unallocated and p.allocations) == 4
	assert sum(1 for p in sample.payments if not p.allocations) == 3
	assert any(len(p.allocations) > 2 for p in sample.payments)


def days_late(sample, recent=False):
	"""Payer type -> mean days between due date and payment, by what the ledger shows."""
	invoices, customers = by_name(sample), by_number(sample)
	late = defaultdict(list)
	for payment in sample.payments:
		if recent and payment.posting_date < sample.as_of - timedelta(120):
			continue
		for allocation in payment.allocations:
			days = (payment.posting_date - invoices[allocation.invoice].due_date).days
			late[customers[payment.customer].payer_type].append(days)
	return {payer_type: sum(days) / len(days) for payer_type, days in late.items()}


def test_payer_types_show_in_the_ledger(sample):
	late, lately = days_late(sample), days_late(sample, recent=True)
	assert late[payers.PROMPT] < 4
	assert 8 < late[payers.SLOW_BUT_SURE] < 22
	assert late[payers.SERIAL_LATE] > 40
	assert lately[payers.DRIFTING] > late[payers.DRIFTING] + 8


def test_those_near_insolvency_have_stopped_paying(sample):
	insolvent = {c.number for c in sample.customers if c.payer_type == payers.INSOLVENT}
	assert max(p.posting_date for p in sample.payments if p.customer in insolvent) < sample.as_of - timedelta(
		60
	)
	assert any(by_name(sample)[n].customer in insolvent for n in sample.outstanding())


def test_journals_write_off_one_invoice_and_charge_one_customer(sample):
	charge, write_off = sample.journals
	assert charge.amount > 0 and charge.invoice is None
	assert write_off.amount < 0 and write_off.invoice not in sample.outstanding()


def test_exchange_rates_cover_every_month(sample):
	known = {(r.currency, r.valid_from.year, r.valid_from.month): r.rate for r in sample.exchange_rates}
	for document in (*sample.invoices, *sample.payments):
		if document.currency != "EUR" and not getattr(document, "is_return", False):
			day = document.posting_date
			assert known[document.currency, day.year, day.month] == document.exchange_rate


def test_promises_and_disputes_fit_the_books(sample):
	invoices, open_amounts, paid_today = by_name(sample), sample.outstanding(), sample.statement.paid_today
	assert Counter(p.outcome for p in sample.promises).keys() == {"Kept", "Open", "Broken"}
	for promise in sample.promises:
		assert promise.promised_on < sample.as_of and promise.promised_on <= promise.due_on
		assert promise.amount == sum(a.amount for a in promise.invoices) > 0
		assert {invoices[a.invoice].customer for a in promise.invoices} == {promise.customer}
		unpaid = {a.invoice for a in promise.invoices} & (open_amounts.keys() - paid_today.keys())
		assert bool(unpaid) == (promise.outcome != "Kept")
		assert promise.outcome != "Broken" or promise.due_on < sample.as_of
	assert {0, 4, 9, -4, -13} <= {(p.due_on - sample.as_of).days for p in sample.promises}
	for dispute in sample.disputes:
		assert 0 < dispute.amount <= open_amounts[dispute.invoice]
		assert dispute.invoice not in paid_today
		assert dispute.opened_on <= sample.as_of


def test_statement_has_every_kind_of_entry(sample):
	kinds = Counter(e.kind for e in sample.statement.entries)
	assert sum(kinds.values()) == 45
	assert kinds["reference"] == 12 and kinds["messy reference"] == 8 and kinds["list"] == 4
	assert kinds["amount only"] == 5 and kinds["part payment"] == 2 and kinds["fee"] == 2
	once = ("batch", "returned debit", "not a customer", "overpayment", "paid twice", "converted", "pending")
	assert all(kinds[kind] == 1 for kind in (*once, "credit note deducted"))


def test_the_truth_names_open_items_and_their_amounts(sample):
	statement, open_amounts = sample.statement, sample.outstanding()
	assert set(statement.truth) == {p.reference for p in statement.payments}
	for name, amount in statement.paid_today.items():
		assert abs(amount) <= abs(open_amounts[name])
	for entry in statement.entries:
		for payment in entry.payments:
			paid = sum((a.amount for a in statement.truth.get(payment.reference, ())), Decimal(0))
			if entry.kind == "overpayment":
				assert payment.amount == paid + 100
			elif entry.kind in (
				"reference",
				"messy reference",
				"list",
				"amount only",
				"batch",
				"creditor reference",
			):
				assert payment.amount == paid


def test_a_payer_known_by_its_iban_alone_is_on_file(sample):
	on_file = {c.iban for c in sample.customers if c.iban_on_file}
	alone = [p for e in sample.statement.entries if e.kind == "amount only" for p in e.payments]
	assert alone and all(p.counterparty_iban in on_file for p in alone)


# -- the file


def parse(document):
	root = ElementTree.fromstring(document)
	namespace = root.tag[1:].partition("}")[0]
	return root, {"c": namespace}


def text(node, path, names):
	return node.findtext(path, namespaces=names)


def test_balances_of_the_file_add_up(sample):
	root, names = parse(camt.camt_bytes(sample.company, sample.statement))
	balances = {
		text(b, ".//c:Cd", names): Decimal(text(b, "c:Amt", names)) for b in root.iterfind(".//c:Bal", names)
	}
	total = Decimal(0)
	for entry in root.iterfind(".//c:Ntry", names):
		if text(entry, "c:Sts/c:Cd", names) == "BOOK":
			sign = 1 if text(entry, "c:CdtDbtInd", names) == "CRDT" else -1
			total += sign * Decimal(text(entry, "c:Amt", names))
	assert balances["OPBD"] + total == balances["CLBD"]
	assert text(root, ".//c:Acct/c:Id/c:IBAN", names) == sample.company.bank_account.iban
	assert all(entry.text == sample.as_of.isoformat() for entry in root.iterfind(".//c:BookgDt/c:Dt", names))


def test_opening_balance_is_what_the_payments_brought_in(default):
	books = sum((p.amount * p.exchange_rate).quantize(Decimal("0.01")) for p in default.payments)
	assert abs(books - default.statement.opening_balance) < Decimal("0.05") * len(default.payments)


def test_a_batch_is_one_entry_with_its_payments_inside(document):
	root, names = parse(document)
	batch = next(e for e in root.iterfind(".//c:Ntry", names) if e.find(".//c:Btch", names) is not None)
	parts = [Decimal(text(t, "c:Amt", names)) for t in batch.iterfind(".//c:TxDtls", names)]
	assert len(parts) == 5 and sum(parts) == Decimal(text(batch, "c:Amt", names))


def test_the_file_carries_what_the_truth_is_keyed_by(default, document):
	root, names = parse(document)
	references = {node.text for node in root.iterfind(".//c:AcctSvcrRef", names)}
	assert set(default.statement.truth) <= references
	reversals = [e for e in root.iterfind(".//c:Ntry", names) if text(e, "c:RvslInd", names) == "true"]
	assert len(reversals) == 1 and text(reversals[0], "c:CdtDbtInd", names) == "DBIT"
	assert text(root, ".//c:CdtrRefInf/c:Ref", names).startswith("RF")
	converted = root.find(".//c:InstdAmt/c:Amt", names)
	assert converted.get("Ccy") == "GBP"


def test_both_versions_say_the_same_of_every_entry(default, document):
	old, old_names = parse(camt.camt_bytes(default.company, default.statement, version=2))
	new, new_names = parse(document)
	assert old_names["c"].endswith("camt.053.001.02") and new_names["c"].endswith("camt.053.001.08")
	assert text(old, ".//c:Dbtr/c:Nm", old_names) == text(new, ".//c:Dbtr/c:Pty/c:Nm", new_names)
	assert text(old, ".//c:Ntry/c:Sts", old_names) == "BOOK"
	assert [n.text for n in old.iterfind(".//c:Ntry/c:Amt", old_names)] == [
		n.text for n in new.iterfind(".//c:Ntry/c:Amt", new_names)
	]
	with pytest.raises(ValueError, match="version 5"):
		camt.camt_bytes(default.company, default.statement, version=5)


def test_special_letters_survive_the_file(default):
	entry = default.statement.entries[0]
	payment = replace(
		entry.payments[0], counterparty="Müller & Söhne <Öl>", counterparty_iban="DE89370400440532013000"
	)
	statement = replace(default.statement, entries=(replace(entry, sign=1, payments=(payment,)),))
	root, names = parse(camt.camt_bytes(default.company, statement))
	assert text(root, ".//c:Dbtr/c:Pty/c:Nm", names) == "Müller & Söhne <Öl>"


def test_write_statement_names_the_file_as_banks_do(tmp_path, default, document):
	path = write_statement(tmp_path / "inbox", 1, AS_OF)
	assert path.parent == tmp_path / "inbox" and path.read_bytes() == document
	assert path.name == f"{default.company.bank_account.iban}_20261121_325.camt053.xml"


def test_broken_files_for_tests(document):
	with pytest.raises(ElementTree.ParseError):
		ElementTree.fromstring(camt.truncated(document))
	assert document.startswith(camt.truncated(document))
	assert "pain.001" in ElementTree.fromstring(camt.foreign_xml()).tag
