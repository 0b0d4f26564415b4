from frappe.model.document import Document


class BankCSVColumn(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		heading: DF.Data
		meaning: DF.Literal[
			"",
			"Booking Date",
			"Value Date",
			"Amount",
			"Credit",
			"Debit",
			"Direction (in or out)",
			"Currency",
			"Payer or Payee",
			"IBAN or Account Number of the Payer",
			"BIC of the Payer",
			"Remittance Text",
			"End-to-End ID",
			"Bank's Reference",
			"Balance",
			"Our Account",
			"Status (booked or pending)",
		]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		sample: DF.Data | None

	# end: auto-generated types

	pass
