"""Exchange gain/loss journals, and taking references out of payments when a voucher is cancelled."""

import frappe
from frappe import _
from frappe.utils import now, nowdate

import erpnext


def create_gain_loss_journal(
	company,
	posting_date,
	party_type,
	party,
	party_account,
	amount,
	dr_or_cr,
	reference,
	payment,
	cost_center=None,
):
	"""Book an exchange gain or loss between a voucher and its payment; return the Journal Entry's name.

	`reference` and `payment` are (doctype, name, row): the voucher settled and what settled it. The party's line
	has a company-currency amount only, because nothing changes in the account's own currency.
	"""
	company_doc = frappe.get_cached_doc("Company", company)
	if not company_doc.exchange_gain_loss_account:
		frappe.throw(_("Please set default Exchange Gain/Loss Account in Company {0}").format(company))
	other = "credit" if dr_or_cr == "debit" else "debit"
	journal = frappe.new_doc("Journal Entry")
	journal.update(
		{
			"voucher_type": "Exchange Gain Or Loss",
			"company": company,
			"posting_date": posting_date or nowdate(),
			"multi_currency": 1,
			"is_system_generated": 1,
		}
	)
	cost_center = cost_center or erpnext.get_default_cost_center(company)
	journal.append(
		"accounts",
		{
			"account": party_account,
			"party_type": party_type,
			"party": party,
			"exchange_rate": 0,
			"cost_center": cost_center,
			"reference_type": reference[0],
			"reference_name": reference[1],
			"reference_detail_no": reference[2],
			dr_or_cr: abs(amount),
		},
	)
	journal.append(
		"accounts",
		{
			"account": company_doc.exchange_gain_loss_account,
			"exchange_rate": 1,
			"cost_center": cost_center,
			"reference_type": payment[0],
			"reference_name": payment[1],
			"reference_detail_no": payment[2],
			other: abs(amount),
		},
	)
	journal.flags.ignore_permissions = True
	journal.submit()
	return journal.name


def cancel_exchange_gain_loss_journal(doc):
	"""Cancel the gain/loss journals that name a voucher."""
	parents = frappe.get_all(
		"Journal Entry Account",
		filters={"reference_type": doc.doctype, "reference_name": doc.name, "docstatus": 1},
		pluck="parent",
	)
	if not parents:
		return
	for name in frappe.get_all(
		"Journal Entry",
		filters={
			"name": ("in", parents),
			"voucher_type": "Exchange Gain Or Loss",
			"is_system_generated": 1,
			"docstatus": 1,
		},
		pluck="name",
	):
		journal = frappe.get_doc("Journal Entry", name)
		journal.flags.ignore_permissions = True
		journal.cancel()


def unlink_ref_doc_from_payment_entries(ref_doc):
	"""Turn what was paid against a cancelled voucher into payments on account."""
	_unlink_journals(ref_doc)
	_unlink_payments(ref_doc)
	gle = frappe.qb.DocType("GL Entry")
	(
		frappe.qb.update(gle)
		.set(gle.against_voucher_type, None)
		.set(gle.against_voucher, None)
		.set(gle.modified, now())
		.where((gle.against_voucher_type == ref_doc.doctype) & (gle.against_voucher == ref_doc.name))
		.run()
	)
	ple = frappe.qb.DocType("Payment Ledger Entry")
	(
		frappe.qb.update(ple)
		.set(ple.against_voucher_type, ple.voucher_type)
		.set(ple.against_voucher_no, ple.voucher_no)
		.set(ple.modified, now())
		.where((ple.against_voucher_type == ref_doc.doctype) & (ple.against_voucher_no == ref_doc.name))
		.where(ple.delinked == 0)
		.run()
	)


def _unlink_journals(ref_doc):
	row = frappe.qb.DocType("Journal Entry Account")
	condition = (
		(row.reference_type == ref_doc.doctype) & (row.reference_name == ref_doc.name) & (row.docstatus < 2)
	)
	linked = frappe.qb.from_(row).select(row.parent).distinct().where(condition).run(pluck=True)
	if linked:
		frappe.qb.update(row).set(row.reference_type, None).set(row.reference_name, None).where(
			condition
		).run()
		frappe.msgprint(_("Journal Entries {0} are un-linked").format(", ".join(linked)))


def _unlink_payments(ref_doc):
	rows = frappe.get_all(
		"Payment Entry Reference",
		filters={"reference_doctype": ref_doc.doctype, "reference_name": ref_doc.name, "docstatus": ("<", 2)},
		fields=["name", "parent"],
	)
	if not rows:
		return
	frappe.db.delete("Payment Entry Reference", {"name": ("in", [row.name for row in rows])})
	payments = sorted({row.parent for row in rows})
	for name in payments:
		payment = frappe.get_doc("Payment Entry", name)
		payment.setup_party_account_field()
		payment.set_amounts()
		values = {
			field: payment.get(field)
			for field in ("total_allocated_amount", "base_total_allocated_amount", "unallocated_amount")
		}
		frappe.db.set_value("Payment Entry", name, values)
	frappe.msgprint(_("Payment Entries {0} are un-linked").format(", ".join(payments)))
