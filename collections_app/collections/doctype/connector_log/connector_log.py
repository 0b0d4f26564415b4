import frappe
from frappe.model.document import Document
from frappe.utils import add_days, now_datetime


class ConnectorLog(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.connector_log_failure.connector_log_failure import (
			ConnectorLogFailure,
		)

		connector: DF.Link
		created_count: DF.Int
		failed_count: DF.Int
		failures: DF.Table[ConnectorLogFailure]
		message: DF.SmallText | None
		run: DF.Link | None
		seconds: DF.Float
		seen_count: DF.Int
		started_at: DF.Datetime | None
		status: DF.Literal["Success", "Partial", "Failed"]
		stream: DF.Data | None
		traceback: DF.Code | None

	# end: auto-generated types

	@staticmethod
	def clear_old_logs(days=120):
		"""Called by Frappe's log clearing; failed records go with their log."""
		before = add_days(now_datetime(), -days)
		old = frappe.get_all("Connector Log", {"creation": ["<", before]}, pluck="name")
		frappe.db.delete("Connector Log Failure", {"parent": ["in", old or [""]]})
		frappe.db.delete("Connector Log", {"name": ["in", old or [""]]})
