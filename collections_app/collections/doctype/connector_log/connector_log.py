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

		company: DF.Link | None
		connector: DF.Link
		created_count: DF.Int
		failed_count: DF.Int
		failures: DF.Table[ConnectorLogFailure]
		kind: DF.Literal["Sync", "Test", "Push", "Status", "Webhook", "Retry"]
		message: DF.SmallText | None
		reference_doctype: DF.Link | None
		reference_name: DF.DynamicLink | None
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
		"""Called by Frappe's log clearing. A log with records that still wait to be written stays."""
		waiting = frappe.get_all(
			"Connector Log Failure", {"status": "Parked"}, pluck="parent", distinct=True, order_by="parent"
		)
		before = add_days(now_datetime(), -days)
		filters = {"creation": ["<", before], "name": ["not in", [*waiting, ""]]}
		old = frappe.get_all("Connector Log", filters, pluck="name")
		for rows in ("Connector Log Failure", "Connector Log Request"):
			frappe.db.delete(rows, {"parent": ["in", old or [""]]})
		frappe.db.delete("Connector Log", {"name": ["in", old or [""]]})
