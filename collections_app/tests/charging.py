"""Rates, a law and accounts of their own for the tests of charges."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.services.charges import booking as charge_booking
from collections_app.services.charges import settling as charge_settling
from collections_app.services.charges.compute import Charger
from collections_app.tests.books import INCOME
from collections_app.tests.utils import ABBR, COMPANY
from collections_app.tests.world import CycleTestCase, make_plan, mark_sent, remove

DISPATCH = "collections_app.services.outbox.dispatch"

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
	remove("Currency Exchange", {"from_currency": ["in", ["GBP", "USD"]], "to_currency": "EUR"})
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


class BookingTestCase(ChargesTestCase):
	"""A company set up to book charges."""

	PLAN = "Invoice for Charges"

	def setUp(self):
		super().setUp()
		remove("Dunning", {"company": COMPANY})
		make_rate()
		set_booking()

	def plan_with(self, *steps: tuple, **values):
		return make_plan(*(steps or [(1, "Email", BOTH)]), book_charges=self.PLAN, **values)

	def send_out(self, day: int = 0) -> list[str]:
		"""Plans and sends on a day, and has the mail server take it. Returns the messages."""
		with patch(f"{DISPATCH}.getdate", return_value=add_days(getdate(), day)):
			self.send(day)
		names = [row.name for row in self.actions(status="Sending")]
		for name in names:
			mark_sent(name, -day)
		frappe.db.commit()
		return names

	def book(self) -> dict[str, int]:
		self.told = []
		return charge_booking.book_due(COMPANY, lambda *line: self.told.append(line))

	def settle_paid(self) -> list[str]:
		return charge_settling.note_paid(COMPANY, Charger(COMPANY, getdate()))

	def bookings(self, **filters) -> list:
		names = frappe.get_all(
			"Charge Booking", {"company": COMPANY, **filters}, pluck="name", order_by="creation, name"
		)
		return [frappe.get_doc("Charge Booking", name) for name in names]

	def charges_invoice(self, action: str):
		name = frappe.db.get_value("Collection Action", action, "charges_invoice")
		return frappe.get_doc("Sales Invoice", name)


def set_booking(**values) -> None:
	"""Accounts and item of the company's charges."""
	settings = frappe.get_single("Collections Settings")
	settings.companies[0].update(
		{"charges_account": charges_account(), "charges_item": charges_item(), **values}
	)
	settings.save()
	frappe.db.commit()


def charges_account() -> str:
	name = f"Late Payment Charges - {ABBR}"
	if not frappe.db.exists("Account", name):
		parent = frappe.db.get_value("Account", INCOME, "parent_account")
		values = {"account_name": "Late Payment Charges", "parent_account": parent, "company": COMPANY}
		frappe.get_doc({"doctype": "Account", "account_currency": "EUR", **values}).insert()
	return name


def charges_item() -> str:
	name = "Late Payment Charges"
	if not frappe.db.exists("Item", name):
		group = frappe.db.get_value("Item Group", {"is_group": 0})
		values = {"item_code": name, "item_group": group, "stock_uom": "Nos", "is_stock_item": 0}
		frappe.get_doc({"doctype": "Item", **values}).insert()
	return name


def ledger(voucher: str) -> dict[str, float]:
	"""Account -> debit less credit of a voucher in the company's currency, what is cancelled left out."""
	found: dict[str, float] = {}
	rows = frappe.get_all(
		"GL Entry",
		{"voucher_no": voucher, "is_cancelled": 0},
		["account", "debit", "credit"],
		order_by="account",
	)
	for row in rows:
		found[row.account] = round(found.get(row.account, 0) + row.debit - row.credit, 2)
	return found
