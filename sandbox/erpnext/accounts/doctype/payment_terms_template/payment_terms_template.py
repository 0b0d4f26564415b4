import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt


class PaymentTermsTemplate(Document):
	def validate(self):
		total = sum(flt(row.invoice_portion) for row in self.terms)
		if flt(total, 2) != 100:
			frappe.throw(_("Combined invoice portion must equal 100%"))
		seen = set()
		for row in self.terms:
			if self.allocate_payment_based_on_payment_terms and not row.payment_term:
				frappe.throw(_("Row {0}: Payment Term is mandatory").format(row.idx))
			key = (row.payment_term, row.credit_days, row.credit_months, row.due_date_based_on)
			if key in seen:
				frappe.throw(_("The Payment Term at row {0} is possibly a duplicate.").format(row.idx))
			seen.add(key)
