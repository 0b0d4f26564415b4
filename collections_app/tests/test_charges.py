"""Charges for late payment: computed by hand here, refreshed each day, said in the letter, and only where they are due."""

import json
from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import letters as api
from collections_app.services import charges, interest_rates, letters
from collections_app.services.outbox.dispatch import dispatch
from collections_app.setup import seed
from collections_app.tests.books import credit_note, debtor_row, income_row, journal, make_terms
from collections_app.tests.utils import ABBR, COMPANY, CollectionsTestCase, make_invoice, pay
from collections_app.tests.world import CycleTestCase, email_queue, make_letter, make_plan, remove

NO_BREAK = "\u00a0"
BOTH = {"charge_interest": 1, "charge_indemnity": 1}
# a country the seeds do not know, so that its rate is the tests' alone
COUNTRY, CODE = "Norway", "NO"
MISSING = "there is no late interest rate for"


def make_rate(days_ago: int = 400, rate: float = 10, tiers=((0, 40),), currency: str = "EUR", **values):
	return frappe.get_doc(
		{
			"doctype": "Late Interest Rate",
			"applies_to": "Country",
			"country": COUNTRY,
			"effective_from": add_days(getdate(), -days_ago),
			"annual_rate": rate,
			"indemnity_currency": currency if tiers else None,
			"indemnity": [{"from_debt": debt, "amount": amount} for debt, amount in tiers],
			**values,
		}
	).insert()


def set_law(country: str | None = COUNTRY) -> None:
	settings = frappe.get_single("Collections Settings")
	settings.companies[0].law_country = country
	settings.save()


def forget_rates() -> None:
	frappe.db.rollback()
	remove("Late Interest Rate", {"region": CODE})
	remove("Currency Exchange", {"from_currency": "GBP", "to_currency": "EUR"})
	frappe.db.commit()


class ChargesTestCase(CycleTestCase):
	def setUp(self):
		super().setUp()
		self.addCleanup(forget_rates)
		forget_rates()
		set_law()

	def charged(self) -> tuple[float, float, float]:
		action = self.action()
		return action.interest, action.indemnity, action.total_with_charges


class TestPlanned(ChargesTestCase):
	def test_amounts_by_hand(self):
		"""1,000 for 10 days at 10 % is 2.74, 200 for 20 days is 1.10; 40 for each; all of it in the totals."""
		make_rate()
		make_plan((1, "Email", BOTH))
		customer = self.customer()
		self.invoice(customer, 1000, -10)
		self.invoice(customer, 200, -20)
		self.plan()
		self.assertEqual(
			[
				(row.outstanding, row.interest, row.interest_days, row.interest_rate, row.indemnity)
				for row in self.action().items
			],
			[(200, 1.1, 20, 10, 40), (1000, 2.74, 10, 10, 40)],
		)
		self.assertEqual(self.charged(), (3.84, 80, 1283.84))
		self.assertEqual(self.action().total, 1200)

	def test_only_what_the_step_asks_for(self):
		"""Each item is charged what its own step says, be it interest, the indemnity or nothing."""
		make_rate()
		make_plan((1, "Email"), (15, "Email", {"charge_interest": 1}), gap=1)
		customer = self.customer()
		old = self.invoice(customer, 1000, -16)
		self.plan()
		self.assertEqual(self.charged(), (0, 0, 1000))
		frappe.db.set_value(
			"Collection Action",
			self.action().name,
			{"status": "Sent", "sent_at": add_days(frappe.utils.now_datetime(), -2)},
		)
		self.invoice(customer, 500, -5)
		self.plan()
		action = self.action(status="Planned")
		self.assertEqual(
			[(row.voucher_no == old.name, row.interest, row.indemnity) for row in action.items],
			[(True, 4.38, 0), (False, 0, 0)],
		)
		frappe.db.set_value(
			"Dunning Plan Step", action.plan_step, {"charge_interest": 0, "charge_indemnity": 1}
		)
		self.plan()
		action = self.action(status="Planned")
		self.assertEqual((action.interest, action.indemnity, action.items[0].interest_days), (0, 40, 0))

	def test_part_payments_and_credit_notes(self):
		"""The day of a payment still bears interest on the whole; what is credited never did."""
		make_rate()
		make_plan((1, "Email", BOTH))
		paid, credited = self.invoice(self.customer(), 1000, -10), self.invoice(self.customer(), 1000, -10)
		pay(paid, 400, add_days(getdate(), -6))
		credit_note(credited, 400, on_invoice=True)
		self.plan()
		# 4 days of 1,000 and 6 of 600; 10 days of 600
		self.assertEqual(self.action(customer=paid.customer).interest, 2.08)
		self.assertEqual(self.action(customer=credited.customer).interest, 1.64)

	def test_change_of_rate(self):
		"""Each day bears the rate in force on it; where the law fixes it at the start, the first."""
		make_rate(rate=10)
		newer = make_rate(days_ago=4, rate=20)
		make_plan((1, "Email", BOTH))
		self.invoice(self.customer(), 1000, -10)
		self.plan()
		# 5 days at 10 % and 5 at 20 %
		self.assertEqual(self.charged()[0], 4.11)
		self.assertEqual(self.action().items[0].interest_rate, 20)
		for name in (f"{CODE}-{add_days(getdate(), -400)}", newer.name):
			frappe.db.set_value("Late Interest Rate", name, "fixed_at_start", 1)
		self.plan()
		self.assertEqual(self.charged()[0], 2.74)

	def test_term_of_a_schedule(self):
		"""A term is charged from its own due date on what is open of it, whatever payments went to other terms."""
		make_rate()
		make_plan((1, "Email", BOTH))
		customer = self.customer()
		invoice = self.invoice(customer, 1000, -10, payment_terms_template=make_terms(50, 50))
		pay(invoice, 600, add_days(getdate(), -1))
		self.plan()
		(row,) = self.action().items
		self.assertTrue(row.payment_term)
		late = (getdate() - row.due_date).days
		self.assertEqual((row.outstanding, row.interest_days, row.indemnity), (400, late, 40))
		self.assertEqual(row.interest, round(400 * 0.1 * late / 365, 2))

	def test_journal_entries_bear_nothing(self):
		"""An opening balance is no invoice: it is chased and not charged, nor is a rate asked for it."""
		make_plan((1, "Email", BOTH))
		customer = self.customer()
		journal(debtor_row(customer, debit=100), income_row(credit=100), on=add_days(getdate(), -10))
		self.assertEqual(self.plan().messages, [])
		make_rate()
		self.plan()
		self.assertEqual(self.charged(), (0, 0, 100))

	def test_not_before_due(self):
		"""On the due date nothing is charged, on the day after it is; steps before it cannot charge."""
		make_rate()
		plan = make_plan((-5, "Email", BOTH), (0, "Email", BOTH))
		self.assertEqual([row.charge_interest for row in plan.steps], [0, 1])
		self.invoice(self.customer(), 1000, 0)
		frappe.db.set_value("Dunning Plan Step", plan.steps[0].name, BOTH)
		self.plan()
		self.assertEqual(self.charged(), (0, 0, 1000))
		self.plan(day=1)
		self.assertEqual(
			[(row.interest, row.indemnity) for row in self.actions(status="Planned")], [(0.27, 40)]
		)

	def test_persons_are_not_charged(self):
		"""A customer of type Individual is charged nothing, and nobody is troubled with that."""
		make_rate(days_ago=0)
		make_rate()
		make_plan((1, "Email", BOTH))
		self.invoice(self.customer(customer_type="Individual"), 1000)
		context = self.plan()
		self.assertEqual(self.charged(), (0, 0, 1000))
		self.assertEqual(context.messages, [])

	def test_no_rate(self):
		"""Without a rate nothing is charged, the message is planned all the same, and the run says so once."""
		make_plan((1, "Email", BOTH))
		for due_in in (-10, -20, -30):
			self.invoice(self.customer(), 1000, due_in)
		context = self.plan()
		self.assertEqual([row.total_with_charges for row in self.actions()], [1000, 1000, 1000])
		self.assertEqual(len([line for line in context.messages if MISSING in line.message]), 1)
		self.assertTold(context, f"{MISSING} {CODE}", "Warning")
		make_rate(days_ago=15)
		context = self.plan()
		self.assertEqual(sorted(row.interest for row in self.actions()), [0, 0, 2.74])
		first = frappe.utils.formatdate(add_days(getdate(), -29))
		self.assertEqual([MISSING in line.message for line in context.messages], [True])
		self.assertTold(context, f"{MISSING} {CODE} on {first}", "Warning")

	def test_unusable_rate_stops_no_other(self):
		"""A rate that was spoilt behind the form's back is told by name; the others hold."""
		make_rate()
		bad = make_rate(days_ago=5, rate=12)
		frappe.db.set_value("Late Interest Rate", bad.name, "annual_rate", -1)
		make_plan((1, "Email", BOTH))
		self.invoice(self.customer(), 1000)
		context = self.plan()
		self.assertEqual(self.charged()[0], 2.74)
		self.assertTold(context, "annual_rate must be 0 or more", "Error")
		self.assertIn(bad.name, [line.reference_name for line in context.messages])

	def test_old_rate_is_told(self):
		"""A rate from before this half-year goes on, and the run asks for the new one, once."""
		make_rate()
		make_plan((1, "Email", BOTH))
		self.invoice(self.customer(), 1000)
		self.invoice(self.customer(), 1000)
		context = self.plan()
		told = [line.message for line in context.messages if "newest late interest rate" in line.message]
		self.assertEqual(len(told), 1)
		make_rate(days_ago=0)
		self.assertEqual(self.plan().messages, [])

	def test_law_of_the_company(self):
		"""The country of the settings, else the company's own."""
		self.assertEqual(interest_rates.law_of(COMPANY), CODE)
		set_law(None)
		self.assertEqual(interest_rates.law_of(COMPANY), "DE")
		self.assertEqual(interest_rates.law_of("No Such Company"), "")


class TestExchangeRate(ChargesTestCase):
	TIERS = ((0, 40), (1000, 70))

	def plan_with(self, amount: float, rate: float | None):
		make_rate(tiers=self.TIERS, currency="GBP")
		make_rate(days_ago=0, tiers=self.TIERS, currency="GBP")
		if rate:
			frappe.get_doc(
				{
					"doctype": "Currency Exchange",
					"date": getdate(),
					"from_currency": "GBP",
					"to_currency": "EUR",
					"exchange_rate": rate,
					"for_buying": 1,
					"for_selling": 1,
				}
			).insert()
		make_plan((1, "Email", BOTH))
		self.invoice(self.customer(), amount)
		self.invoice(self.customer(), amount)
		return self.plan()

	def test_converted(self):
		"""1,200 EUR are 960 GBP at 1.25: 40 GBP are 50 EUR. 1,250 EUR are 1,000 GBP: 70 GBP are 87.50 EUR."""
		for amount, indemnity in ((1200, 50), (1250, 87.5)):
			with self.subTest(amount):
				self.setUp()
				self.plan_with(amount, 1.25)
				self.assertEqual([row.indemnity for row in self.actions()], [indemnity, indemnity])

	def test_asked_once(self):
		"""However many items: ERPNext is asked once a pair of currencies."""
		with patch("erpnext.setup.utils.get_exchange_rate", return_value=1.25) as asked:
			self.plan_with(1200, None)
		asked.assert_called_once_with("GBP", "EUR", getdate())

	def test_without_a_rate(self):
		"""The interest is charged, the indemnity is not, and the run says why, once."""
		self.TIERS = ((0, 40),)
		with patch("erpnext.setup.utils.get_exchange_rate", return_value=0):
			context = self.plan_with(1000, None)
		self.assertEqual([(row.interest, row.indemnity) for row in self.actions()], [(2.74, 0)] * 2)
		self.assertEqual(
			[line.message for line in context.messages],
			["The fixed indemnity is not charged: there is no exchange rate from GBP to EUR"],
		)

	def test_interest_in_the_invoices_currency(self):
		"""A debt in USD bears interest in USD; the indemnity comes at the day's rate."""
		make_rate()
		make_rate(days_ago=0)
		make_plan((1, "Email", BOTH))
		make_invoice(
			self.customer(), 1000, currency="USD", conversion_rate=0.9, debit_to=f"Debtors USD - {ABBR}"
		)
		with patch("erpnext.setup.utils.get_exchange_rate", return_value=1.1) as asked:
			self.plan()
		asked.assert_called_once_with("EUR", "USD", getdate())
		self.assertEqual((self.action().currency, *self.charged()), ("USD", 2.74, 44, 1046.74))


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


class TestRates(CollectionsTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.savepoint("rates")
		self.addCleanup(frappe.db.rollback, save_point="rates")

	def rates(self) -> set[str]:
		return set(frappe.get_all("Late Interest Rate", pluck="name"))

	def refused(self, message: str, **values):
		with self.assertRaisesRegex(frappe.ValidationError, message):
			make_rate(**values)

	def test_seeded(self):
		"""Each row of the seed is a record: by hand, Germany, the euro area and the United Kingdom."""
		data = json.loads((seed.DATA / "late_interest_rates.json").read_text(encoding="utf-8"))
		wanted = {
			f"{entry['country']}-{row['effective_from']}"
			for entry in data["countries"]
			for row in entry["rates"]
		}
		self.assertEqual(wanted - self.rates(), set())
		german = frappe.get_doc("Late Interest Rate", "DE-2026-01-01")
		self.assertEqual((german.country, german.annual_rate, german.title), ("Germany", 10.27, "Germany"))
		self.assertTrue(german.source)
		euro = frappe.get_doc("Late Interest Rate", "EU-2026-01-01")
		self.assertEqual((euro.applies_to, euro.country, euro.title), ("Euro Area", None, "Euro Area"))
		british = frappe.get_doc("Late Interest Rate", "GB-2026-07-01")
		self.assertEqual(
			(british.fixed_at_start, british.indemnity_currency, british.annual_rate), (1, "GBP", 11.75)
		)
		self.assertEqual(
			[(row.from_debt, row.amount) for row in british.indemnity], [(0, 40), (1000, 70), (10000, 100)]
		)

	def test_seeded_once_and_never_overwritten(self):
		"""Seeding again changes nothing the user changed and brings nothing twice."""
		before = self.rates()
		frappe.db.set_value("Late Interest Rate", "DE-2026-01-01", "annual_rate", 11)
		seed.seed_late_interest_rates()
		self.assertEqual(self.rates(), before)
		self.assertEqual(frappe.db.get_value("Late Interest Rate", "DE-2026-01-01", "annual_rate"), 11)

	def test_the_engine_gets_what_stands_in_the_records(self):
		"""The table of the records answers as that of the seed file does."""
		table = interest_rates.rate_table(lambda *error: self.fail(error))
		file = json.loads((seed.DATA / "late_interest_rates.json").read_text(encoding="utf-8"))
		expected = seed.rates_from_data(file)
		self.assertTrue(expected)
		for rate in expected:
			found = table.at(rate.country, rate.effective_from)
			self.assertEqual(
				(found.annual_rate, found.fixed_at_start, found.indemnity),
				(rate.annual_rate, rate.fixed_at_start, rate.indemnity),
			)

	def test_one_rate_a_law_and_day(self):
		"""A second rate of the same country and day is refused."""
		make_rate()
		with self.assertRaisesRegex(frappe.DuplicateEntryError, f"{COUNTRY} has a rate from .* already"):
			make_rate()
		make_rate(days_ago=399)

	def test_checked_when_saved(self):
		"""What the engine cannot use is refused, naming field and row."""
		self.refused("annual_rate must be 0 or more", rate=1.1234567)
		self.refused("Sums, row 1: .*ascend from a debt of 0", tiers=((100, 40),))
		self.refused("Sums, row 2: .*ascend from a debt of 0", tiers=((0, 40), (0, 70)))
		self.refused("Fixed Indemnity: choose its currency", indemnity_currency=None)
		with self.assertRaisesRegex(frappe.ValidationError, "Country: choose whose law"):
			frappe.get_doc({"doctype": "Late Interest Rate", "applies_to": "Country"}).set_region()
		make_rate(tiers=())

	def test_law_and_day_stay(self):
		"""The law and the day of a rate are not changed afterwards: they are its name."""
		rate = make_rate()
		rate.country = "Switzerland"
		with self.assertRaises(frappe.CannotChangeConstantError):
			rate.save()

	def test_only_managers_write(self):
		"""Permissions are those of the other rules."""
		for doctype in ("Late Interest Rate", "Dunning Plan"):
			rights = {
				row.role: (row.read, row.write, row.create, row.delete)
				for row in frappe.get_meta(doctype).permissions
			}
			self.assertEqual(rights["Credit Manager"], (1, 1, 1, 1))
			self.assertEqual(rights["Collector"], (1, 0, 0, 0))

	def test_firm_plan_charges(self):
		"""Of the seeded plans only Firm charges, in its firm reminder and its final notice."""
		charging = frappe.get_all(
			"Dunning Plan Step",
			{"parent": ["in", ["Gentle", "Standard", "Firm", "Key Account"]], "charge_interest": 1},
			["parent", "step_name", "charge_indemnity"],
			order_by="idx",
		)
		self.assertEqual(
			[(row.parent, row.step_name, row.charge_indemnity) for row in charging],
			[("Firm", "Firm reminder", 1), ("Firm", "Final notice", 1)],
		)
