"""Ledger helpers under ERPNext's own names: fiscal years, balances, the payment ledger, outstanding amounts."""

import datetime

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import cint, flt, formatdate, getdate, nowdate
from frappe.utils.caching import request_cache

from erpnext.accounts.reconciliation import reconcile_against_document  # noqa: F401
from erpnext.accounts.unlinking import (  # noqa: F401
	cancel_exchange_gain_loss_journal,
	create_gain_loss_journal,
	unlink_ref_doc_from_payment_entries,
)

ACCOUNT_FIELDS = (
	"name",
	"account_type",
	"account_currency",
	"report_type",
	"root_type",
	"company",
	"is_group",
	"disabled",
	"freeze_account",
)
PARTY_ACCOUNT_TYPES = ("Receivable", "Payable")


class FiscalYearError(frappe.ValidationError):
	pass


class PaymentEntryUnlinkError(frappe.ValidationError):
	pass


@request_cache
def get_currency_precision() -> int:
	"""Return the number of decimals amounts are kept with."""
	from frappe.locale import get_number_format

	return cint(frappe.db.get_default("currency_precision")) or get_number_format().precision


def money(amount) -> float:
	"""Round an amount to the site's currency precision."""
	return flt(amount, get_currency_precision())


def account_values(account: str) -> frappe._dict:
	"""Return ACCOUNT_FIELDS of an account, read once per transaction."""
	values = frappe.db.get_value("Account", account, ACCOUNT_FIELDS, as_dict=True, cache=True)
	if not values:
		frappe.throw(_("Account {0} does not exist").format(account), frappe.DoesNotExistError)
	return values


def get_fiscal_years(
	transaction_date=None,
	fiscal_year=None,
	label="Date",
	verbose=1,
	company=None,
	as_dict=False,
	boolean=False,
):
	"""Return the fiscal years of a company, or those that hold a date or bear a name."""
	years = frappe.cache.hget("fiscal_years", company or "")
	if not years:
		years = _read_fiscal_years(company)
		frappe.cache.hset("fiscal_years", company or "", years)
	if not transaction_date and not fiscal_year:
		return years
	day = getdate(transaction_date) if transaction_date else None
	for row in years:
		if row.name == fiscal_year or (day and row.year_start_date <= day <= row.year_end_date):
			return (row,) if as_dict else ((row.name, row.year_start_date, row.year_end_date),)
	if boolean:
		return False
	message = _("{0} {1} is not in any active Fiscal Year").format(_(label), formatdate(transaction_date))
	if company:
		message = _("{0} for {1}").format(message, frappe.bold(company))
	if verbose:
		frappe.msgprint(message)
	raise FiscalYearError(message)


def _read_fiscal_years(company):
	years = frappe.get_all(
		"Fiscal Year",
		filters={"disabled": 0},
		fields=["name", "year_start_date", "year_end_date"],
		order_by="year_start_date desc",
	)
	limited = {}
	for row in frappe.get_all("Fiscal Year Company", fields=["parent", "company"]):
		limited.setdefault(row.parent, set()).add(row.company)
	for row in years:
		row.year_start_date, row.year_end_date = getdate(row.year_start_date), getdate(row.year_end_date)
	return [row for row in years if not company or row.name not in limited or company in limited[row.name]]


def get_fiscal_year(
	date=None, fiscal_year=None, label="Date", verbose=1, company=None, as_dict=False, boolean=False
):
	"""Return (name, start, end) of the fiscal year that holds a date; False if `boolean` and there is none."""
	years = get_fiscal_years(date, fiscal_year, label, verbose, company, as_dict=as_dict, boolean=boolean)
	return years if boolean else years[0]


@frappe.whitelist()
def get_balance_on(
	account: str | None = None,
	date: str | datetime.date | None = None,
	party_type: str | None = None,
	party: str | None = None,
	company: str | None = None,
	in_account_currency: bool | int = True,
	ignore_account_permission: bool = False,
) -> float | None:
	"""Return debit less credit of an account or a party up to a date, in account or company currency."""
	if not (account or (party_type and party)):
		return None
	gle = frappe.qb.DocType("GL Entry")
	suffix = "_in_account_currency" if in_account_currency else ""
	query = frappe.qb.from_(gle).select(Sum(gle[f"debit{suffix}"]), Sum(gle[f"credit{suffix}"]))
	query = query.where((gle.is_cancelled == 0) & (gle.posting_date <= getdate(date or nowdate())))
	if account:
		if not ignore_account_permission:
			frappe.has_permission("Account", "read", account, throw=True)
		query = query.where(gle.account == account)
	if party_type and party:
		query = query.where((gle.party_type == party_type) & (gle.party == party))
	if company:
		query = query.where(gle.company == company)
	debit, credit = query.run()[0]
	return money(flt(debit) - flt(credit))


def get_outstanding_invoices(
	party_type,
	party,
	account,
	common_filter=None,
	posting_date=None,
	min_outstanding=None,
	max_outstanding=None,
	vouchers=None,
):
	"""Return a party's vouchers with money still due on the given accounts, oldest due date first.

	Amounts are in the accounts' currency. `account` is a list; `vouchers` (dicts of voucher_type, voucher_no)
	narrows the search; `common_filter` and `posting_date` are criteria on Payment Ledger Entry.
	"""
	ple = frappe.qb.DocType("Payment Ledger Entry")
	query = (
		frappe.qb.from_(ple)
		.select(
			ple.account,
			ple.voucher_type,
			ple.voucher_no,
			ple.against_voucher_type,
			ple.against_voucher_no,
			ple.posting_date,
			ple.due_date,
			ple.account_currency,
			ple.amount_in_account_currency,
		)
		.where((ple.delinked == 0) & (ple.party_type == party_type) & (ple.party == party))
		.where(ple.account.isin(account))
	)
	if vouchers:
		query = query.where(ple.against_voucher_no.isin([row["voucher_no"] for row in vouchers]))
	for criterion in common_filter or []:
		query = query.where(criterion)

	invoiced, outstanding = {}, {}
	for row in query.run(as_dict=True):
		key = (row.against_voucher_type, row.against_voucher_no, row.account)
		outstanding[key] = outstanding.get(key, 0) + flt(row.amount_in_account_currency)
		if (row.voucher_type, row.voucher_no) == key[:2]:
			first = invoiced.setdefault(key, row)
			first.invoice_amount = flt(first.get("invoice_amount")) + flt(row.amount_in_account_currency)

	result = []
	for key, row in invoiced.items():
		due = money(outstanding[key])
		if (
			due <= 0
			or (min_outstanding and due < min_outstanding)
			or (max_outstanding and due > max_outstanding)
		):
			continue
		result.append(
			frappe._dict(
				voucher_type=row.voucher_type,
				voucher_no=row.voucher_no,
				posting_date=row.posting_date,
				invoice_amount=row.invoice_amount,
				payment_amount=money(row.invoice_amount - due),
				outstanding_amount=due,
				due_date=row.due_date,
				currency=row.account_currency,
				account=row.account,
			)
		)
	return sorted(result, key=lambda row: getdate(row.due_date or row.posting_date or nowdate()))


def create_payment_ledger_entry(gl_entries, cancel=0, adv_adj=0, update_outstanding="Yes"):
	"""Post the receivable and payable lines of a voucher to the payment ledger, or take them back."""
	for gle in gl_entries:
		account_type = account_values(gle.account).account_type
		if account_type not in PARTY_ACCOUNT_TYPES:
			continue
		sign = (1 if account_type == "Receivable" else -1) * (-1 if cancel else 1)
		entry = frappe.get_doc(
			{
				"doctype": "Payment Ledger Entry",
				"posting_date": gle.posting_date,
				"company": gle.company,
				"account_type": account_type,
				"account": gle.account,
				"party_type": gle.party_type,
				"party": gle.party,
				"cost_center": gle.cost_center,
				"due_date": gle.due_date,
				"voucher_type": gle.voucher_type,
				"voucher_no": gle.voucher_no,
				"voucher_detail_no": gle.voucher_detail_no,
				"against_voucher_type": gle.against_voucher_type or gle.voucher_type,
				"against_voucher_no": gle.against_voucher or gle.voucher_no,
				"account_currency": gle.account_currency,
				"amount": money(sign * (flt(gle.debit) - flt(gle.credit))),
				"amount_in_account_currency": money(
					sign * (flt(gle.debit_in_account_currency) - flt(gle.credit_in_account_currency))
				),
				"delinked": 1 if cancel else 0,
				"remarks": gle.remarks,
			}
		)
		if cancel:
			delink_original_entry(entry)
		entry.flags.update({"ignore_permissions": True, "ignore_links": True, "adv_adj": adv_adj})
		entry.flags.update_outstanding = update_outstanding
		entry.flags.notify_update = False
		entry.submit()


def delink_original_entry(entry):
	"""Mark the entries that a cancellation takes back."""
	ple = frappe.qb.DocType("Payment Ledger Entry")
	query = frappe.qb.update(ple).set(ple.delinked, 1).set(ple.modified, frappe.utils.now())
	for field in (
		"company",
		"account",
		"party_type",
		"party",
		"voucher_type",
		"voucher_no",
		"against_voucher_type",
		"against_voucher_no",
	):
		query = query.where(ple[field] == entry.get(field))
	query.run()


def update_voucher_outstanding(voucher_type, voucher_no, account, party_type, party):
	"""Bring an invoice's outstanding amount and status in line with the payment ledger.

	Writes with `frappe.db.set_value`, so the invoice's own document events do not run.
	"""
	if voucher_type != "Sales Invoice" or not (party_type and party):
		return
	ple = frappe.qb.DocType("Payment Ledger Entry")
	rows = (
		frappe.qb.from_(ple)
		.select(ple.voucher_type, ple.voucher_no, ple.amount_in_account_currency)
		.where((ple.against_voucher_type == voucher_type) & (ple.against_voucher_no == voucher_no))
		.where(
			(ple.delinked == 0)
			& (ple.account == account)
			& (ple.party_type == party_type)
			& (ple.party == party)
		)
		.run()
	)
	if not any(row[0] == voucher_type and row[1] == voucher_no for row in rows):
		return  # the invoice itself is cancelled
	from erpnext.accounts.doctype.sales_invoice.status import STATUS_FIELDS, get_status

	outstanding = money(sum(flt(row[2]) for row in rows))
	invoice = frappe.db.get_value(voucher_type, voucher_no, STATUS_FIELDS, as_dict=True)
	invoice.outstanding_amount = outstanding
	frappe.db.set_value(
		voucher_type, voucher_no, {"outstanding_amount": outstanding, "status": get_status(invoice)}
	)
