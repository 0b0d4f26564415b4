"""Posting a voucher's lines to the general ledger and, through it, to the payment ledger.

ERPNext submits each GL Entry as a document; here a voucher's entries are inserted together, so document events
on GL Entry do not run. Payment Ledger Entries are documents, as in ERPNext.
"""

import frappe
from frappe import _
from frappe.utils import flt, getdate, now

import erpnext
from erpnext.accounts.party import validate_party_frozen_disabled
from erpnext.accounts.utils import (
	PARTY_ACCOUNT_TYPES,
	account_values,
	create_payment_ledger_entry,
	get_currency_precision,
	money,
)
from erpnext.exceptions import InvalidAccountCurrency

SIDES = ("debit", "debit_in_account_currency", "debit_in_transaction_currency")
MERGE_KEYS = (
	"account",
	"cost_center",
	"party",
	"party_type",
	"voucher_detail_no",
	"against_voucher",
	"against_voucher_type",
	"voucher_no",
)
COLUMNS = (
	"name",
	"owner",
	"creation",
	"modified",
	"modified_by",
	"docstatus",
	"posting_date",
	"account",
	"party_type",
	"party",
	"cost_center",
	"debit",
	"credit",
	"account_currency",
	"debit_in_account_currency",
	"credit_in_account_currency",
	"against",
	"against_voucher_type",
	"against_voucher",
	"voucher_type",
	"voucher_no",
	"voucher_detail_no",
	"voucher_subtype",
	"remarks",
	"is_opening",
	"fiscal_year",
	"company",
	"due_date",
	"is_cancelled",
	"transaction_currency",
	"transaction_exchange_rate",
	"debit_in_transaction_currency",
	"credit_in_transaction_currency",
)


def make_gl_entries(gl_map, cancel=False, adv_adj=False, merge_entries=True, update_outstanding="Yes"):
	"""Check, balance and post a voucher's lines. Raises if debit and credit differ by more than rounding."""
	if not gl_map:
		return
	if cancel:
		make_reverse_gl_entries(gl_map, adv_adj=adv_adj, update_outstanding=update_outstanding)
		return
	gl_map = process_gl_map(gl_map, merge_entries)
	if len(gl_map) < 2 and not all(map(_is_gain_loss, gl_map)):
		frappe.throw(
			_(
				"Incorrect number of General Ledger Entries found. You might have selected a wrong Account in the transaction."
			)
		)
	process_debit_credit_difference(gl_map)
	for entry in gl_map:
		_validate(entry, adv_adj)
	create_payment_ledger_entry(gl_map, adv_adj=adv_adj, update_outstanding=update_outstanding)
	_insert(gl_map)


def process_gl_map(gl_map, merge_entries=True):
	"""Join lines on the same head, drop the empty ones, and turn negative amounts to the other side."""
	if merge_entries:
		gl_map = merge_similar_entries(gl_map)
	gl_map = [entry for entry in gl_map if money(entry.debit) or money(entry.credit) or _is_gain_loss(entry)]
	for entry in gl_map:
		for debit in SIDES:
			credit = debit.replace("debit", "credit")
			dr, cr = flt(entry.get(debit)), flt(entry.get(credit))
			if dr < 0:
				dr, cr = 0.0, cr - dr
			if cr < 0:
				dr, cr = dr - cr, 0.0
			entry[debit], entry[credit] = money(dr), money(cr)
	return gl_map


def merge_similar_entries(gl_map):
	merged = {}
	for entry in gl_map:
		key = tuple(entry.get(field) or "" for field in MERGE_KEYS)
		if key not in merged:
			merged[key] = entry
			continue
		for debit in SIDES:
			for field in (debit, debit.replace("debit", "credit")):
				merged[key][field] = flt(merged[key].get(field)) + flt(entry.get(field))
	return list(merged.values())


def process_debit_credit_difference(gl_map):
	"""Book a rounding difference on the company's Round Off account; refuse anything larger."""
	if all(map(_is_gain_loss, gl_map)):
		return
	precision = get_currency_precision()
	first = gl_map[0]
	allowance = 5.0 / 10**precision if first.voucher_type in ("Journal Entry", "Payment Entry") else 0.5
	difference = money(sum(flt(entry.debit) - flt(entry.credit) for entry in gl_map))
	if abs(difference) > allowance:
		frappe.throw(
			_("Debit and Credit not equal for {0} #{1}. Difference is {2}.").format(
				first.voucher_type, first.voucher_no, difference
			)
		)
	if abs(difference) >= 1.0 / 10**precision:
		_add_round_off(gl_map, difference)


def _add_round_off(gl_map, difference):
	first = gl_map[0]
	company = frappe.get_cached_doc("Company", first.company)
	if not company.round_off_account:
		frappe.throw(_("Please mention '{0}' in Company: {1}").format(_("Round Off Account"), first.company))
	entry = next((row for row in gl_map if row.account == company.round_off_account), None)
	if entry:
		difference = money(difference - flt(entry.debit) + flt(entry.credit))
		gl_map.remove(entry)
	if not difference:
		return
	debit, credit = (-difference, 0.0) if difference < 0 else (0.0, difference)
	row = frappe._dict(
		{
			key: first.get(key)
			for key in (
				"voucher_type",
				"voucher_no",
				"company",
				"posting_date",
				"remarks",
				"fiscal_year",
				"voucher_subtype",
			)
		},
		account=company.round_off_account,
		account_currency=company.default_currency,
		cost_center=company.round_off_cost_center,
		debit=debit,
		credit=credit,
		debit_in_account_currency=debit,
		credit_in_account_currency=credit,
		is_opening="No",
	)
	gl_map.append(row)


def make_reverse_gl_entries(
	gl_entries=None, voucher_type=None, voucher_no=None, adv_adj=False, update_outstanding="Yes"
):
	"""Cancel a voucher's entries: mark them cancelled and post their mirror image, marked cancelled as well.

	Mirrors `gl_entries` where given (a payment allocated later names vouchers its ledger lines do not), else
	the entries on file.
	"""
	entries = gl_entries or frappe.get_all(
		"GL Entry",
		filters={"voucher_type": voucher_type, "voucher_no": voucher_no, "is_cancelled": 0},
		fields=["*"],
		order_by="creation, name",
	)
	if not entries:
		return
	voucher_type, voucher_no = entries[0].voucher_type, entries[0].voucher_no
	_check_frozen_period(entries[0].posting_date, adv_adj)
	create_payment_ledger_entry(entries, cancel=1, adv_adj=adv_adj, update_outstanding=update_outstanding)
	gle = frappe.qb.DocType("GL Entry")
	(
		frappe.qb.update(gle)
		.set(gle.is_cancelled, 1)
		.set(gle.modified, now())
		.set(gle.modified_by, frappe.session.user)
		.where((gle.voucher_type == voucher_type) & (gle.voucher_no == voucher_no) & (gle.is_cancelled == 0))
		.run()
	)
	for entry in entries:
		for debit in SIDES:
			credit = debit.replace("debit", "credit")
			entry[debit], entry[credit] = entry.get(credit), entry.get(debit)
		entry.update({"remarks": f"On cancellation of {voucher_no}", "is_cancelled": 1})
	_insert(entries)


def _insert(entries):
	stamp, user = now(), frappe.session.user
	for entry in entries:
		entry.update({"name": frappe.generate_hash(length=10), "owner": user, "modified_by": user})
		entry.update({"creation": stamp, "modified": stamp, "docstatus": 1})
		entry.setdefault("is_cancelled", 0)
		if not entry.get("transaction_currency"):
			entry.update(
				{
					"transaction_currency": erpnext.get_company_currency(entry.company),
					"transaction_exchange_rate": 1,
				}
			)
			entry.debit_in_transaction_currency, entry.credit_in_transaction_currency = (
				entry.debit,
				entry.credit,
			)
		for debit in SIDES:
			for field in (debit, debit.replace("debit", "credit")):
				entry[field] = flt(entry.get(field))
	values = [[entry.get(column) for column in COLUMNS] for entry in entries]
	frappe.db.bulk_insert("GL Entry", list(COLUMNS), values)


def _validate(entry, adv_adj=False):
	where = f"{entry.voucher_type} {entry.voucher_no}"
	account = account_values(entry.account)
	if account.is_group:
		frappe.throw(
			_("{0}: Account {1} is a Group Account and group accounts cannot be used in transactions").format(
				where, entry.account
			)
		)
	if account.disabled:
		frappe.throw(_("{0}: Account {1} is disabled").format(where, entry.account))
	if account.company != entry.company:
		frappe.throw(
			_("{0}: Account {1} does not belong to Company {2}").format(where, entry.account, entry.company)
		)
	if account.report_type == "Profit and Loss" and not entry.cost_center:
		frappe.throw(
			_("{0}: Cost Center is required for 'Profit and Loss' account {1}.").format(where, entry.account)
		)
	entry.account_currency = entry.account_currency or account.account_currency
	if entry.account_currency != account.account_currency:
		frappe.throw(
			_("{0}: Accounting Entry for {1} can only be made in currency: {2}").format(
				where, entry.account, account.account_currency
			),
			InvalidAccountCurrency,
		)
	if account.account_type in PARTY_ACCOUNT_TYPES:
		if not (entry.party_type and entry.party):
			frappe.throw(
				_("{0}: Customer is required against {1} account {2}").format(
					where, account.account_type, entry.account
				)
			)
		if not frappe.flags.ignore_party_validation:
			validate_party_frozen_disabled(entry.party_type, entry.party)
	_check_frozen_account(account, adv_adj)
	_check_frozen_period(entry.posting_date, adv_adj)


def _check_frozen_account(account, adv_adj):
	if account.freeze_account == "Yes" and not adv_adj:
		role = frappe.db.get_single_value("Accounts Settings", "frozen_accounts_modifier")
		if not role or role not in frappe.get_roles():
			frappe.throw(_("Account {0} is frozen").format(account.name))


def _check_frozen_period(posting_date, adv_adj):
	frozen_upto = frappe.db.get_single_value("Accounts Settings", "acc_frozen_upto")
	if adv_adj or not frozen_upto or getdate(posting_date) > getdate(frozen_upto):
		return
	role = frappe.db.get_single_value("Accounts Settings", "frozen_accounts_modifier")
	if frappe.session.user == "Administrator" or role not in frappe.get_roles():
		frappe.throw(_("You are not authorized to add or update entries before {0}").format(frozen_upto))


def _is_gain_loss(entry) -> bool:
	return entry.get("voucher_subtype") == "Exchange Gain Or Loss"
