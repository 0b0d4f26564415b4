"""The file of a case beside the worklist: figures, invoices, history, call script."""

import json
from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import cases as case_api
from collections_app.api import worklist as api
from collections_app.services.worklist import rank
from collections_app.setup.seed import CALL_SCRIPT
from collections_app.tests.desk import (
	make_action,
	make_case,
)
from collections_app.tests.test_worklist import HERE, RolledBack
from collections_app.tests.utils import COMPANY


class TestFile(RolledBack):
	def setUp(self):
		super().setUp()
		self.debtor = self.customer(language="de")
		self.the_invoice = self.invoice(self.debtor, 1200)
		self.case = make_case(self.debtor, overdue=1200, risk_band="D", dunning_level=3)
		rank.rank_company(COMPANY)

	def test_contacts_and_numbers(self):
		frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Ada",
				"is_billing_contact": 1,
				"phone_nos": [{"phone": "+49 30 1", "is_primary_mobile_no": 1}, {"phone": "+49 30 2"}],
				"links": [{"link_doctype": "Customer", "link_name": self.debtor}],
			}
		).insert()
		found = {one["full_name"]: one for one in api.case_file(self.case.name)["contacts"]}
		self.assertEqual(found["Ada"]["phones"], ["+49 30 1", "+49 30 2"])
		self.assertEqual(found["Billing"]["email"], "pay@example.com")

	def test_invoices_with_what_is_expected(self):
		frappe.get_doc(
			{
				"doctype": "Payment Prediction",
				"company": COMPANY,
				"customer": self.debtor,
				"voucher_type": "Sales Invoice",
				"voucher_no": self.the_invoice.name,
				"item_key": frappe.generate_hash(length=20),
				"outstanding": 1200,
				"expected_on": add_days(getdate(), 9),
			}
		).db_insert()
		promised = add_days(getdate(), 4)
		case_api.record_promise(self.debtor, COMPANY, str(promised), 1200, "EUR", [self.the_invoice.name])
		[row] = api.invoices(self.case.name)["rows"]
		self.assertEqual(row["sales_invoice"], self.the_invoice.name)
		self.assertEqual(getdate(row["expected_on"]), add_days(getdate(), 9))
		self.assertEqual(row["promised_for"], promised)
		self.assertFalse(row["in_dispute"])

	def test_the_file_to_begin_with_comes_with_the_rows(self):
		"""That of the first customer nobody worked on today; without it where it fails."""
		first = api.opening(HERE)
		self.assertEqual(first["rows"], api.rows(HERE)["rows"])
		self.assertEqual(frappe.as_json(first["file"]), frappe.as_json(api.case_file(self.case.name)))
		other = make_case(self.customer(), overdue=100, risk_band="A")
		rank.rank_company(COMPANY)
		case_api.log_call(self.case.name, "No Answer")
		self.assertEqual(api.opening(HERE)["file"]["case"]["name"], other.name)
		with patch.object(api, "case_file", side_effect=frappe.PermissionError):
			self.assertIsNone(api.opening(HERE)["file"])
		self.assertIsNone(api.opening({**HERE, "text": "nobody"})["file"])

	def test_the_oldest_invoices_and_how_many_there_are(self):
		older = self.invoice(self.debtor, 300, due_in=-40)
		found = api.invoices(self.case.name, limit=1)
		self.assertEqual(([row["sales_invoice"] for row in found["rows"]], found["count"]), ([older.name], 2))

	def test_call_script(self):
		"""In the customer's language, in the tone of the level reached, and the user's own text when it was changed."""
		settings = frappe.get_single("Collections Settings")
		settings.db_set("call_script", CALL_SCRIPT)
		frappe.clear_document_cache("Collections Settings", "Collections Settings")
		found = api.call_script(self.case.name)
		self.assertEqual((found["language"], found["tone"]), ("de", "Firm"))
		self.assertIn("Guten Tag", found["html"])
		self.assertIn(self.the_invoice.name, found["html"])
		letter = frappe.get_doc("Collection Letter", CALL_SCRIPT)
		next(
			row for row in letter.translations if row.language == "de"
		).body = "<p>Nur {{ total_overdue }}</p>"
		letter.save()
		self.assertIn("Nur 1.200,00", api.call_script(self.case.name)["html"])
		settings.db_set("call_script", None)
		frappe.clear_document_cache("Collections Settings", "Collections Settings")
		self.assertEqual(api.call_script(self.case.name)["html"], "")

	def test_tasks_stand_above_the_script(self):
		case_api.log_call(self.case.name, "Wrong Number")
		self.assertEqual(api.call_script(self.case.name)["tasks"], ["Find the right phone number"])

	def test_waiting_messages(self):
		waiting = make_action(self.case, "Awaiting Approval", requires_approval=1)
		make_action(self.case, "Held")
		found = api.case_file(self.case.name)["to_approve"]
		self.assertEqual([one.name for one in found], [waiting.name])

	def test_acted(self):
		"""The row as it is after an action; None once the case is closed."""
		self.case.db_set("paused_until", add_days(getdate(), 2))
		self.assertEqual(api.acted(self.case.name)["class"], "De-prioritised")
		self.case.db_set("status", "Closed")
		self.assertIsNone(api.acted(self.case.name))

	def test_reasons_are_kept_as_codes(self):
		kept = json.loads(frappe.db.get_value("Collection Case", self.case.name, "worklist_reasons"))
		self.assertIn({"code": "never_contacted", "params": {}}, kept)
