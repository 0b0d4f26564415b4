import re

import frappe
from frappe import _
from frappe.model.document import Document

from collections_app.connectors.low_code.definition import DefinitionError
from collections_app.connectors.low_code.targets import TARGETS
from collections_app.connectors.manifest import ManifestError
from collections_app.services.connectors import registry
from collections_app.services.connectors.credentials import forget_elsewhere
from collections_app.services.connectors.low_code import definitions
from collections_app.services.connectors.low_code.transfer import refuse
from collections_app.services.connectors.low_code.words import TARGET

MARKUP = re.compile(r"<[A-Za-z/!?]")


class LowcodeConnector(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.low_code_mapping.low_code_mapping import LowcodeMapping
		from collections_app.collections.doctype.low_code_setting.low_code_setting import LowcodeSetting
		from collections_app.collections.doctype.low_code_stream.low_code_stream import LowcodeStream

		accounts_currency: DF.Data | None
		accounts_iban: DF.Data | None
		accounts_id: DF.Data | None
		accounts_label: DF.Data | None
		accounts_path: DF.Data | None
		accounts_rows: DF.Data | None
		auth_kind: DF.Literal[
			"None",
			"API Key",
			"Bearer Token",
			"Basic",
			"Login",
			"Client Credentials",
			"Authorization Code",
			"JWT",
		]
		basic_client: DF.Check
		category: DF.Literal[
			"Bank",
			"Credit Insurance",
			"Credit Bureau",
			"Letters",
			"Registered E-Mail",
			"Messaging",
			"CRM",
			"Accounting",
			"Payments",
		]
		check_path: DF.Data | None
		client_certificate: DF.Check
		connector_name: DF.Data
		description: DF.SmallText
		docs: DF.Data | None
		has_production: DF.Check
		has_sandbox: DF.Check
		headers: DF.SmallText | None
		jwt_algorithm: DF.Literal["RS256", "RS384", "RS512", "ES256", "PS256"]
		jwt_claims: DF.SmallText | None
		jwt_key_id: DF.Data | None
		key_name: DF.Data | None
		key_place: DF.Literal["Header", "Query", "Body"]
		key_prefix: DF.Data | None
		limit_calls: DF.Int
		limit_daily: DF.Int
		limit_seconds: DF.Int
		login_body: DF.SmallText | None
		login_expires_in: DF.Data | None
		login_path: DF.Data | None
		login_token: DF.Data | None
		mappings: DF.Table[LowcodeMapping]
		needs: DF.SmallText | None
		production_authorize_url: DF.Data | None
		production_token_url: DF.Data | None
		production_url: DF.Data | None
		sandbox_authorize_url: DF.Data | None
		sandbox_token_url: DF.Data | None
		sandbox_url: DF.Data | None
		scope: DF.Data | None
		settings: DF.Table[LowcodeSetting]
		streams: DF.Table[LowcodeStream]

	# end: auto-generated types

	def validate(self):
		self.refuse_markup()
		self.mark_required()
		if self.connector_name in registry.modules():
			frappe.throw(_("{0} is the name of a connector already.").format(self.connector_name))
		try:
			definitions.compiled(self)
		except DefinitionError as error:
			refuse(error.problems)
		except ManifestError as error:
			refuse([str(error)])

	def refuse_markup(self):
		"""Frappe would quietly cut a tag out of an expression, and with it its meaning."""
		for doc in (self, *self.get_all_children()):
			for fieldname, value in doc.get_valid_dict().items():
				if isinstance(value, str) and MARKUP.search(value):
					refuse(
						[
							_("{0}: {1} has a < directly before a letter. Put a space between them.").format(
								_(doc.meta.get_label(fieldname)), value
							)
						]
					)

	def mark_required(self):
		"""The fields that a target cannot do without, for the eye."""
		targets = {row.stream: TARGETS.get(TARGET.get(row.target)) for row in self.streams}
		for row in self.mappings:
			target = targets.get(row.stream)
			field = target and target.field(row.target_field or "")
			row.required = int(bool(field and field.required))

	def on_update(self):
		"""The connections learn of new streams, and forget those that are gone."""
		if self.flags.in_insert:
			return
		before = self.get_doc_before_save()
		for name in definitions.connections(self.name):
			if before:
				forget_elsewhere(name, definitions.addresses(before), definitions.addresses(self))
			config = frappe.get_doc("Connector Config", name)
			try:
				config.save(ignore_permissions=True)
			except frappe.ValidationError as error:
				frappe.throw(
					_("The connection {0} does not fit this definition: {1}").format(frappe.bold(name), error)
				)

	def on_trash(self):
		used = definitions.connections(self.name)
		if used:
			frappe.throw(
				_("{0} is used by {1}. Delete that connection first.").format(self.name, ", ".join(used))
			)
