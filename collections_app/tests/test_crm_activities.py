"""The CRM learns what happened, once, and what changed; nothing of it touches the messages."""

import json
from unittest.mock import patch

import frappe
from frappe.utils import add_days, add_to_date, now_datetime

from collections_app.api import connectors as api
from collections_app.api.crm import log_again
from collections_app.api.settings import connectors_that
from collections_app.connectors.records import CustomerField
from collections_app.services.connectors import attempts, identities
from collections_app.services.crm import activities, collect, customers
from collections_app.tests.desk import make_case, make_user, restrict, signed_in
from collections_app.tests.providers.hubspot import CREDENTIALS, HubSpotServer
from collections_app.tests.test_permissions import other_company
from collections_app.tests.utils import COMPANY, configure
from collections_app.tests.world import CycleTestCase, make_dispute, make_plan, make_promise

NOTES = "/crm/v3/objects/notes"
COMPANIES = "/crm/v3/objects/companies"


class CrmTestCase(CycleTestCase):
	"""The company's CRM is HubSpot, which knows one of its customers."""

	FIELDS = "overdue_amount: collections_overdue\nrisk_band: collections_risk\ncredit_hold: collections_hold"

	def setUp(self):
		super().setUp()
		self.server = HubSpotServer().start()
		self.addCleanup(self.server.stop)
		hosts = frappe.local.conf.get("collections_allowed_hosts")
		frappe.local.conf["collections_allowed_hosts"] = [self.server.host]
		self.addCleanup(frappe.local.conf.__setitem__, "collections_allowed_hosts", hosts)
		self.config = self.hubspot()
		self.choose(crm=self.config.name, crm_activities=1, crm_fields=self.FIELDS)
		self.who = self.known_customer()

	def hubspot(self):
		config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"HubSpot {frappe.generate_hash(length=6)}",
				"connector": "hubspot",
				"company": COMPANY,
				"base_url": self.server.url,
			}
		).insert()
		api.save_credentials(config.name, dict(CREDENTIALS))
		frappe.db.commit()
		return config

	def choose(self, **values) -> None:
		configure()
		settings = frappe.get_single("Collections Settings")
		settings.companies[0].update(values)
		settings.save()
		frappe.db.commit()

	def known_customer(self) -> str:
		"""A customer that the CRM has by the same name; the sync of its companies finds it."""
		customer = self.customer()
		name = frappe.db.get_value("Customer", customer, "customer_name")
		number = self.server.add(name=name, website="https://a.example")
		self.assertEqual(identities.find(self.config.name, number, name=name), customer)
		frappe.db.commit()
		return customer

	def note_count(self) -> int:
		return len(self.server.notes)

	def waiting(self, **filters) -> list:
		return frappe.get_all(
			"CRM Activity", {"company": COMPANY, **filters}, ["*"], order_by="happened_at, name"
		)

	def write(self) -> dict:
		collect.collect()
		return activities.log_waiting(self.config.name)

	def recover(self) -> None:
		"""The provider answers again, and the pause after failures is over."""
		self.server.forget()
		frappe.db.set_value("Connector Config", self.config.name, "state", "{}")


class TestActivities(CrmTestCase):
	def sent_message(self):
		make_plan((1, "Email"))
		self.invoice(self.who, 119)
		self.send()
		action = self.action()
		frappe.db.set_value("Collection Action", action.name, {"status": "Sent", "sent_at": now_datetime()})
		return action

	def test_all_that_is_told(self):
		"""A message that went out, its answer, a promise and a dispute are activities of the company there"""
		action = self.sent_message()
		frappe.db.set_value("Collection Action", action.name, "replied_at", now_datetime())
		promised, disputed = self.invoice(self.who, 50), self.invoice(self.who, 70)
		make_promise(self.who, promised)
		make_dispute(disputed)
		self.assertEqual(self.write(), {"logged": 4, "failed": 0, "left": 0})
		self.assertEqual(
			{one.kind for one in self.waiting(status="Logged")}, {"Message", "Answer", "Promise", "Dispute"}
		)
		texts = " ".join(note["properties"]["hs_note_body"] for note in self.server.notes)
		for part in (action.name, "119", disputed.name):
			self.assertIn(part, texts)
		number = identities.number_of(self.config.name, self.who)
		self.assertTrue(all(note["associations"][0]["to"]["id"] == number for note in self.server.notes))
		log = frappe.get_all(
			"Connector Log", {"connector": self.config.name, "kind": "Push"}, ["status", "reference_doctype"]
		)
		self.assertEqual(
			[(one.status, one.reference_doctype) for one in log], [("Success", "CRM Activity")] * 4
		)

	def test_each_once(self):
		"""Found again by every look, written once"""
		self.sent_message()
		self.write()
		self.assertEqual(self.write(), {"logged": 0, "failed": 0, "left": 0})
		self.assertEqual(self.note_count(), 1)

	def test_two_jobs_at_once(self):
		"""What one job has in hand the other leaves alone"""
		self.sent_message()
		collect.collect()
		(one,) = self.waiting()
		self.assertTrue(attempts.claim(activities.DOCTYPE, one.name))
		self.assertIsNone(activities._log(one.name))
		self.assertEqual(self.note_count(), 0)

	def test_the_crm_is_down(self):
		"""It waits and is written later; the message stays as it is"""
		action = self.sent_message()
		self.server.fault("401", 5, path=NOTES)
		self.assertEqual(self.write(), {"logged": 0, "failed": 0, "left": 1})
		(one,) = self.waiting()
		self.assertEqual((one.status, one.attempts), ("Waiting", 1))
		self.assertTrue(one.error)
		self.assertEqual(frappe.db.get_value("Collection Action", action.name, "status"), "Sent")
		self.recover()
		self.assertEqual(self.write()["logged"], 1)
		self.assertEqual(self.note_count(), 1)

	def test_nobody_knows(self):
		"""Without a clear answer it is never written twice by itself; a person may have it tried again"""
		self.sent_message()
		self.server.fault("cut", 1, path=NOTES)
		self.write()
		(one,) = self.waiting()
		self.assertEqual(one.status, "Uncertain")
		self.recover()
		self.write()
		calls = len(self.server.calls(NOTES, "POST"))
		self.assertEqual(calls, 0)
		with signed_in(make_user("Credit Manager")):
			self.assertEqual(log_again(one.name), "Waiting")
		self.assertEqual(self.write()["logged"], 1)
		with self.assertRaises(frappe.ValidationError):
			log_again(one.name)

	def test_a_job_that_died(self):
		"""What it had in hand becomes Uncertain, and is not written again"""
		self.sent_message()
		collect.collect()
		(one,) = self.waiting()
		attempts.claim(activities.DOCTYPE, one.name)
		frappe.db.set_value(
			"CRM Activity", one.name, "attempted_at", add_to_date(now_datetime(), minutes=-20)
		)
		with patch.object(frappe, "enqueue"):
			activities.queue_activities()
		self.assertEqual(self.waiting()[0].status, "Uncertain")
		self.assertEqual(self.note_count(), 0)

	def test_one_that_the_crm_refuses(self):
		"""It is told, and the others go on"""
		make_promise(self.who, self.invoice(self.who, 50))
		make_dispute(self.invoice(self.who, 70))
		self.server.fault("422", 1, path=NOTES)
		self.assertEqual(self.write(), {"logged": 1, "failed": 1, "left": 0})

	def test_whom_the_crm_does_not_know(self):
		"""Nothing is written about him until he is found"""
		stranger = self.customer()
		make_promise(stranger, self.invoice(stranger, 50))
		self.write()
		self.assertFalse(self.waiting())
		name = frappe.db.get_value("Customer", stranger, "customer_name")
		identities.find(self.config.name, self.server.add(name=name), name=name)
		self.assertEqual(self.write()["logged"], 1)

	def test_switched_off(self):
		"""Without the switch, or without a CRM, nothing waits"""
		make_promise(self.who, self.invoice(self.who, 50))
		for values in ({"crm": self.config.name, "crm_activities": 0}, {"crm": None}):
			with self.subTest(values):
				self.choose(**values)
				self.assertEqual(collect.collect(), 0)

	def test_of_long_ago(self):
		"""A CRM that is chosen today is not flooded with the past"""
		promise = make_promise(self.who, self.invoice(self.who, 50))
		frappe.db.set_value("Promise to Pay", promise.name, "creation", add_days(now_datetime(), -4))
		self.assertEqual(collect.collect(), 0)

	def test_a_job_for_each_crm(self):
		make_promise(self.who, self.invoice(self.who, 50))
		with patch.object(frappe, "enqueue") as enqueue:
			activities.queue_activities()
			self.assertEqual(enqueue.call_args.kwargs["connector"], self.config.name)
			enqueue.reset_mock()
			activities.log_waiting(self.config.name)
			activities.queue_activities()
			enqueue.assert_not_called()


class TestCustomers(CrmTestCase):
	def tell(self) -> dict:
		return customers.tell_changes(self.config.name, COMPANY)

	def there(self) -> dict:
		return self.server.objects["companies"][0]["properties"]

	def test_what_changed(self):
		"""The chosen values in one call; told again only when they change"""
		make_case(self.who, overdue=119.5, risk_band="C")
		self.assertEqual(self.tell(), {"told": 1, "failed": 0})
		found = {
			name: self.there()[name]
			for name in ("collections_overdue", "collections_risk", "collections_hold")
		}
		self.assertEqual(
			found, {"collections_overdue": "119.50", "collections_risk": "C", "collections_hold": "false"}
		)
		self.assertEqual(len(self.server.calls(COMPANIES, "PATCH")), 1)
		self.assertEqual(self.tell(), {"told": 0, "failed": 0})
		make_case(self.who, overdue=119.5, risk_band="C", delivery_stopped=1)
		self.assertEqual(self.tell(), {"told": 1, "failed": 0})
		(last,) = self.server.calls(COMPANIES, "PATCH")[1:]
		self.assertEqual(last.json(), {"properties": {"collections_hold": "true"}})

	def test_only_whom_it_knows(self):
		make_case(self.customer(), overdue=50)
		self.assertEqual(self.tell(), {"told": 0, "failed": 0})

	def test_refused_and_told_later(self):
		"""What the CRM refuses is told, stands at the customer, and is tried the next day"""
		make_case(self.who, overdue=119.5)
		self.server.fault("422", 1, path=COMPANIES)
		self.assertEqual(self.tell(), {"told": 0, "failed": 1})
		kept = frappe.get_last_doc("CRM Customer", {"company": COMPANY})
		self.assertEqual((json.loads(kept.told), bool(kept.error)), ({}, True))
		self.assertEqual(self.tell(), {"told": 1, "failed": 0})
		kept.reload()
		self.assertFalse(kept.error)

	def test_the_crm_is_down(self):
		make_case(self.who, overdue=119.5)
		self.server.fault("403", 9, path=COMPANIES)
		self.assertEqual(self.tell(), {"told": 0, "failed": 0})
		self.assertFalse(frappe.db.count("CRM Customer", {"company": COMPANY}))
		self.recover()
		self.assertEqual(self.tell()["told"], 1)

	def test_a_job_for_each_company(self):
		with patch.object(frappe, "enqueue") as enqueue:
			customers.queue_updates()
		self.assertEqual(enqueue.call_args.kwargs["company"], COMPANY)

	def test_of_one_customer(self):
		"""Values of two customers are never written to one"""
		from collections_app.connectors.errors import DataError
		from collections_app.connectors.hubspot.mapper import properties_of

		with self.assertRaises(DataError):
			properties_of([CustomerField("1", "a", "x"), CustomerField("2", "a", "x")])


class TestSettings(CrmTestCase):
	def refused(self, part: str, **values) -> None:
		with self.assertRaises(frappe.ValidationError) as raised:
			self.choose(**values)
		self.assertIn(part, str(raised.exception))
		frappe.db.rollback()

	def test_fields_that_cannot_be_read(self):
		"""The line is named"""
		self.refused("Line 2", crm=self.config.name, crm_fields="risk_band: a\nsalary: b")
		self.refused("Line 1", crm=self.config.name, crm_fields="risk_band")

	def test_a_connector_that_does_not_do_it(self):
		self.refused("does not do that", payment_links_through=self.config.name)

	def test_what_is_offered(self):
		"""The field offers the company's connections that do it, and no others"""
		asked = {
			"doctype": "Connector Config",
			"txt": "hub",
			"searchfield": "name",
			"start": 0,
			"page_len": 9,
		}
		for company, action, found in (
			(COMPANY, "log_activity", [[self.config.name]]),
			(COMPANY, "create_payment_link", []),
			(other_company(), "log_activity", []),
		):
			filters = {
				"company": company,
				"actions": [action, "update_customer"][: 1 + (action == "log_activity")],
			}
			self.assertEqual(connectors_that(**asked, filters=filters), found)

	def test_of_another_company(self):
		self.config.db_set("company", other_company())
		self.refused("is not one of", crm=self.config.name)


class TestWhoSeesIt(CrmTestCase):
	def test_permissions(self):
		"""Collectors see them and change nothing; strangers, and those of another company, see nothing"""
		make_promise(self.who, self.invoice(self.who, 50))
		collect.collect()
		one = frappe.get_last_doc("CRM Activity", {"company": COMPANY})
		for doctype in ("CRM Activity", "CRM Customer"):
			with signed_in(make_user("Collector")):
				self.assertTrue(frappe.has_permission(doctype, "read"))
				self.assertFalse(frappe.has_permission(doctype, "write"))
			with signed_in(make_user("Sales User")):
				self.assertFalse(frappe.has_permission(doctype, "read"))
		user = make_user("Collector")
		restrict(user, "Company", other_company())
		with signed_in(user):
			self.assertFalse(one.has_permission("read"))
