"""The stand-in's Accounts Receivable report, bank transactions and dunnings."""

import pytest

import frappe

from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.doctype.sales_invoice.sales_invoice import create_dunning
from erpnext.accounts.report.accounts_receivable.accounts_receivable import execute
from erpnext.accounts.utils import get_outstanding_invoices

from tests.sandbox.erpnext_books import Books, day, gl, state


@pytest.fixture(scope="module")
def company():
	frappe.set_user("Administrator")
	books = Books("Receivables Test Company", "RTC")
	books.insert("Bank", bank_name="Ledger Test Bank")
	values = {
		"account_name": "Main",
		"bank": "Ledger Test Bank",
		"account": "Bank EUR - RTC",
		"company": books.company,
	}
	books.insert("Bank Account", is_company_account=1, **values)
	yield books
	frappe.db.rollback()
	frappe.clear_cache()


@pytest.fixture
def books(company):
	frappe.db.savepoint("before_test")
	yield company
	frappe.db.rollback(save_point="before_test")


def report(books, **filters):
	filters = {"company": books.company, "ageing_based_on": "Due Date", **filters}
	return {(row.voucher_no, str(row.due_date)): row for row in execute(filters)[1]}


def bank_transaction(deposit, withdrawal=0, **values):
	values = {"bank_account": "Main - Ledger Test Bank", "currency": "EUR", "date": day(-2), **values}
	doc = frappe.get_doc(
		{"doctype": "Bank Transaction", "deposit": deposit, "withdrawal": withdrawal, **values}
	)
	return doc.insert().submit()


def match(transaction, voucher):
	transaction.reload()
	transaction.add_payment_entries([{"payment_doctype": voucher.doctype, "payment_name": voucher.name}])
	return transaction.save()


def test_report_shows_invoices_advances_and_ages(books):
	paid, part = books.invoice("Alpha", 50, -80, -50), books.invoice("Alpha", 300, -80, -50)
	fresh = books.invoice("Alpha", 200, -10, 20)
	books.pay(paid)
	books.pay(part, 120.5)
	advance = books.receive("Alpha", 40)
	rows = {key[0]: row for key, row in report(books).items()}
	assert set(rows) == {part.name, fresh.name, advance.name}
	row = rows[part.name]
	assert (row.invoiced, row.paid, row.credit_note, row.outstanding) == (300, 120.5, 0, 179.5)
	assert (row.age, row.range1, row.range2) == (50, 0, 179.5)
	assert [rows[fresh.name][f"range{number}"] for number in range(1, 6)] == [0] * 5
	assert rows[advance.name].outstanding == -40
	columns = [column["fieldname"] for column in execute({"company": books.company})[0]]
	assert columns[6:9] == ["voucher_type", "voucher_no", "due_date"] and "range5" in columns


def test_report_by_instalment_gives_payments_to_the_oldest(books):
	invoice = books.invoice("Alpha", 200, -45, payment_terms_template="Two Parts")
	books.pay(invoice, 130)
	rows = report(books, based_on_payment_terms=1)
	assert list(rows) == [(invoice.name, day(15))]
	assert (rows[invoice.name, day(15)].paid, rows[invoice.name, day(15)].outstanding) == (30, 70)


def test_report_in_party_currency(books):
	invoice = books.invoice("Dollar", 1000, -40, -10, currency="USD")
	home, party = report(books), report(books, in_party_currency=1)
	key = (invoice.name, day(-10))
	assert (home[key].outstanding, home[key].currency) == (900, "EUR")
	assert (party[key].outstanding, party[key].currency) == (1000, "USD")


def test_report_of_a_past_day_leaves_out_what_came_later(books):
	invoice = books.invoice("Alpha", 100, -50, -20)
	books.pay(invoice)
	assert not report(books)
	assert report(books, report_date=day(-6))[invoice.name, day(-20)].outstanding == 100


def test_outstanding_invoices_agree_with_the_report(books):
	invoice = books.invoice("Alpha", 100, -50, -20)
	books.pay(invoice, 30)
	found = get_outstanding_invoices("Customer", "Alpha RTC", ["Debtors - RTC"])
	assert [(row.voucher_no, row.invoice_amount, row.outstanding_amount) for row in found] == [
		(invoice.name, 100, 70)
	]


def test_bank_transaction_is_matched_cleared_and_freed(books):
	invoice = books.invoice("Alpha", 100, -50, -20)
	payment, transaction = books.pay(invoice), bank_transaction(100)
	assert (transaction.unallocated_amount, transaction.status) == (100, "Unreconciled")
	match(transaction, payment)
	assert (transaction.allocated_amount, transaction.unallocated_amount) == (100, 0)
	assert transaction.reload().status == "Reconciled"
	assert str(payment.reload().clearance_date) == day(-2)
	transaction.remove_payment_entries()
	assert transaction.reload().status == "Unreconciled" and not payment.reload().clearance_date
	match(transaction, payment)
	payment.reload().cancel()
	assert transaction.reload().payment_entries == [] and transaction.unallocated_amount == 100


def test_payment_split_over_two_bank_transactions(books):
	payment = books.receive("Alpha", 100)
	first, second = match(bank_transaction(60), payment), match(bank_transaction(60, date=day(-1)), payment)
	assert (first.allocated_amount, second.allocated_amount) == (60, 40)
	assert second.reload().status == "Unreconciled" and second.unallocated_amount == 20
	assert str(payment.reload().clearance_date) == day(-1)
	with pytest.raises(frappe.ValidationError, match="already fully reconciled"):
		match(first, payment)


def test_journal_clears_a_withdrawal(books):
	journal = books.journal(("Bank Charges", 15, 0, {}), ("Bank EUR", 0, 15, {}))
	transaction = match(bank_transaction(0, 15), journal)
	assert transaction.reload().status == "Reconciled"
	assert str(journal.reload().clearance_date) == day(-2)


def test_bank_transaction_refuses_foreign_vouchers_and_repeated_ids(books):
	invoice = books.invoice("Dollar", 100, -40, -10, currency="USD")
	payment = books.pay(invoice, bank="Bank USD")
	with pytest.raises(frappe.ValidationError, match="is not affecting bank account"):
		match(bank_transaction(100), payment)
	with pytest.raises(frappe.ValidationError, match="cannot be different from Bank Account"):
		bank_transaction(100, currency="USD")
	bank_transaction(10, transaction_id="T-1")
	with pytest.raises(frappe.UniqueValidationError):
		bank_transaction(10, transaction_id="T-1")


def test_iban_is_checked(books):
	values = {"doctype": "Bank Account", "account_name": "Other", "bank": "Ledger Test Bank"}
	frappe.get_doc({**values, "iban": "DE89 3704 0044 0532 0130 00"}).insert()
	with pytest.raises(frappe.ValidationError, match="IBAN is not valid"):
		frappe.get_doc({**values, "account_name": "Wrong", "iban": "DE89370400440532013001"}).insert()


def test_dunning_charges_fee_and_interest_and_is_resolved_by_its_payment(books):
	text = {"language": "en", "is_default_language": 1, "body_text": "You owe {{ grand_total }}"}
	values = {"dunning_type": "First", "company": books.company, "is_default": 1, "dunning_fee": 10}
	values |= {"rate_of_interest": 7.3, "income_account": "Service - RTC", "cost_center": "Main - RTC"}
	books.insert("Dunning Type", dunning_letter_text=[text], **values)
	invoice = books.invoice("Alpha", 100, -80, -50)
	dunning = create_dunning(invoice.name).insert().submit()
	# 100 at 7.3 % a year for 50 of 365 days
	assert dunning.total_interest == pytest.approx(1.0)
	assert (dunning.dunning_amount, dunning.grand_total) == pytest.approx((11.0, 111.0))
	assert dunning.overdue_payments[0].dunning_level == 1
	assert create_dunning(invoice.name).overdue_payments[0].dunning_level == 2
	payment = get_payment_entry("Dunning", dunning.name, bank_account="Bank EUR - RTC")
	payment.update({"reference_no": "D", "reference_date": day(0)})
	payment.insert().submit()
	assert gl(payment) == {"Debtors": -100, "Service": -11, "Bank EUR": 111}
	assert state(invoice) == (0, "Paid")
	assert dunning.reload().status == "Resolved"
	payment.cancel()
	assert dunning.reload().status == "Unresolved"
