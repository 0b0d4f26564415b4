"""Late Interest Rates: seeded once, checked when saved."""

import json

import frappe

from collections_app.services.charges import interest_rates
from collections_app.setup import seed
from collections_app.tests.charging import (
	COUNTRY,
	make_rate,
)
from collections_app.tests.utils import CollectionsTestCase


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
		self.refused("the annual rate must be 0 or more", rate=1.1234567)
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
		"""Of the seeded plans Firm charges in its firm reminder and its final notice, Standard when it hands over."""
		charging = frappe.get_all(
			"Dunning Plan Step",
			{"parent": ["in", ["Gentle", "Standard", "Firm", "Key Account"]], "charge_interest": 1},
			["parent", "step_name", "charge_indemnity"],
			order_by="parent, idx",
		)
		self.assertEqual(
			[(row.parent, row.step_name, row.charge_indemnity) for row in charging],
			[
				("Firm", "Firm reminder", 1),
				("Firm", "Final notice by post", 1),
				("Standard", "Hand over to a collection agency", 1),
			],
		)
