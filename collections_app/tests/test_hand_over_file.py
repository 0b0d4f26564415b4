"""The file for an agency or lawyer: what is in it, that it adds up, and that its tables harm no one."""

import hashlib
import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import frappe
from frappe.utils import add_days, flt, getdate

from collections_app.services.hand_over import package, papers
from collections_app.services.hand_over.claim import claim_of_case
from collections_app.services.hand_over.statement import statement_of
from collections_app.services.outbox.dispatch import dispatch
from collections_app.services.receivables import open_items
from collections_app.tests.books import credit_note, make_rate, payment, usd
from collections_app.tests.handing_over import (
	PAPERS,
	PDF,
	STEP,
	HandOverTestCase,
	printed,
	quick_invoices,
	table,
)
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import make_dispute, make_plan, make_promise


class TestFile(HandOverTestCase):
	def test_what_is_in_it(self):
		"""Summary, statement and history as PDF and CSV, each invoice as PDF, and a manifest that fits."""
		action = self.handed_over()
		found = self.zip_of(action)
		expected = {f"{paper}.{kind}" for paper in PAPERS for kind in ("pdf", "csv")}
		expected |= {f"invoices/{invoice.name}.pdf" for invoice in self.invoices}
		self.assertEqual(set(found), expected | {"manifest.csv", "SHA256SUMS"})
		for paper in PAPERS:
			self.assertTrue(found[f"{paper}.pdf"].startswith(b"%PDF"), paper)
		self.assertEqual(found[f"invoices/{self.invoices[0].name}.pdf"], printed("", self.invoices[0].name))
		manifest = {row["name"]: row for row in table(found["manifest.csv"])}
		self.assertEqual(set(manifest), expected)
		for name, row in manifest.items():
			self.assertEqual(row["sha256"], hashlib.sha256(found[name]).hexdigest(), name)
			self.assertEqual(int(row["bytes"]), len(found[name]))
			self.assertIn(f"{row['sha256']}  {name}\n", found["SHA256SUMS"].decode())

	def test_it_is_private(self):
		"""The file is a private one, kept on the action, and so are its parts."""
		action = self.handed_over()
		file = frappe.get_doc("File", {"attached_to_name": action.name})
		self.assertTrue(file.is_private)
		self.assertEqual((file.attached_to_doctype, file.file_url), ("Collection Action", action.document))

	def test_the_claim_adds_up(self):
		"""The rows of the summary add up to what the action says: principal, interest, indemnity and fee."""
		make_plan((1, "Hand Over", {**STEP, "charge_interest": 1, "charge_indemnity": 1, "fee": 12.5}))
		self.debtor = self.customer(tax_id="DE123456789")
		self.invoices = [self.invoice(self.debtor, 1000, due_in=-200), self.invoice(self.debtor, 50)]
		pay(self.invoices[0], 400, on=add_days(getdate(), -50))
		action = self.dispatched()
		rows = table(self.zip_of(action)["01_claim_summary.csv"])
		items = [row for row in rows if row["row"] == "item"]
		self.assertEqual([flt(row["principal"]) for row in items], [600.0, 50.0])
		self.assertEqual([flt(row["paid_or_credited"]) for row in items], [400.0, 0.0])
		for field in ("interest", "indemnity", "fee"):
			self.assertAlmostEqual(sum(flt(row[field]) for row in rows), flt(action.get(field)), 2, field)
		self.assertGreater(flt(action.interest), 0)
		self.assertAlmostEqual(sum(flt(row["total"]) for row in rows), flt(action.total_with_charges), 2)
		self.assertEqual({row["tax_id"] for row in rows}, {"DE123456789"})

	def test_statement_closes_with_what_is_open(self):
		"""The balance of the statement is the sum of the open items, credits and payments on account included."""
		debtor = self.customer()
		first, second = self.invoice(debtor, 100, due_in=-40), self.invoice(debtor, 50)
		pay(first, 30)
		credit_note(second, 20, on_invoice=True)
		payment(debtor, 7)
		make_rate()
		# a customer of a company has one currency of account
		abroad = self.customer()
		self.invoice(abroad, 80, **usd())
		for customer, currency, balance in ((debtor, "EUR", 93.0), (abroad, "USD", 80.0)):
			(account,) = statement_of(COMPANY, customer)
			open_now = open_items(COMPANY, customers=[customer]).groupby("currency")["outstanding"].sum()
			self.assertEqual((account.currency, account.closing), (currency, balance))
			self.assertEqual(open_now.to_dict(), {currency: balance})
			moved = sum(line.debit - line.credit for line in account.lines)
			self.assertAlmostEqual(account.opening + moved, balance, 2)
			self.assertEqual(account.lines[-1].balance, account.closing)
			self.assertEqual(
				[line.date for line in account.lines], sorted(line.date for line in account.lines)
			)

	def test_statement_brings_forward_what_was_before(self):
		"""What was settled before the oldest open item is one line, not many."""
		debtor = self.customer()
		old = self.invoice(debtor, 500, due_in=-300)
		pay(old, on=add_days(getdate(), -290))
		self.invoice(debtor, 10)
		(account,) = statement_of(COMPANY, debtor)
		self.assertEqual((account.opening, len(account.lines), account.closing), (0.0, 1, 10.0))

	def test_history_has_everything(self):
		"""Messages with state and recipient, calls, promises, disputes and payments, in order; free comments not."""
		make_plan((1, "Email"), (60, "Hand Over", STEP))
		self.debtor = self.customer()
		first = self.invoice(self.debtor, 100, due_in=-61)
		second = self.invoice(self.debtor, 70)
		self.send()
		self.deliver()
		case = frappe.get_doc("Collection Case", {"customer": self.debtor})
		frappe.db.set_value("Collection Action", {"case": case.name}, "sent_at", add_days(getdate(), -20))
		case.add_comment("Comment", "he is a cousin of the boss")
		make_dispute(second, description="Wrong goods")
		make_promise(self.debtor, second, amount=70)
		pay(first, 40)
		rows = table(package.papers_of(claim_of_case(case), "en")[5][1])
		kinds = {row["event"] for row in rows}
		self.assertTrue({"Message", "Promise to Pay", "Dispute", "Payment"} <= kinds, kinds)
		self.assertEqual([row["date"] for row in rows], sorted(row["date"] for row in rows))
		message = next(row for row in rows if row["event"] == "Message")
		self.assertEqual(
			(message["channel"], message["with"], message["state"]), ("Email", "pay@example.com", "Sent")
		)
		text = json.dumps(rows)
		self.assertIn("Wrong goods", text)
		self.assertNotIn("cousin", text)

	def test_disputed_items_say_so(self):
		"""Whoever pursues a claim must know which items are disputed."""
		debtor = self.customer()
		disputed, other = self.invoice(debtor, 100), self.invoice(debtor, 50)
		self.plan()
		make_dispute(disputed)
		claim = claim_of_case(frappe.get_doc("Collection Case", {"customer": debtor}))
		self.assertEqual(
			{item.voucher_no: item.remark for item in claim.items},
			{disputed.name: "Disputed", other.name: ""},
		)

	def test_an_invoice_that_cannot_be_printed(self):
		"""It is named in the manifest and in the covering text; the others are there."""

		def broken(doctype, name, **options):
			if name == self.invoices[0].name:
				raise ValueError("no such format")
			return printed(doctype, name)

		make_plan((1, "Hand Over", STEP))
		self.debtor = self.customer()
		self.invoices = [self.invoice(self.debtor, 100), self.invoice(self.debtor, 50)]
		self.plan()
		self.judge()
		with quick_invoices(broken):
			dispatch(self.context())
		found = self.zip_of(self.action())
		missing = f"invoices/{self.invoices[0].name}.pdf"
		self.assertNotIn(missing, found)
		self.assertIn(f"invoices/{self.invoices[1].name}.pdf", found)
		note = next(row["note"] for row in table(found["manifest.csv"]) if row["name"] == missing)
		self.assertIn("no such format", note)
		self.assertIn(missing, self.action().message)

	def test_many_invoices_in_parts(self):
		"""A file that would be too large is split; nothing is missing and the lists stand in the first part."""
		debtor = self.customer()
		invoices = [self.invoice(debtor, 10 + number) for number in range(6)]
		self.plan()
		claim = claim_of_case(frappe.get_doc("Collection Case", {"customer": debtor}))
		big = patch.object(package, "PART_BYTES", package.RESERVE + 300_000)
		with big, quick_invoices(lambda _doctype, name, **_options: PDF + name.encode() + b"x" * 120_000):
			with TemporaryDirectory() as folder:
				seen = []
				built = package.build(
					claim, Path(folder), "en", lambda done, total: seen.append((done, total))
				)
				names = []
				for path in built.paths:
					with zipfile.ZipFile(path) as archive:
						self.assertIsNone(archive.testzip())
						names.append(archive.namelist())
		self.assertGreater(len(names), 1)
		self.assertIn("manifest.csv", names[0])
		everything = [name for part in names for name in part]
		self.assertEqual(len(everything), len(set(everything)))
		self.assertTrue({f"invoices/{one.name}.pdf" for one in invoices} <= set(everything))
		self.assertEqual(seen, [(number, 6) for number in range(6)])


class TestTables(HandOverTestCase):
	def test_bytes(self):
		"""UTF-8 with byte order mark, ISO dates, plain numbers."""
		content = papers.csv_file(("a", "b", "c"), [("Müller", getdate("2026-03-01"), -1234.5)])
		self.assertEqual(content, "\ufeffa,b,c\r\nMüller,2026-03-01,-1234.5\r\n".encode())

	def test_no_formulas(self):
		"""A text that a spreadsheet would compute is kept from it; amounts stay amounts."""
		for text in ("=1+1", "+49 30 1", "-2", "@SUM(A1)", "\t=1", " =1", "\r=1", "|calc"):
			with self.subTest(text):
				self.assertEqual(papers.cell(text), f"'{text}")
		self.assertEqual([papers.cell(value) for value in (-5, -5.5, None, "a=1")], [-5, -5.5, "", "a=1"])

	def test_names_from_master_data(self):
		"""A customer called like a formula harms no one who opens the tables."""
		debtor = self.customer(name="=HYPERLINK(0)")
		self.invoice(debtor, 10)
		self.plan()
		claim = claim_of_case(frappe.get_doc("Collection Case", {"customer": debtor}))
		for name, content in package.papers_of(claim, "en"):
			if name.endswith(".csv"):
				for row in table(content):
					for value in row.values():
						self.assertFalse((value or "").startswith("="), (name, value))
