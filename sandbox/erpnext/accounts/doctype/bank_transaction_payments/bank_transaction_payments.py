from frappe.model.document import Document


class BankTransactionPayments(Document):
	pass
