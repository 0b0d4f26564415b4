"""The demo's days before today, and its morning.

The app was at work for seven weeks already: it read the ledger, scored, predicted, reminded, charged and kept its figures,
and tried one plan against another. So there is a yesterday to compare with, and a forecast to hold against what came in.
"""

from contextlib import contextmanager
from datetime import datetime, time, timedelta

from sandbox import clock
from sandbox import demo_messages as messages
from sandbox import demo_plans as plans
from sandbox.demo_team import COLLECTORS, user_of

DAYS_BEFORE = (49, 21, 14, 7, 1)
REACHED_NOTE = "The invoice was not released yet; accounts payable sees to it."
PROMISE_NOTE = "By telephone this morning."
DISPUTE_NOTE = "Two of the pendants flicker; replacement was asked for this morning."
DISPUTE_REASON = "Damaged or Defective Goods"
PAYS_IN_DAYS = 6
# the books are there before anybody is at work
NIGHT, OPENS = time(1), time(9)
CALL_NOTES = (
	"Left word with accounts payable.",
	"The invoice is with the department.",
	"Payment is in the next run.",
)


def live_through(loaded: dict, run_cycle, send_mails, progress) -> None:
	"""Loads and runs one day after the other. A day that was run, or is before one that was, is over for good."""
	import frappe

	from collections_app.services import live
	from sandbox.company.load import load
	from sandbox.company.models import RECEIVABLE_CURRENCIES

	company, today = loaded["company"], frappe.utils.getdate(loaded["as_of"])
	last = frappe.db.get_value(
		"Collection Run",
		{"company": company, "started_at": ["is", "set"]},
		"run_date",
		order_by="run_date desc",
	)
	ahead = [days for days in DAYS_BEFORE if not last or today - timedelta(days) > last]
	if not ahead:
		return
	with at_work(today, ahead[0]):
		plans.set_up(company, RECEIVABLE_CURRENCIES)
		messages.add_plans(company)
	with plans.before_today():
		for number, days in enumerate(ahead):
			progress(f"{days} days ago", number, len(ahead))
			with at_work(today, days):
				# the run brings the cases up to date, not each voucher
				with live.held():
					load(days_before=days)
				run_cycle(company, today - timedelta(days), quiet=True)
				send_mails(quiet=True)
				_call(company)


def at_work(today, days_before: int, at: time = OPENS):
	return clock.set_to(datetime.combine(today - timedelta(days_before), at))


def _call(company: str) -> None:
	"""The collectors' calls of the day, each by who works the case; somebody is reached each time."""
	import frappe

	from collections_app.api import cases

	tasks = frappe.get_all(
		"ToDo",
		{"reference_type": "Collection Case", "status": "Open", "allocated_to": ["!=", "Administrator"]},
		["reference_name", "allocated_to"],
		order_by="creation, name",
	)
	for number, task in enumerate(tasks):
		with signed_in(task.allocated_to):
			cases.log_call(task.reference_name, "Reached", CALL_NOTES[number % len(CALL_NOTES)])
	frappe.db.commit()


def morning(company: str) -> None:
	"""What came by telephone before today's run: the first collector is promised a payment, the second told of a dispute."""
	import frappe
	from frappe.utils import add_days, flt, nowdate

	from collections_app.api import cases

	first, second = (user_of(*one[:2]) for one in COLLECTORS[:2])
	if not frappe.db.exists("Promise to Pay", {"company": company, "note": PROMISE_NOTE}):
		case, invoice = _called(company, first)
		with signed_in(first):
			cases.log_call(case.name, "Will Pay", REACHED_NOTE)
			terms = {"due_on": add_days(nowdate(), PAYS_IN_DAYS), "note": PROMISE_NOTE}
			names, amount = [invoice["sales_invoice"]], invoice["outstanding"]
			cases.record_promise(
				case.customer, company, amount=amount, currency=invoice["currency"], invoices=names, **terms
			)
	if not frappe.db.exists("Invoice Dispute", {"company": company, "description": DISPUTE_NOTE}):
		case, invoice = _called(company, second)
		with signed_in(second):
			cases.log_call(case.name, "Reached", DISPUTE_NOTE)
			amount = flt(invoice["outstanding"] / 4, 2)
			cases.record_dispute(invoice["sales_invoice"], DISPUTE_REASON, amount, description=DISPUTE_NOTE)
	frappe.db.commit()


def _called(company: str, collector: str):
	"""The collector's case with the most overdue that neither a promise nor a dispute speaks for, and its oldest invoice."""
	import frappe

	from collections_app.services.cases.work import open_invoices

	open_ones = {"company": company, "status": "Open"}
	spoken_for = {
		case
		for doctype in ("Promise to Pay", "Invoice Dispute")
		for case in frappe.get_all(doctype, open_ones, pluck="case")
	}
	case = next(
		case
		for case in frappe.get_all(
			"Collection Case",
			{**open_ones, "collector": collector, "overdue": [">", 0]},
			["name", "customer"],
			order_by="overdue desc, name",
		)
		if case.name not in spoken_for
	)
	return case, open_invoices(case.customer, company)[0]


@contextmanager
def signed_in(user: str):
	import frappe

	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)
