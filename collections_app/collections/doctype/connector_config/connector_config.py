import secrets

import frappe
from frappe import _
from frappe.model.document import Document

from collections_app.connectors.base import ConfigurationError
from collections_app.connectors.http.guard import check_url
from collections_app.services.connectors import registry
from collections_app.services.connectors.credentials import forget, forget_elsewhere
from collections_app.services.texts import message_of

SANDBOX = "sandbox"


class ConnectorConfig(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.connector_account.connector_account import ConnectorAccount
		from collections_app.collections.doctype.connector_stream.connector_stream import ConnectorStream

		accounts: DF.Table[ConnectorAccount]
		base_url: DF.Data | None
		company: DF.Link
		connector: DF.Autocomplete
		connector_name: DF.Data
		consent_until: DF.Date | None
		enabled: DF.Check
		environment: DF.Literal[""]
		inbox_folder: DF.Data | None
		last_sync: DF.Datetime | None
		settings: DF.JSON | None
		state: DF.JSON | None
		status: DF.Literal["New", "Healthy", "Warning", "Failing"]
		status_message: DF.SmallText | None
		streams: DF.Table[ConnectorStream]
		webhook_token: DF.Data | None

	# end: auto-generated types

	def before_insert(self):
		"""A copy begins without what belongs to the original: its memory and the address that its provider calls."""
		self.settings = self.state = self.webhook_token = None

	def after_insert(self):
		forget(self.name)

	def validate(self):
		manifest = self.validate_connector()
		self.set_streams(manifest)
		self.set_environment(manifest)
		self.validate_address()
		self.validate_accounts()
		self.set_webhook_token(manifest)
		self.validate_folder()

	def on_update(self):
		before = self.get_doc_before_save()
		if before and before.base_url != self.base_url:
			usual = (
				registry.manifest(self.connector).environments.get(self.environment or "", {}).get("base_url")
			)
			forget_elsewhere(self.name, [before.base_url or usual], [self.base_url or usual])

	def validate_connector(self):
		try:
			return registry.manifest(self.connector)
		except ConfigurationError as error:
			frappe.throw(message_of(error))

	def set_streams(self, manifest):
		"""Every stream the connector offers has its row, and only those."""
		rows = {row.stream: row for row in self.streams}
		self.streams = []
		for stream in manifest.streams:
			new = {"stream": stream.name, "enabled": 1, "every_minutes": stream.every_minutes}
			row = self.append("streams", rows.get(stream.name) or new)
			row.label = stream.label or stream.name

	def set_environment(self, manifest):
		"""One of the provider's; where none was chosen the one to try it in."""
		environments = list(manifest.environments)
		if not environments:
			self.environment = None
		elif self.environment not in environments:
			if self.environment:
				frappe.throw(_("{0} has no environment {1}.").format(_(manifest.label), self.environment))
			self.environment = SANDBOX if SANDBOX in environments else environments[0]

	def validate_address(self):
		self.base_url = (self.base_url or "").strip().rstrip("/") or None
		if not self.base_url:
			return
		try:
			check_url(self.base_url, frozenset(frappe.conf.get("collections_allowed_hosts") or ()))
		except ConfigurationError as error:
			frappe.throw(message_of(error), title=_("This address cannot be used"))

	def validate_accounts(self):
		"""A provider's account is one of the company's own bank accounts, and no two are the same."""
		chosen = [row.bank_account for row in self.accounts if row.bank_account]
		for row in self.accounts:
			if not row.bank_account:
				continue
			if chosen.count(row.bank_account) > 1:
				frappe.throw(
					_("Row {0}: Bank Account {1} is chosen twice.").format(row.idx, row.bank_account)
				)
			company = frappe.db.get_value("Bank Account", row.bank_account, "company")
			if company != self.company:
				frappe.throw(
					_("Row {0}: Bank Account {1} is not one of {2}.").format(
						row.idx, row.bank_account, self.company
					)
				)

	def set_webhook_token(self, manifest):
		"""The unguessable part of the address that the provider calls."""
		if manifest.webhook and not self.webhook_token:
			self.webhook_token = secrets.token_urlsafe(32)

	def validate_folder(self):
		if not registry.reads_files(self.connector):
			return
		if not self.inbox_folder:
			self.inbox_folder = f"bank-statements/{frappe.scrub(self.company)}"
		try:
			registry.statement_folder(self.inbox_folder, create=True)
		except ConfigurationError as error:
			frappe.throw(message_of(error), title=_("This folder cannot be used"))
