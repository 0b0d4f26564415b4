import frappe
from frappe import _
from frappe.model.document import Document


class GLEntry(Document):
	def validate(self):
		frappe.throw(_("A GL Entry is made by its voucher only"))

	def on_cancel(self):
		frappe.throw(
			_("Individual GL Entry cannot be cancelled.") + "<br>" + _("Please cancel related transaction.")
		)


def on_doctype_update():
	frappe.db.add_index("GL Entry", ["voucher_type", "voucher_no"])
	frappe.db.add_index("GL Entry", ["posting_date", "company"])
	frappe.db.add_index("GL Entry", ["party_type", "party"])
