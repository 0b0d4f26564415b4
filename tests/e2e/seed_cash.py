"""Bank lines for the browser tests of cash review: nothing is applied by itself, each waits for a person."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.services.cash.apply import apply_cash
from collections_app.services.cash.posting import Allocation, post_payment
from collections_app.services.run.context import RunContext
from collections_app.tests import utils
from collections_app.tests.books import bank_line, credit_note, payment
from tests.e2e.seed_facts import COMPANY

ACCOUNTS = {
	"discount_account": f"Sales Expenses - {utils.ABBR}",
	"bank_charges_account": f"Bank Charges - {utils.ABBR}",
	"rounding_account": f"Write Off - {utils.ABBR}",
	"largest_discount": 5,
	"largest_bank_charge": 25,
	"largest_rounding": 0.05,
}


def seed_booked() -> None:
	"""A payment booked by its advice that the bank shows now, and a direct debit that came back with a charge."""
	early, bounced = (utils.make_customer(name) for name in ("Punctual Printers", "Bounced Cheques"))
	advised = payment(early, 310, [(utils.make_invoice(early, 310, 5), 310)])
	frappe.db.set_value("Payment Entry", advised.name, "reference_no", "WIRE-2026-778")
	bank_line(310, "transfer", "Punctual Printers", "AT611904300234573201", reference_number="WIRE-2026-778")
	bill = utils.make_invoice(bounced, 150, 5)
	end_to_end = "SDD-2026-000451"
	day = add_days(getdate(), -6)
	line = bank_line(150, bill.name, "Bounced Cheques", date=day, reference_number=end_to_end)
	post_payment(line.name, bounced, [Allocation(bill.name, f"Sales Invoice|{bill.name}|", 150)])
	bank_line(
		-153.5,
		f"Reversal: {bill.name}",
		"Bounced Cheques",
		reference_number=end_to_end,
		collections_is_return=1,
		collections_return_reason="MD06 Refund request by end customer",
	)


def seed_cash() -> None:
	"""Six payers: one sure, one to split, one less a discount, one unknown, one booked before, one whose bank took it
	back."""
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
	seed_booked()
	apply_cash(RunContext(COMPANY, getdate(), step="Apply Cash"))
	settings.auto_apply = 1
	settings.save()
