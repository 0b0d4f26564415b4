from frappe.model.document import Document


class DunningPlanStep(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		attach_invoices: DF.Check
		attach_statement: DF.Check
		channel: DF.Literal[
			"Email",
			"Letter",
			"SMS",
			"WhatsApp",
			"Registered E-Mail",
			"Call",
			"Task",
			"Hand Over",
			"Insurer Notice",
		]
		charge_indemnity: DF.Check
		charge_interest: DF.Check
		day_type: DF.Literal["Calendar Days", "Business Days"]
		fee: DF.Currency
		hand_over_to: DF.Literal["", "Collection Agency", "Lawyer"]
		letter: DF.Link | None
		level: DF.Int
		minimum_age: DF.Int
		minimum_amount: DF.Currency
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		partner_email: DF.Data | None
		requires_approval: DF.Check
		step_name: DF.Data
		stop_delivery: DF.Check
		task: DF.SmallText | None
		tone: DF.Literal["", "Friendly", "Neutral", "Firm", "Final"]
		trigger_days: DF.Int

	# end: auto-generated types

	pass
