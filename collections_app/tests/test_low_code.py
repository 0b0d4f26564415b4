"""Low-code connectors on a site: saved, shown in the gallery, exported, imported."""

import copy
import json

import frappe

from collections_app.api import connectors as connector_api
from collections_app.api import low_code as api
from collections_app.connectors.low_code.definition import Definition
from collections_app.services.connectors import registry, sync
from collections_app.services.connectors.credentials import credentials_of
from collections_app.tests.low_code import CREDENTIALS, DOCTYPE, LowCodeTestCase
from collections_app.tests.rest_server import APP_KEY, CLIENT, definition


class TestForm(LowCodeTestCase):
	def test_the_bank_as_a_form(self):
		"""An imported definition stands in the form in words a person knows"""
		doc = self.bring_in("bank")
		stream = doc.streams[0]
		self.assertEqual(
			(stream.target, stream.cursor, stream.paging, doc.auth_kind),
			("Bank Transactions", "Date", "Page Number", "API Key"),
		)
		required = {row.target_field for row in doc.mappings if row.required}
		self.assertEqual(required, {"booking_date"})

	def test_an_expression_that_is_none(self):
		"""Saving names stream, field and expression of what is no JMESPath"""
		doc = self.bring_in("bank")
		doc.mappings[0].expression = "data[?"
		said = self.refused(doc.save)
		self.assertIn("Stream transactions, field external_id", said)
		self.assertIn("data[?", said)

	def test_everything_wrong_is_told_at_once(self):
		"""Each problem is named with its row, all of them together"""
		doc = self.bring_in("bank")
		doc.streams[0].params = "{from: since}"
		doc.streams[0].path = "https://elsewhere.example/x"
		doc.mappings = [row for row in doc.mappings if row.target_field != "booking_date"]
		doc.append("mappings", {"stream": "no_such", "target_field": "amount", "expression": "a"})
		doc.append("mappings", {"stream": "transactions", "target_field": "colour", "expression": "a"})
		doc.append("mappings", {"stream": "transactions", "target_field": "amount", "expression": "a"})
		said = self.refused(doc.save)
		for part in (
			"Stream transactions, Parameters: is no JSON",
			"Stream transactions, path: must be a path below the base address",
			"Stream transactions, field booking_date: is required",
			"there is no stream no_such",
			"field colour: is no field of Bank Transactions",
			"amount of transactions is mapped twice",
		):
			self.assertIn(part, said)

	def test_a_secret_in_the_definition(self):
		"""What looks like a secret is refused, because a definition is exported"""
		doc = self.bring_in("bank")
		for field, value in {
			"headers": '{"Authorization": "Bearer abc123"}',
			"check_path": "me?api_key=abc123",
		}.items():
			with self.subTest(field):
				doc.reload()
				doc.set(field, value)
				self.assertIn("looks like a secret", self.refused(doc.save))

	def test_markup(self):
		"""An expression is kept as it was written; what Frappe would take for a tag is refused"""
		doc = self.bring_in("bank")
		doc.streams[0].page_next = "page < pages"
		doc.save()
		self.assertEqual(doc.reload().streams[0].page_next, "page < pages")
		doc.mappings[0].expression = "'<img src=x onerror=alert(1)>'"
		self.assertIn("directly before a letter", self.refused(doc.save))

	def test_name_of_a_coded_connector(self):
		said = self.refused(self.bring_in, "bank", name="file_drop")
		self.assertIn("file_drop", said)

	def test_new_streams_reach_the_connections(self):
		"""A connection learns of a new stream and keeps where the others stand"""
		doc, config = self.service("bank")
		frappe.db.set_value("Connector Stream", config.streams[0].name, "cursor", '{"accounts": {}}')
		doc.append(
			"streams", {**doc.streams[0].as_dict(no_default_fields=True), "stream": "more", "name": None}
		)
		for row in list(doc.mappings):
			doc.append("mappings", {**row.as_dict(no_default_fields=True), "stream": "more", "name": None})
		doc.save()
		config.reload()
		self.assertEqual([row.stream for row in config.streams], ["transactions", "more"])
		self.assertEqual(config.streams[0].cursor, '{"accounts": {}}')

	def test_another_address_forgets_the_secrets(self):
		"""Whoever points a definition elsewhere does not get what was entered for the address before."""
		doc, config = self.service("bank")
		doc.description = "Changed"
		doc.save()
		self.assertTrue(registry.settings_of(config.reload())["credentials"])
		doc.reload().production_url = "https://elsewhere.example.com"
		doc.save()
		self.assertEqual(credentials_of(config.reload(), registry.manifest(doc.name)), {})

	def test_deleted_only_when_unused(self):
		doc, config = self.service("bank")
		self.assertIn(config.name, self.refused(doc.delete))
		config.delete()
		doc.delete()
		self.assertFalse(frappe.db.exists(DOCTYPE, doc.name))


class TestGallery(LowCodeTestCase):
	def test_beside_the_coded_ones(self):
		"""The gallery shows it with its category, what it brings and what is entered"""
		doc = self.bring_in("bureau")
		card = next(one for one in connector_api.catalogue() if one["value"] == doc.name)
		self.assertEqual((card["category"], card["abilities"]), ("Credit Bureau", ["Credit reports"]))
		self.assertEqual(card["fields"], ["Client ID", "Client Secret", "Application Key"])

	def test_a_broken_definition_hides_only_itself(self):
		"""One that became invalid keeps nobody from the others, and says what is wrong when it is used"""
		doc, config = self.service("bank")
		frappe.db.set_value("Low-code Mapping", doc.mappings[0].name, "expression", "a..b")
		self.assertNotIn(doc.name, [one["value"] for one in connector_api.catalogue()])
		self.assertIn("file_drop", [one["value"] for one in connector_api.catalogue()])
		result = sync.sync_connector(config.name)[0]
		self.assertIn("has to be mended", result.error)


class TestTransfer(LowCodeTestCase):
	def test_round_trip(self):
		"""What was exported, imported again and exported is the same, for each kind of service"""
		for name in CREDENTIALS:
			with self.subTest(name):
				doc = self.bring_in(name)
				exported = api.export_definition(doc.name)
				other = {**exported, "name": f"{doc.name} again"}
				again = api.export_definition(api.import_definition(json.dumps(other))["name"])
				self.assertEqual(again, other)
				self.assertMeansTheSame({**definition(name), "name": doc.name}, exported)

	def assertMeansTheSame(self, one: dict, other: dict) -> None:
		self.assertEqual(repr(Definition.of(one)), repr(Definition.of(other)))

	def test_no_secrets(self):
		"""An export holds no credentials of a connection"""
		doc, _config = self.service("bureau")
		text = json.dumps(api.export_definition(doc.name))
		for secret in (*CLIENT, APP_KEY):
			self.assertNotIn(secret, text)

	def test_never_overwrites_silently(self):
		"""One of the same name is replaced only when that is asked for; its connections stay"""
		doc, config = self.service("bank")
		changed = {**definition("bank"), "name": doc.name, "description": "Changed"}
		said = self.refused(api.import_definition, json.dumps(changed))
		self.assertIn(doc.name, said)
		self.assertNotEqual(doc.reload().description, "Changed")
		self.assertTrue(api.import_definition(json.dumps(changed), replace=True)["replaced"])
		self.assertEqual(doc.reload().description, "Changed")
		self.assertEqual(registry.connect(config.reload()).definition.description, "Changed")

	def test_what_is_wrong_is_said(self):
		"""Nothing is imported of what is no definition, and the place is named"""
		bad = copy.deepcopy(definition("bank"))
		bad["streams"][0]["fields"]["amount"] = "a["
		bad["streams"][0]["colour"] = "red"
		for text, part in {
			"{": "no JSON",
			"[]": "no object",
			'{"format": "something_else"}': "no definition of a low-code connector",
			json.dumps(bad): "Stream transactions, field amount",
			json.dumps({**definition("bank"), "streams": []}): "no stream",
		}.items():
			with self.subTest(part):
				self.assertIn(part, self.refused(api.import_definition, text))
		self.assertIn("colour: is not known here", self.refused(api.import_definition, json.dumps(bad)))
		self.assertFalse(frappe.db.exists(DOCTYPE, "Rest Bank"))
