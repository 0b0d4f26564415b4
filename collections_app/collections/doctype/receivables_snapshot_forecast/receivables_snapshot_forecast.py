from frappe.model.document import Document


class ReceivablesSnapshotForecast(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		currency: DF.Link | None
		expected: DF.Currency
		high: DF.Currency
		low: DF.Currency
		overdue_part: DF.Currency
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		period: DF.Literal["Day", "Week", "Month"]
		period_end: DF.Date | None
		period_start: DF.Date | None

	# end: auto-generated types

	pass
