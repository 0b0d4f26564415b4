from frappe.model.document import Document


class ConnectorStream(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		cursor: DF.Code | None
		enabled: DF.Check
		every_minutes: DF.Int
		failures: DF.Int
		label: DF.Data | None
		last_message: DF.SmallText | None
		last_status: DF.Literal["", "Success", "Partial", "Waiting", "Failed"]
		last_success: DF.Datetime | None
		next_allowed: DF.Datetime | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		stream: DF.Data
		wait_until: DF.Datetime | None

	# end: auto-generated types

	pass
