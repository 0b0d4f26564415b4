"""What a payment settles: reading the vouchers it names, checking the allocation, paying the instalments."""

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import flt, fmt_money

from erpnext.accounts.utils import money
from erpnext.setup.utils import get_exchange_rate

VALID_DOCTYPES = ("Sales Invoice", "Journal Entry")
INVOICE_FIELDS = (
	"name",
	"customer",
	"company",
	"debit_to",
	"docstatus",
	"due_date",
	"currency",
	"conversion_rate",
	"outstanding_amount",
	"grand_total",
	"rounded_total",
	"base_grand_total",
	"base_rounded_total",
	"payment_terms_template",
)


def get_reference_details(payment, fresh: bool = False) -> dict[tuple[str, str], frappe._dict]:
	"""Return total, outstanding, rate, party, account and state of each voucher a payment names."""
	names = {}
	for row in payment.references:
		if row.allocated_amount:
			names.setdefault(row.reference_doctype, set()).add(row.reference_name)
	key = {doctype: sorted(values) for doctype, values in names.items()}
	if not fresh and payment.flags.reference_names == key:
		return payment.flags.reference_details
	details = {}
	if "Sales Invoice" in names:
		details.update(_invoices(payment, names["Sales Invoice"]))
	for name in names.get("Journal Entry", ()):
		details[("Journal Entry", name)] = _journal(payment, name)
	payment.flags.reference_names, payment.flags.reference_details = key, details
	return details


def _invoices(payment, names):
	details = {}
	foreign = payment.party_account_currency != payment.company_currency
	invoices = frappe.get_all(
		"Sales Invoice", filters={"name": ("in", list(names))}, fields=list(INVOICE_FIELDS)
	)
	for row in invoices:
		row.party, row.account = row.customer, row.debit_to
		prefix = "" if foreign else "base_"
		row.total_amount = flt(row[f"{prefix}rounded_total"] or row[f"{prefix}grand_total"])
		row.exchange_rate = flt(row.conversion_rate) if foreign else 1.0
		row.by_term = bool(row.payment_terms_template) and frappe.get_cached_value(
			"Payment Terms Template", row.payment_terms_template, "allocate_payment_based_on_payment_terms"
		)
		details[("Sales Invoice", row.name)] = row
	return details


def _journal(payment, name):
	journal = frappe.db.get_value(
		"Journal Entry", name, ["posting_date", "due_date", "docstatus"], as_dict=True
	)
	if not journal:
		return None
	ple = frappe.qb.DocType("Payment Ledger Entry")
	query = (
		frappe.qb.from_(ple)
		.select(Sum(ple.amount_in_account_currency))
		.where((ple.delinked == 0) & (ple.account == payment.party_account) & (ple.party == payment.party))
		.where((ple.against_voucher_type == "Journal Entry") & (ple.against_voucher_no == name))
	)
	own = query.where((ple.voucher_type == "Journal Entry") & (ple.voucher_no == name)).run()[0][0]
	foreign = payment.party_account_currency != payment.company_currency
	rate = (
		get_exchange_rate(payment.party_account_currency, payment.company_currency, journal.posting_date)
		if foreign
		else 1.0
	)
	return frappe._dict(
		journal,
		name=name,
		party=payment.party if own is not None else None,
		account=payment.party_account,
		total_amount=money(own),
		outstanding_amount=money(query.run()[0][0]),
		exchange_rate=rate,
	)


def set_reference_details(payment):
	"""Copy the details of each voucher to its row; refuse unknown ones."""
	for row in payment.references:
		if row.allocated_amount and row.reference_doctype not in VALID_DOCTYPES:
			frappe.throw(_("Reference Doctype must be one of {0}").format(", ".join(VALID_DOCTYPES)))
	details = get_reference_details(payment)
	for row in payment.references:
		if not row.allocated_amount:
			continue
		found = details.get((row.reference_doctype, row.reference_name))
		if not found:
			frappe.throw(_("{0} {1} does not exist").format(_(row.reference_doctype), row.reference_name))
		row.due_date = found.due_date
		row.total_amount, row.outstanding_amount = found.total_amount, flt(found.outstanding_amount)
		row.account, row.exchange_rate = found.account, found.exchange_rate


def validate_references(payment):
	"""Check party, account, state and the amount left of every voucher a payment settles."""
	if payment.payment_type == "Internal Transfer":
		return
	rows = [row for row in payment.references if row.allocated_amount]
	seen = set()
	for row in rows:
		key = (row.reference_doctype, row.reference_name, row.payment_term or "")
		if key in seen:
			frappe.throw(
				_("Row #{0}: Duplicate entry in References {1} {2}").format(
					row.idx, row.reference_doctype, row.reference_name
				)
			)
		seen.add(key)
	if sum(flt(row.allocated_amount) for row in rows) < 0 and payment.payment_type == "Receive":
		frappe.throw(_("Cannot receive from customer against negative outstanding"))
	details = get_reference_details(payment)
	for row in rows:
		_validate_voucher(payment, row, details[(row.reference_doctype, row.reference_name)])
		if payment.docstatus < 2:
			_validate_amount(row, details[(row.reference_doctype, row.reference_name)])


def _validate_voucher(payment, row, found):
	if found.party != payment.party:
		frappe.throw(
			_("{0} {1} is not associated with {2} {3}").format(
				_(row.reference_doctype), row.reference_name, _(payment.party_type), payment.party
			)
		)
	if found.account != payment.party_account:
		frappe.throw(
			_("{0} {1} is associated with {2}, but Party Account is {3}").format(
				_(row.reference_doctype), row.reference_name, found.account, payment.party_account
			)
		)
	if found.docstatus != 1:
		frappe.throw(_("{0} {1} must be submitted").format(_(row.reference_doctype), row.reference_name))


def _validate_amount(row, found):
	left, allocated = money(found.outstanding_amount), money(row.allocated_amount)
	if not left:
		frappe.throw(
			_("{0} {1} has already been fully paid.").format(_(row.reference_doctype), row.reference_name)
		)
	if found.by_term and not row.payment_term:
		frappe.throw(
			_(
				"{0} has Payment Term based allocation enabled. Select a Payment Term for Row #{1} in Payment References section"
			).format(frappe.bold(row.reference_name), frappe.bold(row.idx))
		)
	if (allocated > 0 and allocated > left) or (allocated < 0 and allocated < left):
		frappe.throw(
			_("Row #{0}: Allocated Amount cannot be greater than outstanding amount.").format(row.idx)
		)


def update_payment_schedule(payment, cancel: bool = False):
	"""Move paid and outstanding amounts of the instalments a payment names."""
	paid = {}
	for row in payment.references:
		if row.payment_term and row.reference_doctype == "Sales Invoice":
			key = (row.reference_name, row.payment_term)
			paid[key] = paid.get(key, 0) + flt(row.allocated_amount)
	if not paid:
		return
	details = get_reference_details(payment)
	for (invoice_name, term), allocated in paid.items():
		invoice = details[("Sales Invoice", invoice_name)]
		_pay_instalment(payment, invoice, term, allocated, -1 if cancel else 1)


def _pay_instalment(payment, invoice, term, allocated, sign):
	row = frappe.db.get_value(
		"Payment Schedule",
		{"parent": invoice.name, "parenttype": "Sales Invoice", "payment_term": term},
		[
			"name",
			"outstanding",
			"paid_amount",
			"discounted_amount",
			"base_paid_amount",
			"base_outstanding",
			"discount",
			"discount_type",
		],
		as_dict=True,
	)
	if not row:
		frappe.throw(_("Payment term {0} not used in {1}").format(term, invoice.name))
	same = payment.paid_from_account_currency == payment.paid_to_account_currency
	rate = flt(invoice.conversion_rate) or 1.0
	if same and payment.paid_from_account_currency != invoice.currency:
		allocated = money(allocated / rate)  # the schedule is in invoice currency
	if sign > 0 and money(allocated) > money(row.outstanding):
		frappe.throw(
			_("Cannot allocate more than {0} against payment term {1}").format(
				fmt_money(row.outstanding), term
			)
		)
	discounted = 0.0
	if row.discount_type and row.discount:
		percent = row.discount_type == "Percentage"
		discounted = flt(invoice.total_amount) * row.discount / 100 if percent else flt(row.discount)
	frappe.db.set_value(
		"Payment Schedule",
		row.name,
		{
			"paid_amount": money(row.paid_amount + sign * (allocated - discounted)),
			"base_paid_amount": money(row.base_paid_amount + sign * (allocated - discounted) * rate),
			"discounted_amount": money(row.discounted_amount + sign * discounted),
			"outstanding": money(row.outstanding - sign * allocated),
			"base_outstanding": money(row.base_outstanding - sign * allocated * rate),
		},
	)
