from frappe.model.document import Document


class DunningPlanCondition(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		fact: DF.Literal[
			"Risk Band",
			"Risk Score",
			"Customer Group",
			"Customer Type",
			"Territory",
			"Country",
			"Currency",
			"Language",
			"Outstanding",
			"Overdue",
			"Oldest Overdue Days",
			"Open Invoices",
			"Insured",
			"Cover Amount",
			"Uncovered Amount",
			"Chance to Pay Late",
			"Expected Days Late",
			"Customer",
		]
		operator: DF.Literal["=", "!=", ">", ">=", "<", "<=", "in", "not in", "is set", "is not set"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		value: DF.Data | None

	# end: auto-generated types

	pass
