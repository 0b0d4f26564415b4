from frappe.model.document import Document


class LowcodeMapping(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		constant: DF.Data | None
		expression: DF.SmallText | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		required: DF.Check
		stream: DF.Data
		target_field: DF.Data
		value_map: DF.SmallText | None

	# end: auto-generated types

	pass
