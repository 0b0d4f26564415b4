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
		from collections_app.collections.doctype.connector_log_request.connector_log_request import (
			ConnectorLogRequest,
		)

		connector: DF.Link
		created_count: DF.Int
		failed_count: DF.Int
		failures: DF.Table[ConnectorLogFailure]
		kind: DF.Literal["Sync", "Test", "Push", "Status", "Webhook", "Retry"]
		message: DF.SmallText | None
		request_count: DF.Int
		requests: DF.Table[ConnectorLogRequest]
		run: DF.Link | None
		seconds: DF.Float
		seen_count: DF.Int
		started_at: DF.Datetime | None
		status: DF.Literal["Success", "Partial", "Waiting", "Failed"]
		stream: DF.Data | None
		traceback: DF.Code | None

	# end: auto-generated types

	@staticmethod
	def clear_old_logs(days=120):
		"""Called by Frappe's log clearing; failed records go with their log."""
		before = add_days(now_datetime(), -days)
		old = frappe.get_all("Connector Log", {"creation": ["<", before]}, pluck="name")
		for rows in ("Connector Log Failure", "Connector Log Request"):
			frappe.db.delete(rows, {"parent": ["in", old or [""]]})
		frappe.db.delete("Connector Log", {"name": ["in", old or [""]]})
