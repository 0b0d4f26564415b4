"""What credit bureaus and insurers say becomes reports and covers: of the right customer, once, and never less in silence."""

from datetime import date
from decimal import Decimal
from unittest.mock import patch

import frappe
from frappe.utils import add_days

from collections_app.connectors.base import Manifest, Record, StreamSpec
from collections_app.connectors.records import Cover, CreditReport
from collections_app.services.connectors import codec, identities, parked, registry
from collections_app.services.connectors.batches import RecordBatch, SyncResult
from collections_app.services.connectors.log import write_log
from collections_app.services.connectors.targets import RefusedRecord, UnknownCustomer
from collections_app.services.credit import inquiries
from collections_app.services.credit.insurer_covers import write_cover
from collections_app.services.credit.reports import latest_report, write_credit_report
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, CollectionsTestCase, make_connector
from collections_app.tests.world import other_company

TODAY = date.today()


class CreditTestCase(CollectionsTestCase):
	def setUp(self):
		super().setUp()
		patched = patch.object(frappe.db, "commit")
		patched.start()
		self.addCleanup(patched.stop)
		patched = patch.object(frappe, "enqueue")
		self.enqueue = patched.start()
		self.addCleanup(patched.stop)
		self.config = make_connector()
		self.tax_id = f"DE{frappe.generate_hash(length=9)}"
		self.debtor = self.customer(tax_id=self.tax_id)

	def report(self, number: str = "R-1", **values):
		given = {"tax_id": self.tax_id, "provider": "Bureau", "reported_on": TODAY, **values}
		return Record("reports", number, "page 1", CreditReport("B-77", **given))

	def cover(self, amount: str = "50000.00", status: str = "Active", **values):
		given = {"currency": "EUR", "reference": "C-1", "tax_id": self.tax_id, **values}
		given.setdefault("insurer", "Insurer")
		return Record(
			"covers", "C-1", "page 1", Cover("I-77", amount=Decimal(amount), status=status, **given)
		)

	def tasks(self, cover: str) -> list:
		return frappe.get_all(
			"ToDo", {"reference_name": cover, "status": "Open"}, ["allocated_to", "description"]
		)

	def the_cover(self):
		name = frappe.db.get_value("Credit Cover", {"customer": self.debtor, "insurer": "Insurer"})
		return frappe.get_doc("Credit Cover", name)


class TestReports(CreditTestCase):
	def test_registration_number(self):
		"""requirement: a report fills the customer's where it is empty and says so; another one is shown, never written over it"""
		write_credit_report(self.config, self.report("R-0"))
		field = ("Customer", self.debtor, "collections_registration_number")
		self.assertFalse(frappe.db.get_value(*field))
		write_credit_report(self.config, self.report("R-1", registration_number="HRB 12345"))
		self.assertEqual(frappe.db.get_value(*field), "HRB 12345")
		told = {"reference_doctype": "Customer", "reference_name": self.debtor, "comment_type": "Info"}
		self.assertEqual(
			frappe.get_all("Comment", told, pluck="content"),
			["Registration number HRB 12345, from the report of Bureau"],
		)
		for number, other in (("hrb12345", ""), ("HRB 99", "HRB 99")):
			write_credit_report(self.config, self.report(f"R-{number}", registration_number=number))
			self.assertEqual(frappe.db.get_value(*field), "HRB 12345")
			newest = inquiries.overview(self.debtor, COMPANY)["reports"][0]
			self.assertEqual(newest.other_number, other)
		self.assertEqual(len(frappe.get_all("Comment", told)), 1)

	def test_a_report(self):
		"""Every figure survives; the same report is taken once, the next one is another entry"""
		said = {
			"score_0_100": 42.5,
			"provider_score": "C2",
			"credit_limit": Decimal("25000.50"),
			"currency": "EUR",
			"probability_of_default": 0.0325,
			"valid_until": add_days(TODAY, 30),
			"summary": "Late payer",
			"details": {"employees": 12},
			"file": b"%PDF-1.4 report",
			"file_name": "report.pdf",
		}
		self.assertEqual(write_credit_report(self.config, self.report(**said)).created, 1)
		self.assertEqual(write_credit_report(self.config, self.report(**said)).seen, 1)
		report = latest_report(COMPANY, self.debtor)
		self.assertEqual(
			(report.score_0_100, report.provider_score, report.credit_limit), (42.5, "C2", 25000.5)
		)
		self.assertEqual((report.probability_of_default, report.summary), (3.25, "Late payer"))
		self.assertEqual(frappe.parse_json(report.details), {"employees": 12})
		self.assertEqual((report.connector, report.company), (self.config.name, COMPANY))
		file = frappe.get_doc("File", {"attached_to_name": report.name})
		self.assertEqual((file.get_content(), file.is_private), ("%PDF-1.4 report", 1))
		later = self.report(reported_on=add_days(TODAY, 1), provider_score="D1")
		self.assertEqual(write_credit_report(self.config, later).created, 1)
		newest = latest_report(COMPANY, self.debtor)
		self.assertEqual((newest.provider_score, newest.has_score), ("D1", 0), "no score is not a score of 0")

	def test_it_is_history(self):
		"""Nobody changes a report, no role may, and a user sees those of the own companies and customers"""
		write_credit_report(self.config, self.report(score_0_100=5))
		report = latest_report(COMPANY, self.debtor)
		report.score_0_100 = 99
		with self.assertRaisesRegex(frappe.ValidationError, "history"):
			report.save()
		user = make_user("Credit Manager", "Collector", "Accounts User")
		with signed_in(user):
			self.assertFalse(frappe.has_permission("Credit Report", "write"))
			self.assertEqual(len(frappe.get_list("Credit Report", {"name": report.name})), 1)
		restrict(user, "Company", other_company())
		with signed_in(user):
			self.assertEqual(frappe.get_list("Credit Report", {"name": report.name}), [])

	def test_senseless_figures(self):
		"""What makes no sense is refused in words that say what"""
		for said, word in (
			({"score_0_100": 120}, "120"),
			({"probability_of_default": 3.0}, "3.0"),
			({"credit_limit": Decimal(1)}, "none"),
			({"credit_limit": Decimal(1), "currency": "XXQ"}, "XXQ"),
		):
			with self.assertRaisesRegex(RefusedRecord, word):
				write_credit_report(self.config, self.report(**said))
		self.assertIsNone(latest_report(COMPANY, self.debtor))


class TestCovers(CreditTestCase):
	def test_made_and_kept_up_to_date(self):
		"""One cover by its reference; a raise is written and in its history, the same again changes nothing"""
		self.assertEqual(write_cover(self.config, self.cover(valid_from=TODAY)).created, 1)
		self.assertEqual(write_cover(self.config, self.cover(valid_from=TODAY)).seen, 1)
		cover = self.the_cover()
		self.assertEqual((cover.status, cover.amount, cover.insurer_reference), ("Approved", 50000, "C-1"))
		self.assertEqual((cover.company, cover.currency, cover.valid_from), (COMPANY, "EUR", TODAY))
		write_cover(self.config, self.cover("80000"))
		self.assertEqual(self.the_cover().amount, 80000)
		self.assertEqual(frappe.db.count("Credit Cover", {"customer": self.debtor}), 1)
		self.assertEqual(self.tasks(cover.name), [], "more is no reason to worry")
		told = frappe.get_all("Comment", {"reference_name": cover.name, "comment_type": "Info"})
		self.assertEqual(len(told), 2)

	def test_never_less_in_silence(self):
		"""Less, ended or cancelled is a task for each credit manager who may see it, with the reason"""
		manager, elsewhere = make_user("Credit Manager"), make_user("Credit Manager")
		restrict(elsewhere, "Company", other_company())
		for before, after, status in (
			("50000", {"amount": "20000", "status": "Reduced"}, "Approved"),
			("50000", {"amount": "0", "status": "Reduced"}, "Cancelled"),
			("50000", {"amount": "50000", "status": "Cancelled"}, "Cancelled"),
			("50000", {"amount": "50000", "status": "Expired"}, "Expired"),
			("50000", {"amount": "50000", "valid_until": add_days(TODAY, 3)}, "Approved"),
		):
			with self.subTest(after):
				frappe.db.delete("Credit Cover", {"customer": self.debtor})
				write_cover(self.config, self.cover(before))
				write_cover(self.config, self.cover(**after, reason="Late <b>accounts</b>"))
				cover = self.the_cover()
				self.assertEqual(cover.status, status)
				users = {task.allocated_to: task.description for task in self.tasks(cover.name)}
				self.assertIn(manager, users)
				self.assertNotIn(elsewhere, users)
				self.assertIn("Late &lt;b&gt;accounts", users[manager])
				write_cover(self.config, self.cover(**after, reason="Late <b>accounts</b>"))
				self.assertEqual(len(self.tasks(cover.name)), len(users), "told once")

	def test_a_request_is_answered(self):
		"""The request entered by hand becomes the insurer's cover; what only we know stays"""
		for answer, status, worried in (("Active", "Approved", False), ("Refused", "Refused", True)):
			frappe.db.delete("Credit Cover", {"customer": self.debtor})
			request = frappe.get_doc(
				{
					"doctype": "Credit Cover",
					"customer": self.debtor,
					"company": COMPANY,
					"insurer": "Insurer",
					"amount_requested": 60000,
					"notify_after_days": 60,
					"policy_no": "P-9",
					"note": "Asked by phone",
				}
			).insert()
			reference = {"reference": f"C-{answer}"}
			write_cover(self.config, self.cover("50000", answer, **reference))
			request.reload()
			self.assertEqual((request.status, request.amount_requested), (status, 60000))
			self.assertEqual((request.notify_after_days, request.policy_no), (60, "P-9"))
			self.assertEqual(request.note, "Asked by phone")
			self.assertEqual(bool(self.tasks(request.name)), worried)

	def test_two_at_the_same_moment(self):
		"""Of two workers with the same record one writes it"""
		with patch("collections_app.services.connectors.references.find", return_value=None):
			for _ in range(2):
				write_credit_report(self.config, self.report())
				write_cover(self.config, self.cover(status="Requested", reference=self.tax_id))
				# the other one does not see what the first has written yet
				frappe.db.set_value("Credit Cover", {"customer": self.debtor}, "customer", self.customer())
		self.assertEqual(frappe.db.count("Credit Report", {"customer": self.debtor}), 1)
		self.assertEqual(frappe.db.count("Credit Cover", {"insurer_reference": self.tax_id}), 1)

	def test_senseless(self):
		"""An unknown status or currency, or a second cover at the same time, is refused and leaves all as it was"""
		for said in ({"status": "Maybe"}, {"currency": "XXQ"}, {"amount": "-1"}):
			with self.assertRaises(RefusedRecord):
				write_cover(self.config, self.cover(**said))
		write_cover(self.config, self.cover())
		result = self.take("cover", self.cover("70000", reference="C-2"))
		self.assertIn("already", result.failures[0]["message"])
		self.assertEqual(self.the_cover().amount, 50000)

	def take(self, target: str, *records) -> SyncResult:
		result = SyncResult(records[0].stream)
		batch = RecordBatch(self.config, result, False, target)
		for record in records:
			batch.take(record)
		batch.settle()
		return result


class TestIdentities(CreditTestCase):
	take = TestCovers.take

	def test_remembered(self):
		"""Found by tax ID or exact name once, then by the provider's number alone"""
		write_credit_report(self.config, self.report())
		frappe.db.set_value("Customer", self.debtor, "tax_id", "changed")
		other = self.report("R-2", tax_id="", summary="again")
		self.assertEqual(write_credit_report(self.config, other).created, 1)
		self.assertEqual(identities.number_of(self.config.name, self.debtor), "B-77")
		identity = frappe.get_doc("Customer Identity", {"provider_id": "B-77", "connector": self.config.name})
		self.assertEqual((identity.status, identity.matched_by), ("Found", "Tax ID"))
		self.assertEqual((identity.confirm(), identity.company), ("Confirmed", COMPANY))

	def test_unknown(self):
		"""Whoever is not known is parked and asked for once; chosen by a person, what waits is written"""
		unknown = {"tax_id": "", "name": "Nobody Ltd"}
		for _ in range(2):
			result = self.take("credit_report", self.report(**unknown), self.report("R-2", **unknown))
			self.assertEqual([one["status"] for one in result.failures], ["Parked", "Parked"])
			self.assertIn("Nobody Ltd (B-77)", result.failures[0]["message"])
		asked = frappe.get_all("Customer Identity", {"connector": self.config.name}, pluck="name")
		self.assertEqual(len(asked), 1)
		identity = frappe.get_doc("Customer Identity", asked[0])
		self.assertEqual((identity.status, identity.provider_name), ("To Identify", "Nobody Ltd"))
		self.park(result)
		bureau = Manifest(
			"bureau", "Bureau", "Credit Bureau", "An example.", (StreamSpec("reports", "credit_report"),)
		)
		patched = patch.object(registry, "manifest", return_value=bureau)
		patched.start()
		self.addCleanup(patched.stop)
		self.assertEqual(parked.retry_all(self.config.name), {"done": 0, "failed": 2})
		identity.customer = self.debtor
		with signed_in(make_user("Credit Manager", "Accounts User")):
			identity.save()
		self.assertEqual((identity.status, identity.matched_by), ("Confirmed", "Person"))
		self.assertEqual(self.enqueue.call_args.kwargs["connector"], self.config.name)
		self.assertIs(frappe.get_attr(self.enqueue.call_args.args[0]), parked.retry_all)
		self.assertEqual(parked.retry_all(self.config.name), {"done": 2, "failed": 0})
		self.assertEqual(frappe.db.count("Credit Report", {"customer": self.debtor}), 2)

	def test_what_waits_is_not_cleared(self):
		"""Old logs are cleared, but not those with records that still wait"""
		result = self.take("credit_report", self.report(tax_id="", name="Nobody Ltd"))
		waiting = write_log(self.config.name, "Sync", "Partial", failures=result.failures)
		told = write_log(self.config.name, "Sync", "Success")
		for name in (waiting, told):
			frappe.db.set_value(
				"Connector Log", name, "creation", add_days(TODAY, -200), update_modified=False
			)
		frappe.get_doc("Connector Log", told).clear_old_logs()
		self.assertTrue(frappe.db.exists("Connector Log", waiting))
		self.assertTrue(frappe.db.exists("Connector Log Failure", {"parent": waiting}))
		self.assertFalse(frappe.db.exists("Connector Log", told))

	def park(self, result: SyncResult) -> None:
		"""The log that a sync writes."""
		log = write_log(self.config.name, "Sync", "Partial", failures=result.failures)
		kept = frappe.get_all("Connector Log Failure", {"parent": log}, ["payload"], order_by="idx")
		self.assertEqual(codec.loads(kept[0].payload), self.report(tax_id="", name="Nobody Ltd").data)

	def test_two_fit(self):
		"""Who is not found for certain is not chosen"""
		name = f"Twin {frappe.generate_hash(length=6)}"
		for one in (self.customer(), self.customer()):
			frappe.db.set_value("Customer", one, "customer_name", name)
		with self.assertRaises(UnknownCustomer):
			write_credit_report(self.config, self.report(tax_id="", name=name))
		with self.assertRaises(UnknownCustomer):
			write_cover(self.config, self.cover(tax_id=""))

	def test_who_may(self):
		"""A collector looks, a credit manager chooses"""
		identities.ask(self.config, UnknownCustomer(self.report(tax_id=""), "?"))
		identity = frappe.get_doc("Customer Identity", {"connector": self.config.name})
		with signed_in(make_user("Collector", "Accounts User")):
			identity.customer = self.debtor
			self.assertRaises(frappe.PermissionError, identity.save)
		manager = make_user("Credit Manager", "Accounts User")
		restrict(manager, "Company", other_company())
		with signed_in(manager):
			self.assertEqual(frappe.get_list("Customer Identity", {"connector": self.config.name}), [])
