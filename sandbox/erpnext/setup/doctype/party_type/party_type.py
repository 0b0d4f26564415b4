from frappe.model.document import Document


class PartyType(Document):
	pass
