"""Rates and a law of their own for the tests of charges."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.tests.world import CycleTestCase, remove

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
