from frappe.model.document import Document


class ConnectorLogRequest(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		answer: DF.Code | None
		attempt: DF.Int
		error: DF.SmallText | None
		method: DF.Data | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		request: DF.Code | None
		seconds: DF.Float
		status_code: DF.Int
		url: DF.SmallText | None

	# end: auto-generated types

	pass
