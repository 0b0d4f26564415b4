"""Charges of a waiting message: refreshed each day, computed again when it goes out, said in the letter."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import letters as api
from collections_app.services import letters
from collections_app.services.charges import compute as charges
from collections_app.services.outbox.dispatch import dispatch
from collections_app.tests.charging import BOTH, MISSING, NO_BREAK, ChargesTestCase, make_rate
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import email_queue, make_letter, make_plan


class TestRefresh(ChargesTestCase):
	def setUp(self):
		super().setUp()
		make_rate()
		make_plan((1, "Email", BOTH))

	def test_a_day_later(self):
		"""A waiting action gets the new day's charges and stays the same action, untouched but for them."""
		self.invoice(self.customer(), 1000, -10)
		self.plan()
		before = self.action()
		counts = self.plan(day=1).results[-1]
		after = self.action()
		self.assertEqual((counts["planned"], counts["unchanged"], counts["replaced"]), (0, 1, 0))
		self.assertEqual((after.name, after.action_key), (before.name, before.action_key))
		self.assertEqual((before.interest, after.interest), (2.74, 3.01))
		self.assertEqual((after.items[0].interest, after.items[0].interest_days), (3.01, 11))
		self.assertEqual((after.items[0].name, after.total_with_charges), (before.items[0].name, 1043.01))
		self.assertEqual(frappe.db.count("Version", {"docname": after.name}), 0)

	def test_part_payment(self):
		"""Amounts and charges change together."""
		invoice = self.invoice(self.customer(), 1000, -10)
		self.plan()
		name = self.action().name
		pay(invoice, 400)
		self.plan()
		self.assertEqual((self.action().name, self.action().total), (name, 600))
		self.assertEqual(self.charged(), (2.74, 40, 642.74))
		self.plan(day=1)
		# 10 days of 1,000 and one of 600
		self.assertEqual(self.charged(), (2.9, 40, 642.9))

	def test_charges_that_end(self):
		"""A step that stops charging takes the charges off what waits."""
		self.invoice(self.customer(), 1000, -10)
		self.plan()
		frappe.db.set_value(
			"Dunning Plan Step",
			self.action().plan_step,
			{"charge_interest": 0, "charge_indemnity": 0},
		)
		self.plan()
		row = self.action().items[0]
		self.assertEqual(self.charged(), (0, 0, 1000))
		self.assertEqual((row.interest, row.interest_days, row.interest_rate, row.indemnity), (0, 0, 0, 0))


class TestDispatched(ChargesTestCase):
	def queued(self, channel: str = "Email", **customer):
		make_rate()
		make_plan((1, channel, BOTH))
		self.invoice(self.customer(**customer), 1000, -10)
		self.plan()
		self.judge()
		frappe.db.commit()
		return self.action(status="Queued")

	def dispatch_on(self, day: int):
		context = self.context(day)
		with patch("collections_app.services.outbox.dispatch.getdate", return_value=add_days(getdate(), day)):
			context.results.append(dispatch(context))
		return context

	def test_amounts_of_the_day(self):
		"""What goes out three days after it was planned says that day's amount, in the letter and on the record."""
		self.assertEqual(self.queued().interest, 2.74)
		self.assertEqual(self.dispatch_on(3).results[-1]["emails"], 1)
		action = self.action()
		self.assertEqual((action.interest, action.items[0].interest), (3.56, 3.56))
		self.assertEqual(action.total_with_charges, 1043.56)
		for text in ("€3.56", "13 days", "€40.00", "€1,043.56"):
			self.assertIn(text, action.message)
		self.assertNotIn("€2.74", action.message)
		self.assertEqual(len(email_queue()), 1)

	def test_payment_at_the_last_moment(self):
		"""A payment between release and dispatch is not counted twice."""
		action = self.queued()
		pay(frappe.get_doc("Sales Invoice", action.items[0].voucher_no), 400)
		self.dispatch_on(0)
		self.assertEqual(self.action().interest, 2.74)

	def test_trouble_with_charges_fails_only_the_action(self):
		"""When the charges cannot be computed, the action fails with the reason and nothing goes out."""
		self.queued()
		with patch.object(charges.Charger, "for_action", side_effect=ValueError("no charges")):
			context = self.dispatch_on(0)
		self.assertEqual((self.action().status, self.action().error), ("Failed", "no charges"))
		self.assertEqual((context.results[-1]["failed"], len(email_queue())), (1, 0))

	def test_call(self):
		"""The collector's task names the charges of the day."""
		self.queued("Call")
		self.dispatch_on(1)
		task = frappe.get_doc("ToDo", self.action().task)
		self.assertIn(frappe.utils.fmt_money(3.01, currency="EUR"), task.description)
		self.assertIn("Late interest", task.description)
		self.assertEqual(self.action().interest, 3.01)

	def test_preview_says_the_amount_of_today(self):
		"""The preview of a waiting action shows what would go out now and writes nothing."""
		action = self.queued()
		row = action.items[0].name
		frappe.db.set_value("Collection Action Invoice", row, {"interest": 1, "interest_days": 1})
		html = api.preview_action(action.name)["html"]
		self.assertIn("€2.74", html)
		self.assertIn("10 days", html)
		self.assertEqual(frappe.db.get_value("Collection Action Invoice", row, "interest"), 1)

	def test_told_once_in_a_run(self):
		"""What planning told is not told again by the dispatch of the same run."""
		make_plan((1, "Email", BOTH))
		self.invoice(self.customer(), 1000)
		context = self.plan()
		self.judge()
		frappe.db.commit()
		known = len(context.messages)
		self.assertTold(context, MISSING)
		context.step = "Dispatch"
		dispatch(context)
		self.assertEqual(len(context.messages), known)


class TestLetters(ChargesTestCase):
	BODY = "{{ items_table }}[{{ interest }}|{{ indemnity }}|{{ total_with_charges }}]"

	def render(self, language: str, charged: bool = True, body: str = BODY) -> str:
		letter = make_letter(frappe.generate_hash(length=6), {"en": ("Hello", body), "de": ("Hallo", body)})
		invoice = self.invoice(self.customer(), 1000, -10)
		values = {"interest": 1234.5, "interest_days": 10, "interest_rate": 10.27, "indemnity": 40}
		item = {
			"invoice": invoice.name,
			"posting_date": invoice.posting_date,
			"due_date": invoice.due_date,
			"days_overdue": 10,
			"outstanding": 1000,
		}
		return letters.render(
			letter,
			company=COMPANY,
			customer=invoice.customer,
			items=[item | values if charged else item],
			currency="EUR",
			language=language,
		).html

	def test_block_in_two_languages(self):
		"""Interest with days and rate, indemnity and total with both, as each language writes them."""
		expected = {
			"en": (
				"Late interest, ",
				"10 days, current annual rate 10.27%",
				"€1,234.50",
				"Fixed compensation for recovery costs",
				"€40.00",
				"Total including charges",
				"[€1,234.50|€40.00|€2,274.50]",
			),
			"de": (
				"Verzugszinsen, ",
				f"10 Tage, derzeitiger Jahreszins 10,27{NO_BREAK}%",
				f"1.234,50{NO_BREAK}€",
				"Verzugspauschale",
				f"40,00{NO_BREAK}€",
				"Gesamt einschließlich Verzugskosten",
				f"[1.234,50{NO_BREAK}€|40,00{NO_BREAK}€|2.274,50{NO_BREAK}€]",
			),
		}
		for language, texts in expected.items():
			html = self.render(language)
			for text in texts:
				with self.subTest(text):
					self.assertIn(text, html)

	def test_without_charges(self):
		"""No block and empty variables; the table is the one it always was."""
		html = self.render("en", charged=False)
		self.assertIn("[||€1,000.00]", html)
		self.assertEqual(html.count("<tfoot>"), 1)
		for word in ("Charges for late payment", "Late interest", "Fixed compensation"):
			self.assertNotIn(word, html)

	def test_words_of_seven_languages(self):
		"""Each language has words of its own for the charges, its regions have the same."""
		wanted = ("en", "fr", "es", "de", "it", "pt", "nl")
		words = {language: letters.labels(language) for language in wanted}
		for field in ("charges", "interest", "indemnity", "total_with_charges"):
			self.assertEqual(len({one[field] for one in words.values()}), len(wanted), field)
		for language, one in words.items():
			self.assertIn("{days}", one["interest_basis"], language)
			self.assertIn("{rate}", one["interest_basis"], language)
		self.assertEqual(letters.labels("pt-BR"), words["pt"])
