"""Allocating a payment on account to a voucher after both were booked."""

import frappe
from frappe import _
from frappe.utils import flt


def reconcile_against_document(args, skip_ref_details_update_for_pe=False, active_dimensions=None):
	"""Allocate submitted payments and journals to vouchers and repost their payment ledger.

	Each of `args` is a dict: voucher_type, voucher_no (the payment), voucher_detail_no (the journal's row),
	against_voucher_type, against_voucher, account, party_type, party, dr_or_cr, allocated_amount and
	unadjusted_amount in account currency, exchange_rate and difference_amount where currencies differ.
	"""
	from erpnext.accounts.utils import update_voucher_outstanding

	groups = {}
	for entry in args:
		groups.setdefault((entry.voucher_type, entry.voucher_no), []).append(frappe._dict(entry))
	for (voucher_type, voucher_no), entries in groups.items():
		doc = frappe.get_doc(voucher_type, voucher_no)
		for entry in entries:
			_validate(entry)
			_check_unmodified(doc, entry)
			if voucher_type == "Journal Entry":
				_allocate_journal(doc, entry)
			else:
				_allocate_payment(doc, entry)
		_repost_payment_ledger(doc)
		for entry in entries:
			update_voucher_outstanding(
				entry.against_voucher_type,
				entry.against_voucher,
				entry.account,
				entry.party_type,
				entry.party,
			)


def _validate(entry):
	if flt(entry.allocated_amount) < 0:
		frappe.throw(_("Allocated amount cannot be negative"))
	if flt(entry.allocated_amount, 2) > flt(entry.unadjusted_amount, 2):
		frappe.throw(_("Allocated amount cannot be greater than unadjusted amount"))


def _check_unmodified(doc, entry):
	"""The amount to allocate from must still be what the caller saw."""
	expected = flt(entry.unreconciled_amount or entry.unadjusted_amount, 2)
	if doc.doctype == "Payment Entry":
		left = doc.unallocated_amount
	else:
		row = next((row for row in doc.accounts if row.name == entry.voucher_detail_no), None)
		left = row.get(entry.dr_or_cr) if row and not row.reference_type else 0
	if doc.docstatus != 1 or flt(left, 2) != expected:
		frappe.throw(_("Payment Entry has been modified after you pulled it. Please pull it again."))


def _allocate_payment(doc, entry):
	row = doc.append(
		"references",
		{
			"reference_doctype": entry.against_voucher_type,
			"reference_name": entry.against_voucher,
			"allocated_amount": entry.allocated_amount,
			"payment_term": entry.payment_term,
			"docstatus": 1,
		},
	)
	doc.setup_party_account_field()
	doc.set_missing_values()
	doc.set_missing_ref_details()
	doc.set_amounts()
	row.outstanding_amount = flt(row.outstanding_amount) - flt(entry.allocated_amount)
	entry.unreconciled_amount = doc.unallocated_amount
	doc.flags.ignore_validate_update_after_submit = True
	row.db_insert()
	doc.db_update()
	if row.exchange_gain_loss:
		others = [other for other in doc.references if other is not row]
		doc.references = [row]
		doc.make_exchange_gain_loss_journal()
		doc.references = [*others, row]


def _allocate_journal(doc, entry):
	row = next(row for row in doc.accounts if row.name == entry.voucher_detail_no)
	field = entry.dr_or_cr
	base = field.replace("_in_account_currency", "")
	allocated, rate = flt(entry.allocated_amount), flt(row.exchange_rate) or 1.0
	left = flt(flt(row.get(field)) - allocated, 9)
	if left:
		copy = frappe.copy_doc(row)
		copy.update(
			{"name": None, "docstatus": 1, "idx": len(doc.accounts) + 1, field: left, base: left * rate}
		)
		copy.update({"parent": doc.name, "parenttype": doc.doctype, "parentfield": "accounts"})
		copy.db_insert()
		doc.accounts.append(copy)
	row.update({field: allocated, base: allocated * rate})
	row.update({"reference_type": entry.against_voucher_type, "reference_name": entry.against_voucher})
	row.db_update()


def _repost_payment_ledger(doc):
	from erpnext.accounts.general_ledger import process_gl_map
	from erpnext.accounts.utils import create_payment_ledger_entry

	frappe.db.delete("Payment Ledger Entry", {"voucher_type": doc.doctype, "voucher_no": doc.name})
	create_payment_ledger_entry(
		process_gl_map(doc.build_gl_map(), merge_entries=False), adv_adj=1, update_outstanding="No"
	)
