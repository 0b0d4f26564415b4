"""What the app brings to a site: hooks that lead somewhere, seeds once, the same things put in and taken out."""

import importlib
import inspect
import json
from pathlib import Path
from unittest.mock import patch

import frappe

from collections_app import hooks, install, uninstall
from collections_app.constants.custom_fields import CUSTOM_FIELDS
from collections_app.constants.roles import APP_ROLES
from collections_app.services.cases.records import ensure_cases
from collections_app.services.settings import as_time
from collections_app.setup import seed
from collections_app.tests.utils import COMPANY, CollectionsTestCase

APP = Path(frappe.get_app_path("collections_app"))


def resolve(path: str):
	module, name = path.rsplit(".", 1)
	return getattr(importlib.import_module(module), name)


def dotted_paths(value) -> list[str]:
	"""Every text in hooks that looks like a path into the app."""
	if isinstance(value, str):
		return [value] if value.startswith("collections_app.") else []
	values = value.values() if isinstance(value, dict) else value
	return (
		[path for one in values for path in dotted_paths(one)]
		if isinstance(value, dict | list | tuple)
		else []
	)


class TestHooks(CollectionsTestCase):
	def test_every_path_resolves(self):
		"""Each dotted path in hooks.py, scheduler events included, leads to something; functions can be called."""
		paths = [
			path for name, value in vars(hooks).items() if name[0] != "_" for path in dotted_paths(value)
		]
		self.assertIn("collections_app.tasks.run_daily_cycle", paths)
		for path in paths:
			with self.subTest(path):
				found = (
					importlib.import_module(path)
					if path.startswith("collections_app.connectors.")
					else resolve(path)
				)
				self.assertTrue(inspect.ismodule(found) or callable(found))

	def test_scheduled(self):
		"""The daily run, the connectors, the outbox and the follow-up are on the schedule of the site."""
		methods = set(frappe.get_all("Scheduled Job Type", pluck="method"))
		for events in (*hooks.scheduler_events.values(), *hooks.scheduler_events["cron"].values()):
			self.assertTrue(isinstance(events, dict) or set(events) <= methods, events)

	def test_files_named_in_hooks_exist(self):
		"""Form scripts are where hooks.py says."""
		for path in hooks.doctype_js.values():
			self.assertTrue((APP / path).is_file(), path)

	def test_patches_resolve(self):
		"""Each line of patches.txt leads to a module with execute(), or runs as a statement."""
		lines = (APP / "patches.txt").read_text(encoding="utf-8").splitlines()
		patches = [line.split("#")[0].strip() for line in lines]
		for line in patches:
			if not line or line.startswith("["):
				continue
			with self.subTest(line):
				if line.startswith("execute:"):
					compile(line.removeprefix("execute:"), "patches.txt", "exec")
					exec(line.removeprefix("execute:").strip(), {"frappe": frappe})
				else:
					self.assertTrue(callable(resolve(f"{line.split()[0]}.execute")))

	def test_doctypes_are_complete(self):
		"""Each DocType of the module is installed, has a controller of its own and sorts by a named field."""
		for file in sorted((APP / "collections" / "doctype").glob("*/*.json")):
			definition = json.loads(file.read_text(encoding="utf-8"))
			with self.subTest(definition["name"]):
				self.assertTrue(frappe.db.exists("DocType", definition["name"]))
				controller = importlib.import_module(
					f"collections_app.collections.doctype.{file.stem}.{file.stem}"
				)
				self.assertTrue(hasattr(controller, definition["name"].replace(" ", "").replace("-", "")))


class TestSeeds(CollectionsTestCase):
	def records(self) -> dict[str, list[str]]:
		return {
			doctype: sorted(frappe.get_all(doctype, pluck="name"))
			for doctype in ("Dunning Plan", "Collection Letter", "Dispute Reason", "Risk Scorecard")
		}

	def test_present(self):
		"""Four plans, twelve letters in seven languages, the reasons and a scorecard, chosen in the settings."""
		found = self.records()
		for name in ("Gentle", "Standard", "Firm", "Key Account"):
			self.assertIn(name, found["Dunning Plan"])
		folders = list((APP / "data" / "letters").glob("*/letter.json"))
		self.assertEqual(len(folders), 12)
		for folder in folders:
			name = json.loads(folder.read_text(encoding="utf-8"))["letter_name"]
			languages = frappe.get_all("Collection Letter Translation", {"parent": name}, pluck="language")
			self.assertEqual(sorted(languages), ["de", "en", "es", "fr", "it", "nl", "pt"], name)
		self.assertTrue(found["Dispute Reason"])
		self.assertIn(
			frappe.db.get_single_value("Collections Settings", "scorecard"), found["Risk Scorecard"]
		)

	def test_for_every_company(self):
		"""The seeded plans are bound to no company, whatever default the installing user has."""
		names = [record["plan_name"] for record in seed.read_records("dunning_plans.json")]
		bound = frappe.get_all("Dunning Plan", {"name": ["in", names], "for_company": ["is", "set"]})
		self.assertEqual(bound, [])
		frappe.defaults.set_user_default("Company", frappe.get_all("Company", pluck="name")[0])
		plan = frappe.new_doc("Dunning Plan")
		plan._set_defaults()
		self.assertFalse(plan.for_company)

	def test_seeded_once_and_never_overwritten(self):
		"""Seeding again changes nothing the user changed and brings nothing twice."""
		before = self.records()
		frappe.db.set_value("Dunning Plan", "Gentle", {"priority": 77, "description": "mine"})
		frappe.db.set_value(
			"Collection Letter Translation", {"parent": "Final Notice", "language": "en"}, "subject", "Mine"
		)
		seed.seed()
		self.assertEqual(self.records(), before)
		self.assertEqual(
			frappe.db.get_value("Dunning Plan", "Gentle", ["priority", "description"]), (77, "mine")
		)
		subject = frappe.db.get_value(
			"Collection Letter Translation", {"parent": "Final Notice", "language": "en"}, "subject"
		)
		self.assertEqual(subject, "Mine")

	def test_companies_are_offered_switched_off(self):
		"""A company not listed yet is added to the settings, switched off."""
		settings = frappe.get_single("Collections Settings")
		settings.companies = []
		settings.save()
		seed.fill_settings()
		rows = frappe.get_single("Collections Settings").companies
		self.assertEqual({row.company for row in rows}, set(frappe.get_all("Company", pluck="name")))
		self.assertFalse(any(row.enabled for row in rows))

	def test_sending_hours_of_a_new_site(self):
		"""A new site sends in office hours, whatever the time of its install; seeding again keeps the user's hours."""
		frappe.db.delete("Singles", {"doctype": "Collections Settings"})
		seed.fill_settings()
		settings = frappe.get_single("Collections Settings")
		self.assertEqual(str(as_time(settings.sending_from)), "08:00:00")
		self.assertEqual(str(as_time(settings.sending_until)), "18:00:00")
		settings.update({"sending_from": "09:30:00"})
		settings.save()
		seed.fill_settings()
		kept = frappe.get_single("Collections Settings").sending_from
		self.assertEqual(str(as_time(kept)), "09:30:00")


class TestInAndOut(CollectionsTestCase):
	def test_custom_fields(self):
		"""Each custom field of the dict is on the site."""
		for doctype, fields in CUSTOM_FIELDS.items():
			for field in fields:
				self.assertTrue(
					frappe.db.exists("Custom Field", {"dt": doctype, "fieldname": field["fieldname"]}), field
				)
				self.assertTrue(frappe.get_meta(doctype).has_field(field["fieldname"]))

	def test_installing_twice(self):
		"""Roles and fields made again are there once."""
		install.make_roles()
		install.make_custom_fields()
		for role in APP_ROLES:
			self.assertEqual(frappe.db.count("Role", {"name": role}), 1)
		for doctype, fields in CUSTOM_FIELDS.items():
			names = [field["fieldname"] for field in fields]
			self.assertEqual(
				frappe.db.count("Custom Field", {"dt": doctype, "fieldname": ["in", names]}), len(names)
			)

	def test_roles(self):
		"""The three roles reach the desk; fixtures name the same; every DocType lets the manager read."""
		for role in APP_ROLES:
			self.assertEqual(frappe.db.get_value("Role", role, "desk_access"), 1)
		self.assertEqual(set(hooks.fixtures[0]["filters"][0][2]), set(APP_ROLES))
		for doctype in frappe.get_all("DocType", {"module": "Collections", "istable": 0}, pluck="name"):
			roles = {row.role for row in frappe.get_meta(doctype).permissions if row.read}
			self.assertIn("Credit Manager", roles, doctype)

	def test_uninstall_removes_the_same(self):
		"""What install made of the dicts, uninstall deletes: every field and role, nothing of other apps."""
		deleted = []
		with (
			patch.object(
				frappe.db,
				"delete",
				lambda doctype, filters=None, **_kwargs: deleted.append((doctype, filters)),
			),
			patch.object(frappe, "delete_doc", lambda *args, **_kwargs: deleted.append(args)),
		):
			uninstall.before_uninstall()
		for doctype, fields in CUSTOM_FIELDS.items():
			names = [field["fieldname"] for field in fields]
			self.assertIn(("Custom Field", {"dt": doctype, "fieldname": ["in", names]}), deleted)
		for role in APP_ROLES:
			self.assertIn(("Role", {"name": role}), deleted)
			self.assertIn(("Has Role", {"role": role}), deleted)
		jobs = frappe.get_all("Scheduled Job Type", {"method": ["like", "collections_app.%"]}, pluck="name")
		self.assertTrue(jobs)
		self.assertIn(("Scheduled Job Type", {"name": ["in", jobs]}), deleted)
		self.assertTrue(all(filters for _doctype, filters in deleted), "nothing is deleted without a filter")

	def test_columns_go_when_the_app_is_gone(self):
		"""The columns of the custom fields are dropped, unless it is a dry run and the app still there."""
		dropped = []
		with (
			patch.object(frappe.db, "sql_ddl", dropped.append),
			patch.object(frappe.db, "commit"),
			patch.object(frappe.db, "delete"),
		):
			uninstall.after_uninstall()
			self.assertEqual(dropped, [])
			with patch.object(frappe.db, "exists", return_value=None):
				uninstall.after_uninstall()
		self.assertIn("alter table `tabCustomer` drop column `collections_risk_band`", dropped)
		self.assertIn("alter table `tabSales Invoice` drop column `collections_paused_until`", dropped)
		layout = ("Tab Break", "Section Break", "Column Break", "HTML")
		columns = [
			one for fields in CUSTOM_FIELDS.values() for one in fields if one["fieldtype"] not in layout
		]
		self.assertEqual(len(dropped), len(columns))

	def test_mails_stay_with_their_customer(self):
		"""A case's e-mail moves to the timeline of its customer; nothing points at the app any more."""
		customer = self.customer()
		mail = frappe.new_doc("Communication")
		mail.update({"communication_type": "Communication", "subject": "Reminder", "content": "Please pay"})
		for doctype, name in (("Customer", customer), ("Collection Action", "ACT")):
			mail.append("timeline_links", {"link_doctype": doctype, "link_name": name})
		mail.flags.ignore_links = True
		mail.insert()
		frappe.db.set_value(
			"Communication", mail.name, {"reference_doctype": "Collection Case", "reference_name": "CASE"}
		)
		uninstall.keep_mails(["Collection Case", "Collection Action"])
		kept = frappe.db.get_value("Communication", mail.name, ["reference_doctype", "reference_name"])
		self.assertEqual(kept, ("Customer", customer))
		links = frappe.get_all("Communication Link", {"parent": mail.name}, pluck="link_doctype")
		self.assertEqual(links, ["Customer"])

	def test_files_stay_with_their_customer(self):
		"""A file of an action, or of a record without a customer, can still be opened and deleted."""
		customer = self.customer()
		(case,) = ensure_cases(COMPANY, [customer]).values()
		files = []
		for doctype, name in (("Collection Case", case), ("Connector Config", "GONE")):
			file = frappe.get_doc(
				{"doctype": "File", "file_name": f"{frappe.generate_hash(length=8)}.txt", "content": "text"}
			).insert()
			frappe.db.set_value("File", file.name, {"attached_to_doctype": doctype, "attached_to_name": name})
			files.append(file.name)
		uninstall.keep_files(["Collection Case", "Connector Config"])
		kept = [
			frappe.db.get_value("File", name, ["attached_to_doctype", "attached_to_name"]) for name in files
		]
		self.assertEqual(kept, [("Customer", customer), (None, None)])
