from frappe.model.document import Document


class LowcodeStream(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amounts: DF.Literal["1,234.56", "1.234,56", "Minor Units"]
		body: DF.SmallText | None
		condition: DF.Data | None
		cursor: DF.Literal["Everything Each Time", "Date", "Time", "Token"]
		dates: DF.Data | None
		every_minutes: DF.Int
		history_days: DF.Int
		http_method: DF.Literal["GET", "POST"]
		label: DF.Data | None
		next_token: DF.Data | None
		page_first: DF.Int
		page_next: DF.Data | None
		page_param: DF.Data | None
		page_size: DF.Int
		paging: DF.Literal["One Answer", "Page Number", "Offset", "Cursor", "Link"]
		params: DF.SmallText | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		path: DF.Data
		rows_at: DF.Data | None
		size_param: DF.Data | None
		stream: DF.Data
		target: DF.Literal[
			"",
			"Bank Transactions",
			"Credit Reports",
			"Credit Covers",
			"Message Statuses",
			"Customer Fields",
			"Payments",
		]

	# end: auto-generated types

	pass
