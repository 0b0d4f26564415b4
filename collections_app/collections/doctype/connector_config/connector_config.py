import frappe
from frappe import _
from frappe.model.document import Document

from collections_app.connectors.base import ConfigurationError
from collections_app.services.connectors import registry

# child rows added by code get no defaults of their own
NEW_STREAM = {"enabled": 1, "every_minutes": 60}


class ConnectorConfig(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.connector_stream.connector_stream import ConnectorStream

		company: DF.Link
		connector: DF.Autocomplete
		connector_name: DF.Data
		enabled: DF.Check
		inbox_folder: DF.Data | None
		last_sync: DF.Datetime | None
		status: DF.Literal["New", "Healthy", "Warning", "Failing"]
		status_message: DF.SmallText | None
		streams: DF.Table[ConnectorStream]

	# end: auto-generated types

	def validate(self):
		manifest = self.validate_connector()
		self.set_streams(manifest)
		self.validate_folder()

	def validate_connector(self):
		try:
			return registry.manifest(self.connector)
		except ConfigurationError as error:
			frappe.throw(str(error))

	def set_streams(self, manifest):
		"""Every stream the connector offers has its row, and only those."""
		rows = {row.stream: row for row in self.streams}
		self.streams = []
		for stream in manifest.streams:
			self.append("streams", rows.get(stream) or {"stream": stream, **NEW_STREAM})

	def validate_folder(self):
		if self.connector != "file_drop":
			return
		if not self.inbox_folder:
			self.inbox_folder = f"bank-statements/{frappe.scrub(self.company)}"
		try:
			registry.statement_folder(self.inbox_folder, create=True)
		except ConfigurationError as error:
			frappe.throw(str(error), title=_("This folder cannot be used"))
