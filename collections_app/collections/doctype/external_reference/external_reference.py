from frappe.model.document import Document


class ExternalReference(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		connector: DF.Link | None
		external_id: DF.Data | None
		reference_doctype: DF.Link | None
		reference_key: DF.Data | None
		reference_name: DF.DynamicLink | None
		stream: DF.Data | None

	# end: auto-generated types

	pass
