from frappe.model.document import Document


class ReceivablesSnapshotGroup(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		bucket_1: DF.Currency
		bucket_2: DF.Currency
		bucket_3: DF.Currency
		bucket_4: DF.Currency
		bucket_5: DF.Currency
		collected: DF.Currency
		collector: DF.Link | None
		credits: DF.Currency
		currency: DF.Link | None
		customers: DF.Int
		not_due: DF.Currency
		outstanding: DF.Currency
		overdue: DF.Currency
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		risk_band: DF.Literal["", "A", "B", "C", "D", "E"]

	# end: auto-generated types

	pass
