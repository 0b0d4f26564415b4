import frappe
from frappe.model.document import Document
from frappe.utils import add_days, now_datetime


class WebhookEvent(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		attempts: DF.Int
		body: DF.LongText | None
		company: DF.Link | None
		connector: DF.Link | None
		event_id: DF.Data | None
		event_key: DF.Data | None
		headers: DF.Code | None
		message: DF.SmallText | None
		processed_at: DF.Datetime | None
		received_at: DF.Datetime | None
		status: DF.Literal["Waiting", "Processed", "Failed"]
		url: DF.SmallText | None

	# end: auto-generated types

	@staticmethod
	def clear_old_logs(days=120):
		"""Called by Frappe's log clearing. What is not worked yet stays."""
		before = add_days(now_datetime(), -days)
		frappe.db.delete("Webhook Event", {"creation": ["<", before], "status": "Processed"})
