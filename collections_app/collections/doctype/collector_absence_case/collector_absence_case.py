from frappe.model.document import Document


class CollectorAbsenceCase(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		case: DF.Link | None
		customer_name: DF.Data | None
		outcome: DF.Literal["Given", "Given Back", "Not Given Back"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		worked_by: DF.Link | None

	# end: auto-generated types

	pass
