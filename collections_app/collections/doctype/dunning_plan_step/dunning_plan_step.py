from frappe.model.document import Document


class DunningPlanStep(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		attach_invoices: DF.Check
		channel: DF.Literal["Email", "Call"]
		charge_indemnity: DF.Check
		charge_interest: DF.Check
		letter: DF.Link | None
		level: DF.Int
		minimum_amount: DF.Currency
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		requires_approval: DF.Check
		step_name: DF.Data
		trigger_days: DF.Int

	# end: auto-generated types

	pass
