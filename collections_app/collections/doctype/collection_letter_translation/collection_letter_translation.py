from frappe.model.document import Document


class CollectionLetterTranslation(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		body: DF.Code
		language: DF.Link
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		sms_text: DF.SmallText | None
		subject: DF.Data

	# end: auto-generated types

	pass
