"""Registers and lists about customers: identified, asked, watched; what they say counts, what they do not say changes nothing."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import connectors as connectors_api
from collections_app.api import credit_reports as api
from collections_app.services.connectors import parked
from collections_app.services.connectors.sync import sync_connector
from collections_app.services.scoring.outside import report_records
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.providers import companies_house, insee_sirene, opensanctions, vies
from collections_app.tests.test_connectors import ConnectorTestCase
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import other_company

SERVERS = {
	"companies_house": companies_house.CompaniesHouseServer,
	"insee_sirene": insee_sirene.InseeSireneServer,
	"opensanctions": opensanctions.OpenSanctionsServer,
	"vies": vies.ViesServer,
}
CREDENTIALS = {
	"companies_house": companies_house.CREDENTIALS,
	"insee_sirene": insee_sirene.CREDENTIALS,
	"opensanctions": opensanctions.CREDENTIALS,
	"vies": vies.CREDENTIALS,
}
SIREN, FRENCH_VAT = "732829320", "FR44732829320"


class CreditProviderTestCase(ConnectorTestCase):
	connector = ""

	def setUp(self):
		super().setUp()
		self.server = SERVERS[self.connector]().start()
		self.addCleanup(self.server.stop)
		before = frappe.local.conf.get("collections_allowed_hosts")
		frappe.local.conf["collections_allowed_hosts"] = [self.server.host]
		self.addCleanup(frappe.local.conf.__setitem__, "collections_allowed_hosts", before)
		self.config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"{self.connector} {frappe.generate_hash(length=6)}",
				"connector": self.connector,
				"company": COMPANY,
				"environment": "production",
				"base_url": self.server.url,
			}
		).insert()
		self.enter()
		self.debtor = self.customer()

	def enter(self, **values):
		"""What an administrator enters beside the key."""
		connectors_api.save_credentials(self.config.name, {**CREDENTIALS[self.connector], **values})
		self.config.reload()

	def choose(self, number: str, customer: str | None = None) -> str:
		return api.choose_candidate(self.config.name, customer or self.debtor, number, "As Told", "")

	def order(self, customer: str | None = None) -> dict:
		return api.order_report(self.config.name, customer or self.debtor)

	def identify(self, **said) -> list[dict]:
		return api.identify(self.config.name, self.debtor, **said)

	def sync(self):
		(result,) = sync_connector(self.config.name)
		return result

	def reports(self, customer: str | None = None) -> list:
		return frappe.get_all(
			"Credit Report",
			{"customer": customer or self.debtor},
			["name", "reported_on", "summary", "details", "provider_score", "valid_until"],
			order_by="creation",
		)

	def backdate(self, report, days: int, **values) -> None:
		"""As if the report had been made so many days ago."""
		day = add_days(report.reported_on, -days)
		frappe.db.set_value("Credit Report", report.name, {"reported_on": day, **values})
		frappe.db.delete("External Reference", {"reference_name": report.name})

	def details(self) -> dict:
		return frappe.parse_json(self.reports()[-1].details)

	def flags(self) -> tuple:
		"""insolvent and sanctioned, as the score learns them."""
		records = report_records(COMPANY)
		own = records[records["customer"] == self.debtor]
		return tuple(
			next((flag for flag in reversed(list(own[name])) if flag is not None), None)
			for name in ("insolvent", "sanctioned")
		)

	def overview(self) -> dict:
		return api.overview(self.debtor, COMPANY)


class TestCompaniesHouse(CreditProviderTestCase):
	connector = "companies_house"

	def test_identified_by_a_person(self):
		"""requirement: candidates to choose from; what is chosen is confirmed and known from then on"""
		self.server.add("00445790", "EXAMPLE TRADING LIMITED")
		self.server.add("SC123456", "EXAMPLE TRADING (SCOTLAND) LIMITED", "dissolved")
		found = self.identify(name="Example Trading")
		self.assertEqual([one["customer_id"] for one in found], ["00445790", "SC123456"])
		self.assertEqual([one["status"] for one in found], ["active", "dissolved"])
		self.assertEqual([one["known_as"] for one in found], [None, None])
		self.assertEqual(self.identify(name="", registration_number="445790")[0]["customer_id"], "00445790")
		identity = frappe.get_doc("Customer Identity", self.choose("00445790"))
		self.assertEqual((identity.status, identity.matched_by), ("Confirmed", "Person"))
		self.assertEqual(self.identify(name="Example Trading")[0]["known_as"], self.debtor)
		(source,) = [one for one in self.overview()["sources"] if one["name"] == self.config.name]
		self.assertEqual(source["identity"].provider_id, "00445790")

	def test_the_number_of_the_file(self):
		"""requirement: the registration number of the customer's file identifies it and fills itself from a report"""
		self.server.add("00445790", "EXAMPLE TRADING LIMITED")
		field = ("Customer", self.debtor, "collections_registration_number")
		frappe.db.set_value(*field, "445790")
		self.assertEqual([one["customer_id"] for one in self.identify()], ["00445790"])
		frappe.db.set_value(*field, "")
		self.choose("00445790")
		self.order()
		self.assertEqual(frappe.db.get_value(*field), "00445790")

	def test_one_number_one_customer(self):
		"""requirement: a number that stands for another customer is refused; choosing anew takes the place of the old choice"""
		self.choose("00445790")
		self.assertRaises(frappe.ValidationError, self.choose, "00445790", self.customer())
		self.choose("SC123456")
		known = frappe.get_all("Customer Identity", {"customer": self.debtor}, pluck="provider_id")
		self.assertEqual(known, ["SC123456"])

	def test_a_report(self):
		"""requirement: the register's facts are a report; an insolvency is what the score calls insolvent"""
		self.server.add("00445790")
		self.choose("00445790")
		self.assertEqual(self.order()["created"], 1)
		self.assertEqual(self.flags(), (False, None))
		accounts = {"accounts": {"overdue": True, "next_due": "2026-06-30"}}
		self.server.add("00445790", status="administration", cases=("in-administration",), **accounts)
		self.backdate(self.reports()[0], 1)
		self.assertEqual(self.order()["created"], 1)
		self.assertEqual(self.flags(), (True, None))
		self.assertTrue(self.details()["accounts_overdue"])
		self.assertIn("2026-06-30", self.reports()[-1].summary)
		self.assertEqual(self.overview()["reports"][0].flags, ["insolvent"])

	def test_once_a_day(self):
		"""requirement: a report ordered twice on a day is one entry"""
		self.server.add("00445790")
		self.choose("00445790")
		self.assertEqual([self.order()["created"] for _ in range(2)], [1, 0])
		self.assertEqual(len(self.reports()), 1)

	def test_not_identified(self):
		"""requirement: without a number nothing is asked, and the user is told what to do"""
		with self.assertRaisesRegex(frappe.ValidationError, "identified first"):
			self.order()
		self.assertFalse(self.server.requests)

	def test_watched(self):
		"""requirement: a sync asks about the identified customers whose report is older than the days entered, no others"""
		for number in ("00000001", "00000002", "00000003"):
			self.server.add(number)
		self.choose("00000001")
		other = self.customer()
		self.choose("00000002", other)
		self.assertEqual(self.sync().created, 2)
		self.server.requests.clear()
		self.assertEqual(self.sync().created, 0)
		self.assertFalse(self.server.requests, "a report of today is asked for again")
		report = self.reports(other)[0]
		self.assertEqual(report.valid_until, add_days(report.reported_on, 30))
		self.backdate(report, 30)
		self.assertEqual(self.sync().created, 1)
		self.assertEqual([one.path for one in self.server.requests], ["/company/00000002"])

	def test_the_days_between(self):
		"""requirement: how old a report may get is entered"""
		self.server.add("00000001")
		self.choose("00000001")
		self.sync()
		self.backdate(self.reports()[0], 8)
		self.assertEqual(self.sync().created, 0)
		self.enter(refresh_days="7")
		self.assertEqual(self.sync().created, 1)

	def test_disabled_customers(self):
		"""requirement: who is disabled is not asked about any more"""
		self.server.add("00000001")
		self.choose("00000001")
		frappe.db.set_value("Customer", self.debtor, "disabled", 1)
		self.sync()
		self.assertFalse(self.server.requests)

	def test_an_unknown_number_waits(self):
		"""requirement: one that the register does not know is parked and tried again; the others are written"""
		self.server.add("00000001")
		self.choose("00000009")
		other = self.customer()
		self.choose("00000001", other)
		result = self.sync()
		self.assertEqual((result.created, len(result.failures), result.status), (1, 1, "Partial"))
		self.server.add("00000009")
		self.assertEqual(parked.retry_all(self.config.name), {"done": 1, "failed": 0})
		self.assertEqual(len(self.reports()), 1)

	def test_down(self):
		"""requirement: a register that is down changes nothing: the last report stays, is shown as stale, and counts"""
		self.server.add("00445790", status="liquidation", cases=("compulsory-liquidation",))
		self.choose("00445790")
		self.order()
		self.backdate(self.reports()[0], 60, valid_until=add_days(getdate(), -30))
		self.server.fault("404", 99, path="insolvency")
		self.server.fault("403", 99)
		self.assertEqual(self.sync().status, "Failed")
		self.assertRaises(frappe.ValidationError, self.order)
		self.assertEqual((len(self.reports()), self.flags()), (1, (True, None)))
		(report,) = self.overview()["reports"]
		self.assertEqual((report.stale, report.age_days), (True, 60))

	def test_who_may_ask(self):
		"""requirement: who may see customers sees the reports; to ask, which may cost something, takes a credit manager"""
		self.server.add("00445790")
		self.choose("00445790")
		with signed_in(make_user("Collector", "Accounts User")):
			self.assertFalse(self.overview()["may_ask"])
			self.assertRaises(frappe.PermissionError, self.order)
			self.assertRaises(frappe.PermissionError, self.identify)
			self.assertRaises(frappe.PermissionError, self.choose, "00445790")
		manager = make_user("Credit Manager", "Accounts Manager", "Accounts User")
		with signed_in(manager):
			self.assertTrue(self.overview()["may_ask"])
			self.assertEqual(self.order()["created"], 1)
		restrict(manager, "Company", other_company())
		with signed_in(manager):
			self.assertRaises(frappe.PermissionError, self.order)

	def test_switched_off(self):
		"""requirement: a connection that is switched off is not offered and not asked"""
		self.config.db_set("enabled", 0)
		self.assertNotIn(self.config.name, [one["name"] for one in self.overview()["sources"]])
		self.assertRaises(frappe.ValidationError, self.choose, "1")


class TestVies(CreditProviderTestCase):
	connector = "vies"

	def setUp(self):
		super().setUp()
		frappe.db.set_value("Customer", self.debtor, {"tax_id": "FR44732829320", "customer_name": "Exemple"})

	def test_valid_and_not(self):
		"""requirement: a number that is not valid is a fact with its date, no error; it has no say about insolvency"""
		self.order()
		self.assertEqual((self.details()["vat_valid"], self.reports()[0].reported_on), (False, getdate()))
		self.assertEqual(self.flags(), (None, None))
		other = self.customer(tax_id="IT12345678901", customer_name="Esempio Srl")
		self.server.add("IT12345678901", "ALTRA SPA")
		self.order(other)
		said = frappe.parse_json(self.reports(other)[0].details)
		self.assertEqual((said["vat_valid"], said["name_match"]), (True, "other"))
		self.assertEqual(said["consultation_number"], "WAPIAAAAexample")

	def test_a_country_away(self):
		"""requirement: a member state that does not answer says nothing of a number, and keeps nobody else waiting"""
		self.server.add("FR44732829320")
		self.server.add("IT12345678901")
		other = self.customer(tax_id="IT12345678901")
		third = self.customer(tax_id="FR55552100554")
		for number, customer in (("FR44732829320", self.debtor), ("FR55552100554", third)):
			self.choose(number, customer)
		self.choose("IT12345678901", other)
		self.server.away = {"FR"}
		result = self.sync()
		self.assertEqual((result.created, result.status), (1, "Failed"))
		self.assertIn("FR does not answer", result.error)
		self.assertEqual((len(self.reports()), len(self.reports(other))), (0, 1))
		self.assertEqual(len([one for one in self.server.requests if b"FR" in one.body]), 1)
		self.server.away = set()
		self.assertEqual(self.sync().created, 2)

	def test_everybody(self):
		"""requirement: all customers with a VAT number can be watched without identifying each; two may share a number"""
		self.server.add("FR44732829320")
		twin = self.customer(tax_id="FR 44 732 829 320")
		without = self.customer()
		self.sync()
		self.assertFalse(self.reports())
		self.enter(monitor="all")
		self.sync()
		self.assertEqual([len(self.reports(one)) for one in (self.debtor, twin, without)], [1, 1, 0])


class TestInseeSirene(CreditProviderTestCase):
	connector = "insee_sirene"

	def test_ceased(self):
		"""requirement: a company that ceased is told with the day, and is its own mark: the register claims no insolvency"""
		self.server.add(SIREN, "EXEMPLE SARL", "C", "2026-03-31")
		(found,) = self.identify(name="", tax_id=FRENCH_VAT)
		self.assertEqual((found["customer_id"], found["tax_id"]), (SIREN, FRENCH_VAT))
		self.choose(found["customer_id"])
		self.order()
		self.assertEqual((self.details()["ceased"], self.details()["ceased_on"]), (True, "2026-03-31"))
		self.assertEqual(self.flags(), (None, None))
		self.assertEqual(self.overview()["reports"][0].flags, ["ceased"])

	def test_nobody_of_that_name(self):
		"""requirement: no candidate is an answer, not an error"""
		self.assertEqual(self.identify(name="Nobody"), [])


class TestOpenSanctions(CreditProviderTestCase):
	connector = "opensanctions"

	def setUp(self):
		super().setUp()
		self.name = f"Northern Shipping {frappe.generate_hash(length=5)}"
		frappe.db.set_value("Customer", self.debtor, "customer_name", self.name)

	def tasks(self) -> list[str]:
		names = [one.name for one in self.reports()]
		return frappe.get_all("ToDo", {"reference_name": ["in", names], "status": "Open"}, pluck="name")

	def again(self):
		"""A report on another day: those there are were made a day before."""
		for one in self.reports():
			self.backdate(one, 1)
		return self.order()

	def test_a_hit_is_no_verdict(self):
		"""requirement: what is alike waits for a person with a task; until then the customer counts as nothing"""
		entry = self.server.add(self.name)
		self.order()
		(match,) = self.overview()["reports"][0].matches
		self.assertEqual((match["id"], match["similarity"]), (entry, 1))
		self.assertNotIn("sanctioned", self.details())
		self.assertEqual(self.flags(), (None, None))
		self.assertTrue(self.tasks())

	def test_confirmed(self):
		"""requirement: confirmed by a person it counts as sanctioned, until nothing is alike any more"""
		self.server.add(self.name)
		self.order()
		api.decide_matches(self.reports()[0].name, True)
		self.assertEqual(self.flags(), (None, True))
		self.assertFalse(self.tasks())
		self.assertEqual(self.details()["decided_by"], "Administrator")
		self.again()
		self.assertEqual(self.flags(), (None, True), "a report with the same match takes the decision back")
		self.assertFalse(self.overview()["reports"][0].matches)
		self.server.entries.clear()
		self.again()
		self.assertEqual(self.flags(), (None, False))

	def test_somebody_else(self):
		"""requirement: who is somebody else is not asked about again; another entry is"""
		self.server.add(self.name)
		self.order()
		api.decide_matches(self.reports()[0].name, False)
		self.assertEqual(self.flags(), (None, False))
		self.again()
		self.assertFalse(self.tasks())
		self.assertRaises(frappe.ValidationError, api.decide_matches, self.reports()[-1].name, True)
		other = self.server.add(f"{self.name} Ltd")
		self.again()
		self.assertEqual([one["id"] for one in self.overview()["reports"][0].matches], [other])
		self.assertTrue(self.tasks())

	def test_nothing_alike(self):
		"""requirement: that nothing is alike is said, with the dataset and the threshold"""
		self.server.add("Somebody Else")
		self.order()
		self.assertEqual(self.flags(), (None, False))
		self.assertEqual((self.details()["dataset"], self.details()["threshold"]), ("sanctions", 0.7))

	def test_quota(self):
		"""requirement: a quota that is used up is waited for; nobody counts as compared"""
		self.enter(monitor="all")
		self.server.quota = 1
		result = self.sync()
		self.assertEqual((result.created, result.status), (1, "Waiting"))

	def test_who_may_decide(self):
		"""requirement: a collector sees the match and does not decide"""
		self.server.add(self.name)
		self.order()
		with signed_in(make_user("Collector", "Accounts User")):
			self.assertTrue(self.overview()["reports"][0].matches)
			self.assertRaises(frappe.PermissionError, api.decide_matches, self.reports()[0].name, True)
