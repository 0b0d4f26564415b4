from frappe.model.document import Document


class Bank(Document):
	pass
