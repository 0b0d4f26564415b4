from frappe.model.document import Document


class GlobalDefaults(Document):
	pass
