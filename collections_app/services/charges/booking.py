"""Booking: what a message said of charges goes into the books, once, when the message is out.

What is to be booked is noted in the transaction that hands the message over, so nothing said is lost; `book_due` books it
when the message is known to be out, each booking in a transaction of its own, and tries again what failed. A booking is
unique by message and customer, and books only what grew since the bookings before it.
"""

from collections import defaultdict
from collections.abc import Callable

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import getdate

from collections_app.engine.charge_booking import to_book
from collections_app.engine.money import from_minor, to_minor
from collections_app.engine.outbox import GONE_OUT
from collections_app.services import settings
from collections_app.services.charges import ledger as charge_ledger
from collections_app.services.charges import vouchers as charge_vouchers
from collections_app.services.charges.announced import TOLD_BY
from collections_app.services.charges.ledger import BOOKING
from collections_app.services.run.context import ERROR
from collections_app.services.run.errors import error_text

BOOKED_AS = (charge_vouchers.DUNNING, charge_vouchers.INVOICE)
# not booked yet; a failed one is tried again
OPEN = ("Waiting", "Failed")
LINK = {charge_vouchers.DUNNING: "dunning", charge_vouchers.INVOICE: "charges_invoice"}

Tell = Callable[..., None]


def note(action) -> None:
	"""Notes what the books are to show of this message, one booking a debtor. Part of handing the message over: a message
	that goes out again, after it failed, states new amounts."""
	if action.channel not in TOLD_BY:
		return
	book_as = frappe.get_cached_value("Dunning Plan", action.dunning_plan, "book_charges")
	if book_as not in BOOKED_AS or not (action.interest or action.indemnity or action.fee):
		return
	known = charge_ledger.booked({row.voucher_no for row in action.items})
	fee_of = _fee_bearer(action)
	for customer, rows in _by_debtor(action).items():
		charged = [row for row in rows if row.interest or row.indemnity]
		# a fee alone is booked for the oldest invoice
		charged = charged or [row for row in rows if row.voucher_type == "Sales Invoice"][:1]
		values = {
			"company": action.company,
			"customer": customer,
			"case": action.case,
			"action": action.name,
			"book_as": book_as,
			"currency": action.currency,
			"up_to": getdate(),
			"fee": action.fee if customer == fee_of else 0,
			"items": [_line(row, known) for row in charged],
		}
		if values["fee"] or any(
			line["interest_claimed"] or line["indemnity_claimed"] for line in values["items"]
		):
			keep(f"{action.name}|{customer}", values)


def keep(key: str, values: dict) -> str:
	"""The booking of that key: new, or with new values while it is not booked."""
	name = frappe.db.get_value(BOOKING, {"booking_key": key, "status": ["in", OPEN]}, for_update=True)
	if name:
		booking = frappe.get_doc(BOOKING, name)
		booking.update({**values, "status": "Waiting", "error": None})
		booking.flags.ignore_links = True
		return booking.save(ignore_permissions=True).name
	if name := frappe.db.get_value(BOOKING, {"booking_key": key}):
		return name
	doc = frappe.get_doc({"doctype": BOOKING, "booking_key": key, **values})
	return doc.insert(ignore_permissions=True, ignore_links=True).name


def _by_debtor(action) -> dict[str, list]:
	found = defaultdict(list)
	for row in action.items:
		found[row.customer or action.customer].append(row)
	return dict(found)


def _fee_bearer(action) -> str:
	"""Who the message went to, where it owes something itself; else the debtor of the oldest invoice."""
	debtors = [row.customer or action.customer for row in action.items]
	return action.customer if action.customer in debtors else debtors[0]


def _line(row, known: charge_ledger.Booked) -> dict:
	"""What is claimed of an item in all: what the message says, and what was paid already."""
	paid_interest = known.item_paid[row.item_key]
	paid_indemnity = known.paid[row.voucher_no].indemnity
	currency = row.currency
	return {
		"sales_invoice": row.voucher_no,
		"item_key": row.item_key,
		"payment_term": row.payment_term,
		"due_date": row.due_date,
		"currency": currency,
		"outstanding": row.outstanding,
		"interest_days": row.interest_days,
		"interest_rate": row.interest_rate,
		"interest_claimed": from_minor(to_minor(row.interest, currency) + paid_interest, currency),
		"indemnity_claimed": from_minor(to_minor(row.indemnity, currency) + paid_indemnity, currency)
		if row.indemnity
		else 0,
	}


def book_due(company: str, tell: Tell | None = None) -> dict[str, int]:
	"""Books what is out and not booked. A booking that fails stops no other: it says why, and is tried again.

	`tell`: takes severity, message and the record that is at fault. Commits.
	"""
	counts = {"charges_booked": 0, "charges_failed": 0}
	_drop_cancelled(company)
	for name, customer in _due(company):
		outcome, message = book(name, customer)
		if outcome == "Booked":
			counts["charges_booked"] += 1
		elif outcome == "Failed":
			counts["charges_failed"] += 1
			if tell:
				tell(ERROR, message, BOOKING, name)
	return counts


def book_all_due() -> None:
	for company in settings.enabled_companies():
		try:
			book_due(company)
		except Exception:
			# one company's trouble never stops the others
			frappe.db.rollback()
			frappe.log_error(title=f"Charges of {company}")


def _due(company: str) -> list[tuple[str, str]]:
	"""Bookings whose message is out, and those of paid invoices; in the order they were noted."""
	booking, action = DocType(BOOKING), DocType("Collection Action")
	return (
		frappe.qb.from_(booking)
		.left_join(action)
		.on(action.name == booking.action)
		.select(booking.name, booking.customer)
		.where((booking.company == company) & booking.status.isin(OPEN))
		.where(booking.action.isnull() | action.status.isin(GONE_OUT))
		.orderby(booking.creation, booking.name)
	).run()


def _drop_cancelled(company: str) -> None:
	"""What a cancelled message would have said is not booked."""
	booking, action = DocType(BOOKING), DocType("Collection Action")
	names = (
		frappe.qb.from_(booking)
		.inner_join(action)
		.on(action.name == booking.action)
		.select(booking.name)
		.where((booking.company == company) & booking.status.isin(OPEN) & (action.status == "Cancelled"))
	).run(pluck=True)
	if names:
		frappe.db.set_value(BOOKING, {"name": ["in", names]}, "status", "Cancelled")


def book(name: str, customer: str) -> tuple[str, str]:
	"""Books one: its new status ("" when another worker has it) and, where it failed, why."""
	frappe.db.commit()  # nosemgrep: a new transaction, so that what is read after the lock is what stands in the books
	# the growth since the last booking must be seen by one worker at a time
	frappe.db.get_value("Customer", customer, "name", for_update=True)
	booking = frappe.get_doc(BOOKING, name, for_update=True)
	if booking.status not in OPEN:
		frappe.db.rollback()
		return "", ""
	failed_before = booking.error
	try:
		set_amounts(booking)
		if booking.total:
			voucher = charge_vouchers.make(booking)
			booking.update({"voucher_type": voucher.doctype, "voucher": voucher.name, "booked_on": getdate()})
		booking.update({"status": "Booked" if booking.total else "Nothing to Book", "error": None})
		booking.attempts += 1
		booking.save(ignore_permissions=True)
		_mark_action(booking)
	except Exception as error:
		frappe.db.rollback()
		message = error_text(error)
		_keep_failure(booking, message, is_new=message != failed_before)
		return "Failed", message
	frappe.db.commit()  # nosemgrep: voucher and booking are kept together, before the next is begun
	return booking.status, ""


def set_amounts(booking) -> None:
	"""What grew since the bookings before: of the interest for each item, of the indemnity once for each invoice."""
	currency = booking.currency
	known = charge_ledger.booked({line.sales_invoice for line in booking.items})
	interest = indemnity = 0
	for line in booking.items:
		grown = to_book(to_minor(line.interest_claimed, currency), known.item_booked[line.item_key])
		fixed = to_book(
			to_minor(line.indemnity_claimed, currency), known.booked[line.sales_invoice].indemnity
		)
		known.booked[line.sales_invoice].indemnity += fixed
		line.interest, line.indemnity = from_minor(grown, currency), from_minor(fixed, currency)
		interest, indemnity = interest + grown, indemnity + fixed
	booking.interest, booking.indemnity = from_minor(interest, currency), from_minor(indemnity, currency)
	booking.total = from_minor(interest + indemnity + to_minor(booking.fee or 0, currency), currency)


def _mark_action(booking) -> None:
	"""The message names its voucher (of several debtors the first), and no longer says that booking failed."""
	if not booking.action:
		return
	field = LINK[booking.book_as]
	known, error = frappe.db.get_value("Collection Action", booking.action, [field, "error"])
	values = {}
	if booking.voucher and not known:
		values[field] = booking.voucher
	if error and error.startswith(_not_booked("")):
		values["error"] = None
	if values:
		frappe.db.set_value("Collection Action", booking.action, values, update_modified=False)


def _keep_failure(booking, message: str, is_new: bool) -> None:
	values = {"status": "Failed", "error": message, "attempts": (booking.attempts or 0) + 1}
	frappe.db.set_value(BOOKING, booking.name, values)
	if booking.action:
		error = _not_booked(message)
		frappe.db.set_value("Collection Action", booking.action, "error", error, update_modified=False)
	if is_new:
		frappe.log_error(title=BOOKING, reference_doctype=BOOKING, reference_name=booking.name)
	frappe.db.commit()  # nosemgrep: the failure is kept whatever the next booking does


def _not_booked(message: str) -> str:
	return _("Charges are not booked: {0}").format(message)


def reopen(voucher) -> None:
	"""A Dunning or an invoice for charges was cancelled: its amounts are open again. The next message books them, or a
	person does with Book Now; the message keeps its link."""
	filters = {"voucher_type": voucher.doctype, "voucher": voucher.name, "status": "Booked"}
	for name in frappe.get_all(BOOKING, filters, pluck="name"):
		frappe.db.set_value(BOOKING, name, "status", "Cancelled")


def follow_amendment(voucher) -> None:
	"""The amended voucher takes the place of the one it amends."""
	if not voucher.get("amended_from"):
		return
	filters = {"voucher_type": voucher.doctype, "voucher": voucher.amended_from, "status": "Cancelled"}
	for name in frappe.get_all(BOOKING, filters, pluck="name"):
		frappe.db.set_value(BOOKING, name, {"status": "Booked", "voucher": voucher.name})


def book_again(name: str) -> str:
	"""Books now what failed or was cancelled. Returns the new status; the reason of a failure is raised."""
	booking = frappe.get_doc(BOOKING, name, for_update=True)
	if booking.status == "Cancelled":
		booking.db_set({"status": "Waiting", "voucher_type": None, "voucher": None, "booked_on": None})
	status, message = book(name, booking.customer)
	if message:
		frappe.throw(message, title=_("Charges are not booked"))
	return status or frappe.db.get_value(BOOKING, name, "status")
