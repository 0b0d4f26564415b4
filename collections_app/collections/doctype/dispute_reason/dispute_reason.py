from frappe.model.document import Document


class DisputeReason(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		answer_days: DF.Int
		description: DF.SmallText | None
		reason_name: DF.Data
		responsible: DF.Link | None

	# end: auto-generated types

	pass
