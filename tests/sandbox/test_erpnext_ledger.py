"""The ERPNext stand-in's ledger. The figures were checked against ERPNext 15.71 on a bench."""

import pytest

import frappe

from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return
from erpnext.accounts.utils import FiscalYearError, get_balance_on, reconcile_against_document
from erpnext.controllers.accounts_controller import update_invoice_status
from erpnext.controllers.sales_and_purchase_return import StockOverReturnError
from erpnext.exceptions import PartyDisabled, PartyFrozen
from erpnext.selling.doctype.customer.customer import get_customer_outstanding

from tests.sandbox.erpnext_books import Books, day, gl, ple, state


@pytest.fixture(scope="module")
def company():
	frappe.set_user("Administrator")
	yield Books("Ledger Test Company", "LTC")
	frappe.db.rollback()
	frappe.clear_cache()


@pytest.fixture
def books(company):
	frappe.db.savepoint("before_test")
	yield company
	frappe.db.rollback(save_point="before_test")
	frappe.clear_document_cache("Customer")


def credit_note(invoice, qty=None, own=0):
	note = make_sales_return(invoice.name)
	note.update({"update_outstanding_for_self": own, "set_posting_time": 1, "posting_date": day(-4)})
	if qty:
		note.items[0].qty = qty
	return note.insert().submit()


def test_company_gets_erpnext_accounts_and_defaults(books):
	company = frappe.get_doc("Company", books.company)
	assert company.default_receivable_account == "Debtors - LTC"
	assert company.default_income_account == "Sales - LTC"
	assert company.exchange_gain_loss_account == "Exchange Gain/Loss - LTC"
	assert company.write_off_account == "Write Off - LTC"
	assert company.round_off_account == "Round Off - LTC"
	assert company.cost_center == "Main - LTC"
	parent = frappe.db.get_value("Account", "Debtors - LTC", ["parent_account", "root_type", "report_type"])
	assert parent == ("Accounts Receivable - LTC", "Asset", "Balance Sheet")


def test_invoice_posts_balanced_entries_and_its_receivable(books):
	tax = {"charge_type": "On Net Total", "account_head": "VAT - LTC", "description": "VAT", "rate": 20}
	invoice = books.invoice("Alpha", 99.99, -50, -20, qty=3, taxes=[tax])
	assert (invoice.net_total, invoice.grand_total) == (299.97, 359.96)
	assert gl(invoice) == {"Debtors": 359.96, "Sales": -299.97, "VAT": -59.99}
	assert ple(invoice) == [(invoice.name, 359.96, 359.96)]
	assert state(invoice) == (359.96, "Overdue")


def test_status_follows_due_date_and_payments(books):
	due_later = books.invoice("Alpha", 100, -10, 20)
	assert state(due_later) == (100, "Unpaid")
	books.pay(due_later, 40)
	assert state(due_later) == (60, "Partly Paid")
	books.pay(due_later)
	assert state(due_later) == (0, "Paid")


def test_posting_date_is_today_unless_it_may_be_edited(books):
	assert str(books.invoice("Alpha", 5, -10, set_posting_time=0, submit=False).posting_date) == day(0)


def test_cancelled_payment_reopens_the_invoice_and_keeps_a_mirror(books):
	invoice = books.invoice("Alpha", 100, -50, -20)
	payment = books.pay(invoice)
	assert gl(payment) == {"Debtors": -100, "Bank EUR": 100}
	payment.cancel()
	assert state(invoice) == (100, "Overdue")
	assert gl(payment) == {} and ple(payment) == []
	rows = frappe.get_all("GL Entry", {"voucher_no": payment.name}, ["debit", "credit", "is_cancelled"])
	assert len(rows) == 4 and all(row.is_cancelled for row in rows)
	assert frappe.db.count("Payment Ledger Entry", {"voucher_no": payment.name, "delinked": 1}) == 2


def test_one_payment_of_three_invoices_with_bank_fee(books):
	invoices = [books.invoice("Alpha", rate, -50, -20) for rate in (200.55, 179.5, 100)]
	payment = books.payment_of(invoices[0])
	payment.references = []
	for invoice, amount in zip(invoices, (200.55, 179.5, 80), strict=True):
		row = {
			"reference_doctype": "Sales Invoice",
			"reference_name": invoice.name,
			"allocated_amount": amount,
		}
		payment.append("references", row)
	fee = {"account": "Bank Charges - LTC", "cost_center": "Main - LTC", "amount": 10.05}
	payment.append("deductions", fee)
	payment.paid_amount = payment.received_amount = 450
	payment.insert().submit()
	assert gl(payment) == {"Debtors": -460.05, "Bank EUR": 450, "Bank Charges": 10.05}
	assert [state(invoice)[0] for invoice in invoices] == [0, 0, 20]


def test_advance_is_reconciled_later_and_cancelled(books):
	payment = books.receive("Alpha", 500)
	assert payment.unallocated_amount == 500 and ple(payment) == [(payment.name, -500, -500)]
	invoice = books.invoice("Alpha", 300, -3, 10)
	args = {"voucher_type": "Payment Entry", "voucher_no": payment.name, "account": "Debtors - LTC"}
	args |= {"against_voucher_type": "Sales Invoice", "against_voucher": invoice.name, **books.party("Alpha")}
	args |= {"unadjusted_amount": 500, "allocated_amount": 180, "dr_or_cr": "credit_in_account_currency"}
	reconcile_against_document([frappe._dict(args)])
	assert state(invoice) == (120, "Partly Paid")
	payment.reload()
	assert payment.unallocated_amount == 320
	assert ple(payment) == [(payment.name, -320, -320), (invoice.name, -180, -180)]
	with pytest.raises(frappe.ValidationError, match="modified after you pulled it"):
		reconcile_against_document([frappe._dict(args)])
	payment.cancel()
	assert state(invoice) == (300, "Unpaid")


def test_credit_note_reduces_its_invoice(books):
	invoice = books.invoice("Alpha", 100, -40, -10, qty=4)
	note = credit_note(invoice, qty=-1)
	assert state(invoice) == (300, "Overdue") and state(note) == (0, "Return")
	assert ple(note) == [(invoice.name, -100, -100)]
	credit_note(invoice)
	assert state(invoice) == (0, "Credit Note Issued")
	note.cancel()
	assert state(invoice) == (100, "Overdue")


def test_credit_note_keeps_its_own_outstanding_and_is_refunded(books):
	invoice = books.invoice("Alpha", 100, -40, -10, qty=4)
	note = credit_note(invoice, qty=-1, own=1)
	assert state(invoice) == (400, "Overdue") and state(note) == (-100, "Return")
	refund = books.pay(note)
	assert refund.payment_type == "Pay" and gl(refund) == {"Debtors": 100, "Bank EUR": -100}
	assert state(note) == (0, "Return")
	with pytest.raises(StockOverReturnError, match="more than 3"):
		credit_note(invoice, qty=-9)


def test_credit_note_larger_than_what_is_left_stands_alone(books):
	invoice = books.invoice("Alpha", 100, -40, -10)
	books.pay(invoice, 70)
	note = credit_note(invoice)
	assert note.update_outstanding_for_self == 1
	assert state(invoice)[0] == 30 and state(note)[0] == -100


def test_instalments_paid_by_term(books):
	invoice = books.invoice("Alpha", 300, -45, payment_terms_template="Two Parts By Term")
	assert [str(row.due_date) for row in invoice.payment_schedule] == [day(-15), day(15)]
	payment = books.payment_of(invoice)
	payment.references = payment.references[:1]
	payment.paid_amount = payment.received_amount = 150
	payment.insert().submit()
	assert state(invoice) == (150, "Partly Paid")
	paid = [(row.paid_amount, row.outstanding) for row in invoice.reload().payment_schedule]
	assert paid == [(150, 0), (0, 150)]
	payment.cancel()
	assert state(invoice) == (300, "Overdue")
	assert [row.outstanding for row in invoice.reload().payment_schedule] == [150, 150]
	nameless = books.payment_of(invoice)
	for row in nameless.references:
		row.payment_term = None
	nameless.references = nameless.references[:1]
	with pytest.raises(frappe.ValidationError, match="Payment Term based allocation enabled"):
		nameless.insert()


def test_partly_paid_until_the_first_instalment_is_missed(books):
	invoice = books.invoice("Alpha", 200, -45, payment_terms_template="Two Parts")
	assert state(invoice)[1] == "Overdue"
	books.pay(invoice, 130)
	assert state(invoice) == (70, "Partly Paid")


def test_foreign_receivable_and_exchange_gain(books):
	invoice = books.invoice("Dollar", 1000, -40, -10, currency="USD")
	assert (invoice.debit_to, invoice.conversion_rate) == ("Debtors USD - LTC", 0.9)
	assert ple(invoice) == [(invoice.name, 900, 1000)]
	payment = books.pay(invoice, bank="Bank USD", source_exchange_rate=0.95, target_exchange_rate=0.95)
	assert state(invoice) == (0, "Paid")
	assert gl(payment) == {"Debtors USD": -950, "Bank USD": 950}
	journal = frappe.get_last_doc("Journal Entry", {"voucher_type": "Exchange Gain Or Loss"})
	assert gl(journal) == {"Debtors USD": 50, "Exchange Gain/Loss": -50}
	assert ple(journal) == [(invoice.name, 50, 0)]
	payment.cancel()
	assert state(invoice) == (1000, "Overdue")
	assert frappe.db.get_value("Journal Entry", journal.name, "docstatus") == 2


def test_foreign_invoice_paid_into_the_home_bank(books):
	invoice = books.invoice("Dollar", 1000, -40, -10, currency="USD", conversion_rate=0.91)
	payment = books.pay(invoice, 600, bank_amount=565.0, source_exchange_rate=0.95)
	assert payment.references[0].exchange_gain_loss == 24
	assert gl(payment) == {"Debtors USD": -570, "Bank EUR": 565, "Exchange Gain/Loss": 5}
	assert state(invoice)[0] == 400


def test_foreign_invoice_needs_an_account_in_its_currency(books):
	with pytest.raises(frappe.ValidationError, match="document currency"):
		books.invoice("Alpha", 10, -5, 5, currency="USD")
	# other tests may have left one
	frappe.db.delete("Currency Exchange", {"date": ["<=", day(-390)]})
	with pytest.raises(frappe.ValidationError, match="Exchange Rate is mandatory"):
		books.invoice("Dollar", 10, -400, -390, currency="USD")


def test_journal_writes_off_and_is_cancelled(books):
	invoice = books.invoice("Alpha", 80, -50, -20)
	reference = books.party("Alpha", reference_type="Sales Invoice", reference_name=invoice.name)
	journal = books.journal(("Write Off", 30, 0, {}), ("Debtors", 0, 30, reference))
	assert state(invoice)[0] == 50 and ple(journal) == [(invoice.name, -30, -30)]
	with pytest.raises(frappe.ValidationError, match="cannot be greater than Outstanding Amount"):
		books.journal(("Write Off", 60, 0, {}), ("Debtors", 0, 60, reference))
	journal.cancel()
	assert state(invoice)[0] == 80


def test_journal_is_an_item_a_payment_settles(books):
	item = books.journal(("Debtors", 70, 0, books.party("Alpha")), ("Sales", 0, 70, {}))
	payment = books.receive("Alpha", 40)
	payment = frappe.copy_doc(payment)
	row = {"reference_doctype": "Journal Entry", "reference_name": item.name, "allocated_amount": 40}
	payment.append("references", row)
	payment.insert().submit()
	assert payment.references[0].outstanding_amount == 30
	assert ple(payment) == [(item.name, -40, -40)]


def test_cancelled_invoice_frees_its_payments(books):
	invoice = books.invoice("Alpha", 100, -50, -20)
	payment = books.pay(invoice, 60)
	invoice.reload().cancel()
	payment.reload()
	assert payment.references == [] and payment.unallocated_amount == 60
	assert ple(payment) == [(payment.name, -60, -60)]
	assert gl(invoice) == {} and state(invoice)[1] == "Cancelled"


def test_invoice_that_cannot_be_booked(books):
	with pytest.raises(FiscalYearError):
		books.invoice("Alpha", 10, -4000, -3990)
	with pytest.raises(frappe.ValidationError, match="Due Date cannot be before"):
		books.invoice("Alpha", 10, -5, -6)
	for field, error in (("is_frozen", PartyFrozen), ("disabled", PartyDisabled)):
		frappe.db.set_value("Customer", "Alpha LTC", {"is_frozen": 0, "disabled": 0, field: 1})
		with pytest.raises(error):
			books.invoice("Alpha", 10, -5, 6)


def test_payment_that_cannot_be_booked(books):
	invoice = books.invoice("Alpha", 100, -50, -20)
	with pytest.raises(frappe.ValidationError, match="greater than outstanding"):
		books.pay(invoice, 101)
	with pytest.raises(frappe.ValidationError, match="Reference No and Reference Date"):
		books.pay(invoice, reference_no=None)
	other = books.payment_of(invoice, party="Dollar LTC", paid_to=None)
	other.paid_to = "Cash - LTC"
	with pytest.raises(frappe.ValidationError, match="is not associated with Customer Dollar"):
		other.insert()
	books.pay(invoice)
	with pytest.raises(frappe.ValidationError, match="already been fully paid"):
		get_payment_entry("Sales Invoice", invoice.name, 10, "Cash - LTC").insert()


def test_credit_limit_stops_the_invoice_that_crosses_it(books):
	customer = frappe.get_doc("Customer", "Alpha LTC")
	customer.append("credit_limits", {"company": books.company, "credit_limit": 500})
	customer.save()
	books.invoice("Alpha", 400, -5, 5)
	assert get_customer_outstanding("Alpha LTC", books.company) == 400
	assert get_balance_on(party_type="Customer", party="Alpha LTC", company=books.company) == 400
	with pytest.raises(frappe.ValidationError, match="Credit limit has been crossed"):
		books.invoice("Alpha", 101, -5, 5)


def test_daily_sweep_marks_overdue(books):
	invoice = books.invoice("Alpha", 100, -10, 0)
	unripe = books.invoice("Alpha", 100, -10, 1)
	assert state(invoice)[1] == "Unpaid"
	frappe.db.set_value("Payment Schedule", {"parent": invoice.name}, "due_date", day(-1))
	update_invoice_status()
	assert (state(invoice)[1], state(unripe)[1]) == ("Overdue", "Unpaid")


def test_account_that_cannot_be_booked(books):
	def book(account):
		return books.journal((account, 10, 0, {}), ("Cash", 0, 10, {}))

	with pytest.raises(frappe.ValidationError, match="is a Group Account"):
		book("Indirect Expenses")
	with pytest.raises(frappe.ValidationError, match="Party Type and Party is required"):
		book("Debtors")
	frappe.db.set_value("Account", "Write Off - LTC", "disabled", 1)
	with pytest.raises(frappe.ValidationError, match="is disabled"):
		book("Write Off")
	frappe.db.set_single_value("Accounts Settings", "acc_frozen_upto", day(-1))
	with pytest.raises(frappe.ValidationError, match="not authorized to add or update entries"):
		book("Legal Expenses")
