"""What the tests of handing over share: a plan step that does it, and the file it makes."""

import csv
import io
import zipfile
from contextlib import contextmanager
from unittest.mock import patch

import frappe

from collections_app.services.outbox import follow
from collections_app.tests.world import CycleTestCase, email_queue, make_plan

AGENCY = "claims@agency.example"
STEP = {"hand_over_to": "Collection Agency", "partner_email": AGENCY}
PAPERS = ("01_claim_summary", "02_statement_of_account", "03_case_history")
PDF = b"%PDF-1.4 invoice "


def printed(_doctype, name, **_options) -> bytes:
	return PDF + name.encode()


@contextmanager
def quick_invoices(function=printed):
	"""Invoices are not printed for real: that is the framework's business."""
	with patch("frappe.get_print", function):
		yield


def table(content: bytes) -> list[dict]:
	"""The rows of a CSV file."""
	return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


class HandOverTestCase(CycleTestCase):
	def handed_over(self, step: dict | None = None, invoices: int = 2, **customer):
		"""An action that was dispatched for some overdue invoices."""
		make_plan((1, "Hand Over", {**STEP, **(step or {})}))
		self.debtor = self.customer(**customer)
		self.invoices = [self.invoice(self.debtor, 100 + number) for number in range(invoices)]
		return self.dispatched()

	def dispatched(self):
		self.plan()
		self.judge()
		with quick_invoices():
			self.dispatch()
		return self.action()

	def zip_of(self, action) -> dict[str, bytes]:
		"""Name -> content of all files of the package attached to an action."""
		found = {}
		for name in frappe.get_all("File", {"attached_to_name": action.name}, pluck="name"):
			content = frappe.get_doc("File", name).get_content()
			with zipfile.ZipFile(io.BytesIO(content)) as archive:
				found.update({member: archive.read(member) for member in archive.namelist()})
		return found

	def deliver(self):
		"""The mail server took what is queued."""
		for entry in email_queue():
			frappe.db.set_value("Email Queue", entry.name, "status", "Sent")
		return follow.follow_sent_messages()
