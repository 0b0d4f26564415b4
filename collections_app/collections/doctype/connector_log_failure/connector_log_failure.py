from frappe.model.document import Document


class ConnectorLogFailure(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		external_id: DF.Data | None
		message: DF.SmallText | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		payload: DF.Code | None
		payload_kind: DF.Data | None
		source: DF.Data | None
		status: DF.Literal["", "Parked", "Done", "Dismissed"]
		stream: DF.Data | None

	# end: auto-generated types

	pass
