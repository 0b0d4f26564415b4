"""Makes a site ready for the sample company: the company itself, its fiscal years, accounts and masters.

Runs ERPNext's own setup wizard where a site has no company yet and the wizard exists; every record that is
already there is left as it is.
"""

from datetime import date, timedelta

import frappe
from frappe.utils import getdate

from .customers import COUNTRIES, GROUPS, KEY_ACCOUNT_GROUP
from .models import RECEIVABLE_CURRENCIES, Company, SampleCompany

BANK_ACCOUNT_NAME = "{bank} EUR"
MODE_OF_PAYMENT = "Wire Transfer"
ITEM_GROUP = "Lighting"
TERMS = {14: "Net 14", 30: "Net 30", 60: "Net 60"}
CHARGES_ACCOUNT = "Bank Charges"


def ensure(doctype: str, name: str, **values) -> str:
	"""The name of the record `name`, inserted under exactly that name if it is not there."""
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True, set_name=name)
	return name


def prepare_site(sample: SampleCompany) -> None:
	"""Everything customers and vouchers link to."""
	first_day = min(i.posting_date for i in sample.invoices)
	_ensure_fiscal_years(sample, first_day, sample.as_of)
	_ensure_currencies(sample)
	_ensure_company(sample)
	_ensure_accounts(sample)
	_ensure_masters(sample)


def complete_setup_wizard(company: Company) -> None:
	"""Runs the setup wizard for `company` where a site has no company yet and its apps bring a wizard."""
	if frappe.db.count("Company") or not frappe.get_hooks("setup_wizard_stages"):
		return
	from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

	year = getdate().year
	setup_complete(
		{
			"language": "English",
			"country": company.country,
			"timezone": "Europe/Dublin",
			"currency": company.currency,
			"company_name": company.name,
			"company_abbr": company.abbr,
			"chart_of_accounts": "Standard",
			"fy_start_date": f"{year}-01-01",
			"fy_end_date": f"{year}-12-31",
		}
	)


def _ensure_fiscal_years(sample: SampleCompany, first_day: date, last_day: date) -> None:
	"""Adds years before and after those the site has (calendar years if none), so that they never overlap."""
	years = frappe.get_all(
		"Fiscal Year", fields=["year_start_date", "year_end_date"], order_by="year_start_date"
	)
	start = getdate(years[0].year_start_date) if years else date(last_day.year, 1, 1)
	end = getdate(years[-1].year_end_date) if years else start - timedelta(1)
	while first_day < start:
		earlier = _one_year(start, -1)
		_insert_fiscal_year(earlier, start - timedelta(1))
		start = earlier
	while end < last_day:
		_insert_fiscal_year(end + timedelta(1), _one_year(end + timedelta(1), 1) - timedelta(1))
		end = _one_year(end + timedelta(1), 1) - timedelta(1)


def _one_year(day: date, years: int) -> date:
	return day.replace(year=day.year + years)


def _insert_fiscal_year(start: date, end: date) -> None:
	name = str(start.year) if start.year == end.year else f"{start.year}-{end.year}"
	ensure("Fiscal Year", name, year=name, year_start_date=start, year_end_date=end)


def _ensure_currencies(sample: SampleCompany) -> None:
	for currency in {rate.currency for rate in sample.exchange_rates} | {sample.company.currency}:
		frappe.db.set_value("Currency", currency, "enabled", 1)
	known = {
		(row.from_currency, getdate(row.date))
		for row in frappe.get_all(
			"Currency Exchange", filters={"to_currency": "EUR"}, fields=["from_currency", "date"]
		)
	}
	for rate in sample.exchange_rates:
		if (rate.currency, rate.valid_from) not in known:
			frappe.get_doc(
				{
					"doctype": "Currency Exchange",
					"date": rate.valid_from,
					"from_currency": rate.currency,
					"to_currency": sample.company.currency,
					"exchange_rate": float(rate.rate),
					"for_buying": 1,
					"for_selling": 1,
				}
			).insert(ignore_permissions=True)


def _ensure_company(sample: SampleCompany) -> None:
	company = sample.company
	if not frappe.db.exists("Company", company.name):
		frappe.get_doc(
			{
				"doctype": "Company",
				"company_name": company.name,
				"abbr": company.abbr,
				"default_currency": company.currency,
				"country": company.country,
				"create_chart_of_accounts_based_on": "Standard Template",
				"chart_of_accounts": "Standard",
			}
		).insert(ignore_permissions=True)
	if not frappe.db.exists("Address Template", {"is_default": 1}):
		ensure("Address Template", company.country, country=company.country, is_default=1)
	doc = frappe.get_doc("Company", company.name)
	if not doc.tax_id:
		doc.update({"tax_id": company.tax_id, "email": company.email, "phone_no": company.phone})
		doc.save(ignore_permissions=True)
	ensure(
		"Address",
		f"{company.name}-Billing",
		address_title=company.name,
		address_type="Billing",
		address_line1=company.street,
		city=company.city,
		pincode=company.postal_code,
		country=company.country,
		is_your_company_address=1,
		links=[{"link_doctype": "Company", "link_name": company.name}],
	)


def receivable_account(sample: SampleCompany, currency: str) -> str:
	"""The receivable account of invoices in `currency`."""
	if currency == sample.company.currency or currency not in RECEIVABLE_CURRENCIES:
		return frappe.get_cached_value("Company", sample.company.name, "default_receivable_account")
	return f"Debtors {currency} - {sample.company.abbr}"


def bank_ledger_account(sample: SampleCompany) -> str:
	"""The ledger account of the company's bank account."""
	return f"{BANK_ACCOUNT_NAME.format(bank=sample.company.bank_account.bank)} - {sample.company.abbr}"


def own_bank_account(sample: SampleCompany) -> str:
	"""The Bank Account record which stands for the company's account."""
	return f"{sample.company.bank_account.account_name} - {sample.company.bank_account.bank}"


def _ensure_accounts(sample: SampleCompany) -> None:
	company, bank = sample.company, sample.company.bank_account
	debtors = receivable_account(sample, company.currency)
	for currency in RECEIVABLE_CURRENCIES[1:]:
		_ensure_account(sample, f"Debtors {currency}", debtors, currency, "Receivable")
	ledger_account = bank_ledger_account(sample)
	if not frappe.db.exists("Account", ledger_account):
		parent = frappe.db.get_value(
			"Account",
			{"company": company.name, "is_group": 1, "account_type": "Bank"},
			"name",
			order_by="lft",
		)
		_insert_account(sample, ledger_account, parent, company.currency, "Bank")
	write_off = frappe.get_cached_value("Company", company.name, "write_off_account")
	_ensure_account(sample, CHARGES_ACCOUNT, write_off, company.currency, "")
	ensure("Bank", bank.bank, bank_name=bank.bank, swift_number=bank.bic)
	ensure(
		"Bank Account",
		own_bank_account(sample),
		account_name=bank.account_name,
		bank=bank.bank,
		account=ledger_account,
		iban=bank.iban,
		is_company_account=1,
		is_default=1,
		company=company.name,
	)
	frappe.db.set_value("Company", company.name, "default_bank_account", ledger_account)
	mode = frappe.get_doc(
		"Mode of Payment",
		ensure("Mode of Payment", MODE_OF_PAYMENT, mode_of_payment=MODE_OF_PAYMENT, type="Bank"),
	)
	if not any(row.company == company.name for row in mode.accounts):
		mode.append("accounts", {"company": company.name, "default_account": ledger_account})
		mode.save(ignore_permissions=True)


def _ensure_account(
	sample: SampleCompany, label: str, sibling: str, currency: str, account_type: str
) -> None:
	name = f"{label} - {sample.company.abbr}"
	if not frappe.db.exists("Account", name):
		_insert_account(
			sample, name, frappe.db.get_value("Account", sibling, "parent_account"), currency, account_type
		)


def _insert_account(sample: SampleCompany, name: str, parent: str, currency: str, account_type: str) -> None:
	frappe.get_doc(
		{
			"doctype": "Account",
			"account_name": name.removesuffix(f" - {sample.company.abbr}"),
			"company": sample.company.name,
			"parent_account": parent,
			"account_currency": currency,
			"account_type": account_type,
		}
	).insert(ignore_permissions=True)


def _ensure_masters(sample: SampleCompany) -> None:
	for doctype, names in (("Customer Group", (*GROUPS, KEY_ACCOUNT_GROUP)), ("Territory", COUNTRIES)):
		field = frappe.scrub(doctype)
		root = frappe.db.get_value(doctype, {f"parent_{field}": ("in", ("", None))}, "name")
		for name in names:
			ensure(doctype, name, **{f"{field}_name": name, f"parent_{field}": root, "is_group": 0})
	for days, name in TERMS.items():
		term = {"invoice_portion": 100, "due_date_based_on": "Day(s) after invoice date", "credit_days": days}
		ensure("Payment Term", name, payment_term_name=name, **term)
		ensure("Payment Terms Template", name, template_name=name, terms=[{"payment_term": name, **term}])
	root = frappe.db.get_value("Item Group", {"parent_item_group": ("in", ("", None))}, "name")
	ensure("Item Group", ITEM_GROUP, item_group_name=ITEM_GROUP, parent_item_group=root)
	ensure("UOM", "Nos", uom_name="Nos", must_be_whole_number=1)
	for item in sample.items:
		ensure(
			"Item",
			item.code,
			item_code=item.code,
			item_name=item.name,
			description=item.name,
			item_group=ITEM_GROUP,
			stock_uom="Nos",
			is_stock_item=0,
		)
