from frappe.model.document import Document


class CollectionRunStep(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		counts: DF.Code | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		seconds: DF.Float
		status: DF.Literal["Waiting", "Running", "Done", "Done with Issues", "Failed"]
		step: DF.Literal[
			"Sync",
			"Apply Cash",
			"Read Receivables",
			"Settle",
			"Score",
			"Predict",
			"Plan",
			"Hold or Release",
			"Dispatch",
			"Snapshot",
		]
		summary: DF.SmallText | None

	# end: auto-generated types

	pass
