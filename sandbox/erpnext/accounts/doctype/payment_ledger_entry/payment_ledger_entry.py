import frappe
from frappe.model.document import Document


class PaymentLedgerEntry(Document):
	def on_update(self):
		from erpnext.accounts.utils import update_voucher_outstanding

		# a voucher's own first entry changes nothing: it was saved with this outstanding amount
		opening = (
			self.voucher_no == self.against_voucher_no and self.voucher_type == self.against_voucher_type
		)
		if self.flags.update_outstanding == "Yes" and not (opening and not self.delinked):
			update_voucher_outstanding(
				self.against_voucher_type, self.against_voucher_no, self.account, self.party_type, self.party
			)


def on_doctype_update():
	frappe.db.add_index("Payment Ledger Entry", ["against_voucher_no", "against_voucher_type"])
	frappe.db.add_index("Payment Ledger Entry", ["voucher_no", "voucher_type"])
