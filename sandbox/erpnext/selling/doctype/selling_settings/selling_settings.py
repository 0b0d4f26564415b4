from frappe.model.document import Document


class SellingSettings(Document):
	pass
