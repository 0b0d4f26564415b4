"""Base class and builders of the integration tests. They run in the sandbox and on a bench, v15 and v16, alike."""

import json
from datetime import date
from itertools import count
from pathlib import Path

import frappe
from frappe.utils import add_days, getdate

from collections_app.compat import integration_test_case

COMPANY, ABBR = "Collections Test", "CT"
BANK_IBAN = "DE89370400440532013000"
FIXTURES = Path(__file__).parent / "fixtures"
_numbers = count(1)


def before_tests() -> None:
	"""Called by the test runner once per site: a set-up site with the tests' own company."""
	frappe.clear_cache()
	if not frappe.get_all("Company", limit=1):
		complete_setup()
	ensure_masters()
	ensure_company()
	frappe.db.commit()


def complete_setup() -> None:
	"""ERPNext's own first-run wizard, where the site has it."""
	if not frappe.get_hooks("setup_wizard_stages"):
		return
	from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

	year = getdate().year
	setup_complete(
		{
			"currency": "EUR",
			"full_name": "Test User",
			"company_name": "First Company",
			"company_abbr": "FC",
			"timezone": "Europe/Berlin",
			"country": "Germany",
			"fy_start_date": f"{year}-01-01",
			"fy_end_date": f"{year}-12-31",
			"language": "English",
			"email": "test@example.com",
			"password": "test",
			"chart_of_accounts": "Standard",
		}
	)


def ensure_masters() -> None:
	for doctype, parent_field, names in (
		("Customer Group", "parent_customer_group", ("Commercial", "Key Account")),
		("Territory", "parent_territory", ("Germany", "Spain")),
	):
		root = frappe.db.get_value(doctype, {"is_group": 1}, order_by="lft")
		for name in names:
			if not frappe.db.exists(doctype, name):
				field = frappe.get_meta(doctype).autoname.removeprefix("field:")
				frappe.get_doc({"doctype": doctype, field: name, parent_field: root, "is_group": 0}).insert()
	if not frappe.db.exists("Item", "Consulting"):
		frappe.get_doc(
			{
				"doctype": "Item",
				"item_code": "Consulting",
				"item_name": "Consulting",
				"item_group": frappe.db.get_value("Item Group", {"is_group": 0}),
				"stock_uom": "Nos",
				"is_stock_item": 0,
			}
		).insert()
	this_year = getdate().year
	for year in (this_year - 2, this_year - 1, this_year, this_year + 1):
		if not frappe.db.exists("Fiscal Year", {"year_start_date": f"{year}-01-01"}):
			frappe.get_doc(
				{
					"doctype": "Fiscal Year",
					"year": str(year),
					"year_start_date": f"{year}-01-01",
					"year_end_date": f"{year}-12-31",
				}
			).insert()
	for currency in ("EUR", "USD", "GBP"):
		frappe.db.set_value("Currency", currency, "enabled", 1)


def ensure_company() -> None:
	"""The tests' company in EUR, with a bank account and a receivable account in USD."""
	if not frappe.db.exists("Company", COMPANY):
		frappe.get_doc(
			{
				"doctype": "Company",
				"company_name": COMPANY,
				"abbr": ABBR,
				"default_currency": "EUR",
				"country": "Germany",
				"create_chart_of_accounts_based_on": "Standard Template",
				"chart_of_accounts": "Standard",
			}
		).insert()
	make_account("Bank EUR", "Bank", "EUR")
	make_account("Debtors USD", "Receivable", "USD")
	if not frappe.db.exists("Bank", "Test Bank"):
		frappe.get_doc({"doctype": "Bank", "bank_name": "Test Bank"}).insert()
	if not frappe.db.exists("Bank Account", {"company": COMPANY}):
		frappe.get_doc(
			{
				"doctype": "Bank Account",
				"account_name": "Current Account",
				"bank": "Test Bank",
				"is_company_account": 1,
				"company": COMPANY,
				"account": f"Bank EUR - {ABBR}",
				"iban": BANK_IBAN,
			}
		).insert()


def make_account(name: str, account_type: str, currency: str) -> str:
	full_name = f"{name} - {ABBR}"
	if not frappe.db.exists("Account", full_name):
		sibling = frappe.db.get_value(
			"Account",
			{
				"company": COMPANY,
				"account_name": "Bank Accounts" if account_type == "Bank" else "Debtors",
			},
			["name", "is_group", "parent_account"],
			as_dict=True,
		)
		frappe.get_doc(
			{
				"doctype": "Account",
				"account_name": name,
				"parent_account": sibling.name if sibling.is_group else sibling.parent_account,
				"company": COMPANY,
				"account_type": account_type,
				"account_currency": currency,
			}
		).insert()
	return full_name


class CollectionsTestCase(integration_test_case()):
	"""A company of its own, settings that hold nothing back; everything is rolled back after the class."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		frappe.flags.mute_emails = False
		configure()

	def customer(self, **values) -> str:
		return make_customer(**values)

	def invoice(self, customer: str, amount: float, due_in: int = -10, **values):
		return make_invoice(customer, amount, due_in, **values)


def configure(**values) -> None:
	"""Collections Settings for the tests' company: no hours, no weekends, no limits unless a test says so."""
	settings = frappe.get_single("Collections Settings")
	settings.companies = []
	settings.append("companies", {"company": COMPANY, "enabled": 1, "default_collector": "Administrator"})
	settings.update(
		{
			"sending_from": None,
			"sending_until": None,
			"send_on_weekends": 1,
			"contacts_per_day": 0,
			"contacts_per_week": 0,
			"stale_feed_days": 0,
			"promise_grace_days": 3,
			"auto_apply": 1,
			"minimum_confidence": 98,
			**values,
		}
	)
	settings.save()


def make_customer(name: str | None = None, email: str | None = "pay@example.com", **values) -> str:
	"""A customer with a billing contact; `email=None` leaves it without an address."""
	name = name or f"Test Customer {next(_numbers)} {frappe.generate_hash(length=5)}"
	customer = frappe.get_doc(
		{
			"doctype": "Customer",
			"customer_name": name,
			"customer_type": "Company",
			"customer_group": "Commercial",
			"territory": "Germany",
			"language": "en",
			**values,
		}
	).insert()
	if email:
		frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Billing",
				"is_billing_contact": 1,
				"email_ids": [{"email_id": email, "is_primary": 1}],
				"links": [{"link_doctype": "Customer", "link_name": customer.name}],
			}
		).insert()
	return customer.name


def make_invoice(customer: str, amount: float, due_in: int = -10, submit: bool = True, **values):
	"""A Sales Invoice due `due_in` days from today (negative = overdue), posted 30 days before."""
	due_date = add_days(getdate(), due_in)
	invoice = frappe.get_doc(
		{
			"doctype": "Sales Invoice",
			"company": COMPANY,
			"customer": customer,
			"set_posting_time": 1,
			"posting_date": min(getdate(), add_days(due_date, -30)),
			"due_date": due_date,
			"currency": "EUR",
			"conversion_rate": 1,
			"debit_to": f"Debtors - {ABBR}",
			"disable_rounded_total": 1,
			"items": [{"item_code": "Consulting", "qty": 1, "rate": amount}],
			**values,
		}
	).insert()
	return invoice.submit() if submit else invoice


def pay(invoice, amount: float | None = None, on: date | None = None):
	"""A Payment Entry for (a part of) an invoice."""
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	entry = get_payment_entry("Sales Invoice", invoice.name, bank_account=f"Bank EUR - {ABBR}")
	if amount is not None:
		entry.paid_amount = entry.received_amount = amount
		entry.references[0].allocated_amount = amount
	entry.update({"posting_date": on or getdate(), "reference_no": "TEST", "reference_date": on or getdate()})
	return entry.insert().submit()


def make_connector(folder: str | None = None):
	"""A file-drop connector of the tests' company with a folder of its own."""
	return frappe.get_doc(
		{
			"doctype": "Connector Config",
			"connector_name": f"Files {frappe.generate_hash(length=6)}",
			"connector": "file_drop",
			"company": COMPANY,
			"inbox_folder": folder or f"test-statements/{frappe.generate_hash(length=8)}",
		}
	).insert()


def load_fixture(name: str):
	"""A JSON fixture as Python, any other as text."""
	text = (FIXTURES / name).read_text(encoding="utf-8")
	return json.loads(text) if name.endswith(".json") else text
