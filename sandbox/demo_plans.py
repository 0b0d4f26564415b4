"""The demo's dunning plans: charges that are booked, a plan tried against one of the app's own, and what waits for today."""

from contextlib import contextmanager

CHARGING, CHARGES_BOOKED = "Firm", "Invoice for Charges"
FEE_STEP, FEE = "Firm reminder", 10
CHARGES_ACCOUNT = "Late Payment Charges"
CHARGES_ITEM = "LATE-CHARGES"
TESTED, VARIANT, SHARE = "Standard", "Standard with an Early Call", 60
EARLY_CALL, EARLY_CALL_DAYS = "Call", 9
# the company began without them: all whom no other plan is for got the tested one
LATER = ("Gentle", "Key Account")


def set_up(company: str, currencies: tuple[str, ...]) -> None:
	"""What is there stays. `currencies`: those the company is owed in."""
	import frappe

	_accounts(company)
	_rates(company, currencies)
	_charges()
	_split_test()
	frappe.db.commit()


def _accounts(company: str) -> None:
	"""An income account and an item to book charges on."""
	import frappe

	from sandbox.company.site_setup import ITEM_GROUP, ensure

	settings = frappe.get_single("Collections Settings")
	row = next(row for row in settings.companies if row.company == company)
	if row.charges_account:
		return
	abbr, sales = frappe.get_cached_value("Company", company, ["abbr", "default_income_account"])
	parent = frappe.db.get_value("Account", sales, "parent_account")
	named = {"account_name": CHARGES_ACCOUNT, "company": company, "parent_account": parent}
	row.charges_account = ensure("Account", f"{CHARGES_ACCOUNT} - {abbr}", **named)
	item = {"item_code": CHARGES_ITEM, "item_name": CHARGES_ACCOUNT, "item_group": ITEM_GROUP}
	row.charges_item = ensure("Item", CHARGES_ITEM, **item, stock_uom="Nos", is_stock_item=0)
	settings.save()


def _rates(company: str, currencies: tuple[str, ...]) -> None:
	"""The fee and the indemnity are in the company's currency: others are charged them at the day's rate."""
	import frappe
	from frappe.utils import flt, getdate

	own = frappe.get_cached_value("Company", company, "default_currency")
	for currency in currencies:
		pair = {"from_currency": own, "to_currency": currency}
		if currency == own or frappe.db.exists("Currency Exchange", pair):
			continue
		back = {"from_currency": currency, "to_currency": own, "date": ["<=", getdate()]}
		rate = frappe.db.get_value("Currency Exchange", back, "exchange_rate", order_by="date desc")
		exchange = {**pair, "date": getdate(), "exchange_rate": flt(1 / rate, 6), "for_selling": 1}
		frappe.get_doc({"doctype": "Currency Exchange", **exchange}).insert()


def _charges() -> None:
	import frappe

	plan = frappe.get_doc("Dunning Plan", CHARGING)
	if plan.book_charges == CHARGES_BOOKED:
		return
	plan.book_charges = CHARGES_BOOKED
	for step in plan.steps:
		if step.step_name == FEE_STEP:
			step.fee = FEE
	plan.save()


def _split_test() -> None:
	"""The tested plan, and beside it the same one with its call a fortnight earlier."""
	import frappe

	plan = frappe.get_doc("Dunning Plan", TESTED)
	if plan.split_plan:
		return
	variant = frappe.copy_doc(plan)
	variant.update({"plan_name": VARIANT, "priority": plan.priority + 10})
	for step in variant.steps:
		if step.step_name == EARLY_CALL:
			step.trigger_days = EARLY_CALL_DAYS
	variant.insert()
	plan.update({"split_plan": variant.name, "split_share": SHARE}).save()


@contextmanager
def before_today():
	"""Without the later plans; and reminders carry no invoices yet: printing hundreds would take its time."""
	import frappe

	attaching = frappe.get_all("Dunning Plan Step", {"attach_invoices": 1}, pluck="name", order_by="name")
	_change(0, attaching)
	try:
		yield
	finally:
		_change(1, attaching)


def _change(on: int, steps: list[str]) -> None:
	import frappe

	for name in frappe.get_all("Dunning Plan", pluck="name", order_by="name"):
		plan = frappe.get_doc("Dunning Plan", name)
		if name in LATER:
			plan.enabled = on
		for step in plan.steps:
			if step.name in steps:
				step.attach_invoices = on
		plan.save()
	frappe.db.commit()


def charged(company: str) -> dict[str, float | int]:
	"""Bookings of charges, and what they come to in which currency."""
	import frappe

	booked = {"company": company, "status": "Booked"}
	totals: dict[str, float | int] = {"bookings": 0}
	for currency, total in frappe.get_all(
		"Charge Booking", booked, ["currency", "total"], order_by="currency", as_list=True
	):
		totals["bookings"] += 1
		totals[currency] = round(totals.get(currency, 0) + total, 2)
	return totals


def compared(company: str) -> str:
	"""What the report says of the A/B test so far."""
	import frappe
	from frappe.utils import getdate, strip_html

	from collections_app.collections.report.ab_test_of_plans.ab_test_of_plans import get_sentence
	from collections_app.engine.split_test import compare
	from collections_app.services.plans.split_tests import load_trial

	trial = load_trial(frappe.get_doc("Dunning Plan", TESTED), company, getdate())
	return strip_html(get_sentence(compare(trial.invoices), trial))
