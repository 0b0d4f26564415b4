"""Printed letters: address in the window, charges, page numbers, kept with the action, posted by a person."""

import io
import re
from unittest.mock import patch

from pypdf import PdfReader

import frappe
from frappe.utils import pdf

from collections_app.api import letters as api
from collections_app.exceptions import ActionStateError
from collections_app.services.letters import preview, printed
from collections_app.services.letters.postal import address_lines, customer_lines
from collections_app.services.letters.samples import sample_facts
from collections_app.services.outbox import follow
from collections_app.services.outbox.channels import letter as channel
from collections_app.services.outbox.enclosures import with_enclosures
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import CycleTestCase, make_plan


def make_address(doctype: str, name: str, **values):
	return frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": name,
			"address_type": "Billing",
			"address_line1": "Musterstraße 12",
			"city": "München",
			"pincode": "80331",
			"country": "Germany",
			"links": [{"link_doctype": doctype, "link_name": name}],
			**values,
		}
	).insert()


def repeats_headers() -> bool:
	"""False where Frappe itself warns of its PDF generator."""
	is_valid = getattr(pdf, "is_wkhtmltopdf_valid", None)
	return is_valid() if is_valid else True


def configure_company(**values) -> None:
	settings = frappe.get_single("Collections Settings")
	settings.companies[0].update(values)
	settings.save()


class PrintTestCase(CycleTestCase):
	def queued(self, **customer):
		make_plan((1, "Letter", {"letter": "Cycle Test Letter"}))
		name = self.customer(**customer)
		make_address("Customer", name)
		self.invoices = [self.invoice(name, 1234.5), self.invoice(name, 100)]
		self.plan()
		self.judge()
		frappe.db.commit()
		return self.action(status="Queued")

	def text(self, content: bytes) -> str:
		return "\n".join(self.pages(content))

	def pages(self, content: bytes) -> list[str]:
		"""The text of each page, words apart by one blank: PDF generators set them apart by tabs or by places."""
		return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


class TestChannel(PrintTestCase):
	def test_enclosures_are_printed_behind_the_letter(self):
		"""Statement and invoices follow the letter in its PDF when the step says so."""
		self.queued(language="de")
		alone = self.action(status="Queued")
		pages = len(PdfReader(io.BytesIO(printed.pdf_of(alone))).pages)
		alone.update({"attach_statement": 1, "attach_invoices": 1})
		whole = PdfReader(io.BytesIO(with_enclosures(printed.pdf_of(alone), alone)))
		self.assertGreaterEqual(len(whole.pages), pages + 3)
		self.assertRegex(whole.pages[-1].extract_text(), r"100[.,]00")

	def test_pdf_file_and_task(self):
		"""Dispatch keeps one private PDF on the action and gives the collector the task; closed, it is Delivered."""
		self.queued(language="de")
		self.dispatch()
		self.dispatch()
		action = self.action()
		self.assertEqual((action.status, action.attempts), ("Sent", 1))
		(file,) = frappe.get_all(
			"File", {"attached_to_doctype": "Collection Action", "attached_to_name": action.name}, ["*"]
		)
		self.assertEqual(
			(file.file_url, file.is_private, file.attached_to_field), (action.document, 1, "document")
		)
		content = frappe.get_doc("File", file.name).get_content()
		self.assertTrue(content.startswith(b"%PDF"))
		text = self.text(content)
		for part in (*(one.name for one in self.invoices), "1.234,50", "80331 München", "Bitte zahlen Sie."):
			self.assertIn(part, text)
		self.assertIn("Bitte zahlen Sie.", action.message)
		task = frappe.get_doc("ToDo", action.task)
		self.assertEqual((task.reference_name, task.status), (action.case, "Open"))
		self.assertIn(file.file_url, task.description)
		follow.follow_sent_messages()
		self.assertEqual(self.action().status, "Sent")
		task.status = "Closed"
		task.save()
		follow.follow_sent_messages()
		self.assertEqual(self.action().status, "Delivered")

	def test_no_address(self):
		"""Without a postal address nothing is printed, and the action says why."""
		action = self.queued()
		frappe.db.delete(
			"Dynamic Link",
			{"link_doctype": "Customer", "link_name": action.customer, "parenttype": "Address"},
		)
		with self.assertRaisesRegex(ActionStateError, "no postal address"):
			channel.hand_over(action)
		self.dispatch()
		self.assertEqual((self.action().status, self.action().document), ("Failed", None))

	def test_failing_pdf_takes_everything_back(self):
		"""A PDF that cannot be made leaves neither file nor task."""
		self.queued()
		with patch.object(printed, "pdf_of", side_effect=ValueError("no printer")):
			self.dispatch()
		action = self.action()
		self.assertEqual((action.status, action.error, action.task), ("Failed", "no printer", None))
		self.assertFalse(frappe.db.exists("File", {"attached_to_name": action.name}))

	def test_what_was_sent_is_what_is_printed(self):
		"""After it is out the print shows the text and the day as sent, whatever the letter says by then."""
		action = self.queued()
		self.dispatch()
		row = {"parent": action.letter}
		frappe.db.set_value("Collection Letter Translation", row, {"body": "changed", "subject": "changed"})
		frappe.clear_document_cache("Collection Letter", action.letter)
		frappe.db.set_value("Collection Action", action.name, "sent_at", "2026-03-05 10:00:00")
		letter = printed.printed(self.action())
		self.assertNotIn("changed", letter.body)
		self.assertNotIn("changed", letter.subject)
		self.assertIn("Mar 5, 2026", [value for _, value in letter.reference])


class TestBulk(PrintTestCase):
	def test_one_file(self):
		"""The chosen letters are one PDF: what was kept where it is out, as of now where it is not."""
		self.queued()
		self.dispatch()
		first = self.action()
		second = frappe.copy_doc(first)
		second.update({"action_key": "second", "status": "Held", "document": None, "message": None})
		second.insert()
		api.print_letters([first.name, second.name])
		answer = frappe.local.response
		self.assertEqual((answer.type, answer.filename), ("pdf", "Letters.pdf"))
		text = self.text(answer.filecontent)
		self.assertIn(first.name, text)
		self.assertIn(second.name, text)
		with self.assertRaisesRegex(frappe.ValidationError, "Choose between"):
			api.print_letters([])


class TestPage(PrintTestCase):
	def draft(
		self, items: int = 3, language: str = "en", body: str = "<p>Dear</p>{{ items_table }}<p>End</p>"
	):
		texts = {"subject": "Overdue {{ total }}", "body": body}
		return preview.draft_action(
			preview.draft_writer(texts, language, "Firm", sample_facts(items)), COMPANY
		)

	def test_charges_and_fee(self):
		"""Interest and indemnity stand with each item, and below them the fee and the total with all of it."""
		html = printed.html_of(self.draft(2))
		for part in ("Late interest", "€3.21", "€40.00", "Reminder fee", "€5.00", "€2,460.42"):
			self.assertIn(part, html)

	def test_header_repeats_and_no_row_is_cut(self):
		"""Sixty items take several pages: each has the header, each row is whole on one of them."""
		content = printed.pdf_of(self.draft(60))
		pages = self.pages(content)
		self.assertGreater(len(pages), 1)
		invoices = [re.findall(r"ACC-SINV-2026-\d{5}(?!:)", page) for page in pages]
		self.assertEqual(len({one for found in invoices for one in found}), 60)
		if not repeats_headers():
			self.skipTest("this wkhtmltopdf has no Qt of its own: it repeats no header")
		for page, found in zip(pages, invoices, strict=True):
			self.assertEqual("Due date" in page, any(invoice in page for invoice in found))

	def test_page_numbers_in_the_language(self):
		"""The footer has the places that PDF generators fill in, in the words of the letter's language."""
		for language, words in (
			("de", "Seite {} von {}"),
			("fr", "Page {} sur {}"),
			("nl", "Pagina {} van {}"),
		):
			html = printed.html_of(self.draft(language=language))
			page, pages = (f'<span class="{name}"></span>' for name in ("page", "topage"))
			self.assertIn(words.format(page, pages), html)
			self.assertIn('id="footer-html"', html)

	def test_window(self):
		"""The address stands left or right, as set for the company."""
		self.assertIn("letter-window letter-left", printed.html_of(self.draft()))
		configure_company(address_window="Right")
		self.assertIn("letter-window letter-right", printed.html_of(self.draft()))

	def test_letter_head_of_the_company(self):
		"""The company's letter head takes the place of its name."""
		head = frappe.get_doc(
			{
				"doctype": "Letter Head",
				"letter_head_name": f"Cycle Test {frappe.generate_hash(length=5)}",
				"source": "HTML",
				"content": "<b>Our own head</b>",
			}
		).insert()
		frappe.db.set_value("Company", COMPANY, "default_letter_head", head.name)
		frappe.clear_document_cache("Company", COMPANY)
		self.addCleanup(frappe.clear_document_cache, "Company", COMPANY)
		html = printed.html_of(self.draft())
		self.assertIn("Our own head", html)
		self.assertNotIn('class="letter-company"', html)

	def test_names_are_text(self):
		"""A name with signs of HTML does not become HTML on paper."""
		action = self.draft()
		customer = self.customer()
		make_address("Customer", customer, address_line1="<b>Street</b>")
		action.customer = customer
		html = printed.html_of(action)
		self.assertIn("&lt;b&gt;Street", html)
		self.assertIn("Sample &amp; Sons", html)


class TestAddress(PrintTestCase):
	def test_order_of_the_country(self):
		"""Town and code stand where the country's post wants them."""
		base = {
			"address_line1": "1 Street",
			"address_line2": None,
			"city": "Town",
			"county": None,
			"state": None,
		}
		for country, values, expected in (
			("Germany", {"pincode": "12345"}, ["1 Street", "12345 Town"]),
			("United States", {"pincode": "60601", "state": "IL"}, ["1 Street", "Town, IL 60601"]),
			("United Kingdom", {"pincode": "SW1A 1AA"}, ["1 Street", "Town", "SW1A 1AA"]),
			("France", {"pincode": None}, ["1 Street", "Town"]),
		):
			with self.subTest(country):
				self.assertEqual(
					address_lines(frappe._dict({**base, **values, "country": country})), expected
				)

	def test_country_only_abroad(self):
		"""The country is the last line of mail abroad, in the sender's language; at home it is left out."""
		home, abroad = self.customer(), self.customer()
		make_address("Customer", home)
		make_address("Customer", abroad, country="Spain", city="Madrid", pincode="28001")
		self.assertEqual(
			customer_lines(home, "Home", "Person", COMPANY),
			["Home", "Person", "Musterstraße 12", "80331 München"],
		)
		self.assertEqual(customer_lines(abroad, "Away", "Away", COMPANY)[-2:], ["28001 Madrid", "SPANIEN"])
		self.assertEqual(customer_lines(self.customer(), "None", "", COMPANY), [])
