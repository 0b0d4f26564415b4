"""Bank lines for the browser tests of cash review: nothing is applied by itself, each waits for a person."""

import frappe
from frappe.utils import getdate

from collections_app.services.cash.apply import apply_cash
from collections_app.services.run.context import RunContext
from collections_app.tests import utils
from collections_app.tests.books import bank_line, credit_note
from tests.e2e.seed_facts import COMPANY

ACCOUNTS = {
	"discount_account": f"Sales Expenses - {utils.ABBR}",
	"bank_charges_account": f"Bank Charges - {utils.ABBR}",
	"rounding_account": f"Write Off - {utils.ABBR}",
	"largest_discount": 5,
	"largest_bank_charge": 25,
	"largest_rounding": 0.05,
}


def seed_cash() -> None:
	"""Four payers: one sure, one to split, one less a discount, one unknown."""
	settings = frappe.get_single("Collections Settings")
	settings.companies[0].update(ACCOUNTS)
	settings.auto_apply = 0
	settings.save()
	northern, harbour, quick = (
		utils.make_customer(name) for name in ("Northern Lights", "Harbour & Co", "Quick Discounters")
	)
	exact = utils.make_invoice(northern, 480, 12)
	for amount in (600, 250):
		last = utils.make_invoice(harbour, amount, 15)
	credit_note(last, 50)
	early = utils.make_invoice(quick, 1000, 18)
	bank_line(480, f"Invoice {exact.name} many thanks", "Northern Lights", "DE75512108001245126199")
	bank_line(790, "as agreed on the phone", "Harbour and Co", "FR1420041010050500013M02606")
	bank_line(980, f"{early.name} less 2% discount", "Quick Discounters", "NL91ABNA0417164300")
	bank_line(63.2, "refund of insurance", "Sunny Insurance", "BE71096123456769")
	apply_cash(RunContext(COMPANY, getdate(), step="Apply Cash"))
	settings.auto_apply = 1
	settings.save()
