"""Connectors: found by hook, listed, each keeping the contract, read when their time has come."""

import inspect
import shutil
import sys
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import frappe
from frappe.utils import add_to_date, now_datetime

from collections_app.api import connectors as api
from collections_app.connectors.base import (
	BadRecord,
	Checkpoint,
	ConfigurationError,
	Connector,
	ConnectorError,
	Discovery,
	Manifest,
	Record,
	StreamSpec,
	TransientError,
)
from collections_app.connectors.manifest import CATEGORIES
from collections_app.services.connectors import registry, sync
from collections_app.services.connectors.batches import TARGETS
from collections_app.services.connectors.low_code import definitions
from collections_app.services.connectors.schedule import sync_due_connectors
from collections_app.tests.desk import make_user, signed_in
from collections_app.tests.statements import camt, drop, inbox, line
from collections_app.tests.utils import COMPANY, CollectionsTestCase, make_connector

OTHER = "other_app.connectors.acme"


ACME = Manifest(
	"acme", "Acme Bank", "Bank", "An example.", (StreamSpec("bank_statements", "bank_statement"),)
)


class Acme(Connector):
	"""A connector of another app."""

	manifest = ACME

	def check(self) -> str:
		raise ConfigurationError("Enter the key.")

	def discover(self) -> Discovery:
		return Discovery(("bank_statements",))

	def read(self, stream, cursor):
		if not cursor:
			yield BadRecord(stream, "1", "page 1", "<b>broken</b>")
			yield Checkpoint({"page": 1})
		raise TransientError("The bank is closed.")


class ConnectorTestCase(CollectionsTestCase):
	def setUp(self):
		super().setUp()
		patched = patch.object(frappe.db, "commit")
		patched.start()
		self.addCleanup(patched.stop)

	def make_connector(self):
		connector = make_connector()
		self.addCleanup(shutil.rmtree, inbox(connector), ignore_errors=True)
		return connector

	def install_acme(self) -> None:
		"""Another app that brings a connector, as far as the registry can see."""
		module = ModuleType(f"{OTHER}.connector")
		module.CONNECTOR = Acme
		module.MANIFEST = ACME
		packages = ("other_app", "other_app.connectors", OTHER)
		for name, one in {**{name: ModuleType(name) for name in packages}, module.__name__: module}.items():
			sys.modules[name] = one
			self.addCleanup(sys.modules.pop, name)
		self.add_hook(OTHER)

	def add_hook(self, path: str) -> None:
		"""What another app's `collections_connectors` names."""
		hooks = frappe.get_hooks

		def get_hooks(hook=None, *args, **kwargs):
			found = hooks(hook, *args, **kwargs)
			return [*found, path] if hook == "collections_connectors" else found

		patched = patch.object(frappe, "get_hooks", get_hooks)
		patched.start()
		self.addCleanup(patched.stop)


class TestRegistry(ConnectorTestCase):
	def test_found_by_hook(self):
		"""The connectors are those that the apps list in the hook `collections_connectors`"""
		self.assertEqual(
			sorted(registry.modules().values()), sorted(set(frappe.get_hooks("collections_connectors")))
		)
		self.assertIn("file_drop", registry.modules())

	def test_another_app_brings_one(self):
		"""Another app adds a connector by its hook alone"""
		self.install_acme()
		self.assertIn("acme", [one["value"] for one in api.catalogue()])
		config = frappe.get_doc(
			{"doctype": "Connector Config", "connector_name": "Acme", "connector": "acme", "company": COMPANY}
		).insert()
		self.assertEqual([row.stream for row in config.streams], ["bank_statements"])
		self.assertIsInstance(registry.connect(config), Acme)
		self.assertEqual(api.test_connection("Acme"), {"ok": False, "message": "Enter the key."})

	def test_unknown_connector(self):
		"""The form refuses a connector that no app brings and names it"""
		with self.assertRaises(frappe.ValidationError) as raised:
			frappe.get_doc(
				{
					"doctype": "Connector Config",
					"connector_name": "X",
					"connector": "no_such",
					"company": COMPANY,
				}
			).insert()
		self.assertIn("no_such", str(raised.exception))

	def test_streams_of_the_form(self):
		"""The form has every stream of the manifest once, keeps its settings, and no other stream"""
		config = self.make_connector()
		config.streams[0].every_minutes = 15
		config.append("streams", {"stream": "made_up"})
		config.save()
		self.assertEqual(
			[(row.stream, row.every_minutes) for row in config.streams], [("bank_statements", 15)]
		)

	def test_catalogue(self):
		"""What can be connected has a label, a description and a category, for those who may see it"""
		self.install_acme()
		entries = api.catalogue()
		self.assertEqual({one["value"] for one in entries}, {*registry.modules(), *definitions.names()})
		for one in entries:
			self.assertTrue(one["label"] and one["description"] and one["category"])
		with signed_in(make_user("Collector")):
			self.assertRaises(frappe.PermissionError, api.catalogue)


class TestContract(ConnectorTestCase):
	"""What each connector of this site has to keep, whoever wrote it."""

	def each(self):
		for name, path in registry.modules().items():
			with self.subTest(name):
				module = registry._module(name)
				yield name, path, module.MANIFEST, module.CONNECTOR

	def test_manifest(self):
		"""The manifest is complete, true to its folder, and its limits are positive"""
		for name, path, manifest, _connector in self.each():
			self.assertEqual((manifest.name, path.rsplit(".", 1)[-1]), (name, name))
			self.assertIn(manifest.category, CATEGORIES)
			self.assertTrue(manifest.label and manifest.description)
			self.assertTrue(manifest.docs.startswith("https://"))
			self.assertTrue(manifest.streams or manifest.actions)
			self.assertTrue(all(value > 0 for name, value in manifest.limits.items() if name != "calls"))
			folder = Path(inspect.getfile(registry._module(name))).parent
			self.assertEqual(Manifest.read(folder), manifest)

	def test_never_the_framework(self):
		"""A connector does not touch the database: it does not even import the framework"""
		for name, _path, _manifest, _connector in self.each():
			folder = Path(inspect.getfile(registry._module(name))).parent
			for source in folder.rglob("*.py"):
				self.assertNotRegex(source.read_text(), r"(?m)^\s*(import|from) (frappe|erpnext)\b")

	def test_verbs(self):
		"""The verbs that the manifest promises are there, and the runner can write every stream"""
		for _name, _path, manifest, connector in self.each():
			self.assertTrue(issubclass(connector, Connector))
			promised = {"check"} | ({"read", "discover"} if manifest.streams else set())
			promised |= {"push", "status"} if manifest.actions else set()
			for verb in promised:
				self.assertIsNot(getattr(connector, verb), getattr(Connector, verb), verb)
			self.assertLessEqual({one.target for one in manifest.streams}, set(TARGETS))

	def test_without_settings(self):
		"""An unfinished configuration is a ConnectorError that says what is missing"""
		for _name, _path, _manifest, connector in self.each():
			with self.assertRaises(ConnectorError) as raised:
				connector({}).check()
			self.assertTrue(str(raised.exception))

	def test_file_drop(self):
		"""Check tells what waits, discover the streams, read gives records, bad records and checkpoints"""
		config = self.make_connector()
		drop(config, camt([line(10)]), "a.xml")
		drop(config, "no statement", "b.xml")
		connector = registry.connect(config)
		self.assertIn("2 file(s)", connector.check())
		self.assertEqual(connector.discover().streams, ("bank_statements",))
		entries = list(connector.read("bank_statements", {}))
		self.assertEqual(
			[(type(one), one.source) for one in entries],
			[(Record, "a.xml"), (Checkpoint, "a.xml"), (BadRecord, "b.xml"), (Checkpoint, "b.xml")],
		)
		again = list(connector.read("bank_statements", {}))
		self.assertEqual([one.external_id for one in again[::2]], [one.external_id for one in entries[::2]])


class TestRunner(ConnectorTestCase):
	def test_cursor_and_failures_outlive_an_outage(self):
		"""What came before the outage is kept and the next sync goes on from there"""
		self.install_acme()
		config = frappe.get_doc(
			{"doctype": "Connector Config", "connector_name": "Acme", "connector": "acme", "company": COMPANY}
		).insert()
		(result,) = sync.sync_connector("Acme")
		self.assertEqual((result.status, result.error), ("Failed", "The bank is closed."))
		self.assertEqual([one["message"] for one in result.failures], ["‹b›broken‹/b›"])
		config.reload()
		self.assertEqual((config.status, config.status_message), ("Failing", "The bank is closed."))
		self.assertEqual(config.streams[0].cursor, '{"page": 1}')
		self.assertIsNone(config.streams[0].last_success)
		(result,) = sync.sync_connector("Acme")
		self.assertEqual(result.failures, [])

	def test_a_stream_switched_off(self):
		"""Only enabled streams are read"""
		config = self.make_connector()
		config.streams[0].enabled = 0
		config.save()
		drop(config, camt([line(10)]))
		self.assertEqual(sync.sync_connector(config.name), [])

	def test_next_time(self):
		"""After a sync the stream waits for its own interval"""
		config = self.make_connector()
		config.streams[0].every_minutes = 90
		config.save()
		sync.sync_connector(config.name)
		stream = config.reload().streams[0]
		self.assertGreater(stream.next_allowed, add_to_date(now_datetime(), minutes=85))
		self.assertLess(stream.next_allowed, add_to_date(now_datetime(), minutes=91))
		self.assertIsNotNone(stream.last_success)


class TestSchedule(ConnectorTestCase):
	def due(self) -> list[str]:
		"""The connectors that the scheduler would enqueue now."""
		with patch.object(frappe, "enqueue") as enqueue:
			sync_due_connectors()
		for call in enqueue.call_args_list:
			self.assertIs(frappe.get_attr(call.args[0]), sync.sync_connector)
			self.assertEqual(call.kwargs["queue"], "long")
			self.assertTrue(call.kwargs["deduplicate"])
			self.assertIn(call.kwargs["name"], call.kwargs["job_id"])
		return [call.kwargs["name"] for call in enqueue.call_args_list]

	def test_only_what_is_due(self):
		"""Never read, or its time has come: due; waiting, switched off in whole or in part: not"""
		now = now_datetime()
		cases = {
			"never": ({}, {}),
			"past": ({}, {"next_allowed": add_to_date(now, minutes=-1)}),
			"future": ({}, {"next_allowed": add_to_date(now, minutes=5)}),
			"disabled": ({"enabled": 0}, {}),
			"stream disabled": ({}, {"enabled": 0}),
		}
		names = {}
		for label, (on_config, on_stream) in cases.items():
			config = self.make_connector()
			names[config.name] = label
			config.update(on_config)
			config.streams[0].update(on_stream)
			config.save()
		due = [names[name] for name in self.due() if name in names]
		self.assertEqual(sorted(due), ["never", "past"])

	def test_each_once(self):
		"""A connector just read is not due again"""
		config = self.make_connector()
		self.assertEqual(self.due().count(config.name), 1)
		sync.sync_connector(config.name)
		self.assertNotIn(config.name, self.due())
