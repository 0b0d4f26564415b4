"""Invoices paid late: the interest between the last message and the payment stays owed, and is booked.

An invoice counts once a message that went out announced its interest and the message's plan books charges. What ran up
until the day of the last payment is claimed, and booked as what a message claims is.
"""

from collections import Counter
from datetime import date

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import getdate

from collections_app.services.charges import booking as charge_booking
from collections_app.services.charges import ledger as charge_ledger
from collections_app.services.charges.compute import Charger
from collections_app.services.charges.ledger import BOOKING, LINE
from collections_app.services.charges.statement import update_cases
from collections_app.services.frames import chunks
from collections_app.services.run.context import ERROR, RunContext
from collections_app.services.run.errors import error_text


def book_charges(context: RunContext) -> dict[str, int]:
	"""Books what messages said, and what ran up since on invoices that are paid, and shows on the cases what is open.
	Returns the counts that are not 0. Whatever goes wrong is told: the messages are out."""
	try:
		return _book_charges(context)
	except Exception as error:
		frappe.db.rollback()
		context.tell(ERROR, _("The booking of charges stopped: {0}").format(error_text(error)))
		frappe.log_error(title=f"Charges of {context.company}")
		return {}


def _book_charges(context: RunContext) -> dict[str, int]:
	counts = Counter(charge_booking.book_due(context.company, context.tell))
	if note_paid(context.company, Charger.of_run(context, getdate())):
		counts.update(charge_booking.book_due(context.company, context.tell))
	update_cases(context.company, getdate())
	context.checkpoint()
	return {name: count for name, count in counts.items() if count}


def note_paid(company: str, charger: Charger) -> list[str]:
	"""Notes the final booking of each charged invoice that is paid; once for each last payment. Returns the bookings."""
	rows = _paid_lines(company)
	payments = charge_ledger.last_payments({row.sales_invoice for row in rows})
	rows = [row for row in rows if row.sales_invoice in payments]
	done = _noted([_key(row, payments[row.sales_invoice].date()) for row in rows])
	rows = [row for row in rows if _key(row, payments[row.sales_invoice].date()) not in done]
	if not rows:
		return []
	accrued = charger.accrued(
		[
			{
				"item": row.item_key,
				"voucher_no": row.sales_invoice,
				"payment_term": "",
				"customer": row.customer,
				"currency": row.currency,
				"due_date": row.due_date,
				"outstanding": 0.0,
			}
			for row in rows
		]
	)
	return [
		_note(company, row, payments[row.sales_invoice].date(), result)
		for row, result in zip(rows, accrued.to_dict("records"), strict=True)
	]


def _note(company: str, row, paid_on: date, accrued: dict) -> str:
	return charge_booking.keep(
		_key(row, paid_on),
		{
			"company": company,
			"customer": row.customer,
			"case": row.case,
			"settled_invoice": row.sales_invoice,
			"book_as": row.book_as,
			"currency": row.currency,
			"up_to": paid_on,
			"items": [
				{
					"sales_invoice": row.sales_invoice,
					"item_key": row.item_key,
					"due_date": row.due_date,
					"currency": row.currency,
					"outstanding": 0,
					"interest_days": accrued["days"],
					"interest_rate": accrued["rate"],
					"interest_claimed": accrued["interest"],
				}
			],
		},
	)


def _key(row, paid_on: date) -> str:
	return f"{row.sales_invoice}|paid {paid_on}"


def _noted(keys: list[str]) -> set[str]:
	found: set[str] = set()
	for some in chunks(keys):
		found.update(frappe.get_all(BOOKING, {"booking_key": ["in", some]}, pluck="booking_key"))
	return found


def _paid_lines(company: str) -> list:
	"""The last booked line of interest of each whole invoice that is paid. Of a term of a schedule the ledger does not say
	when it was paid: what the last message said of it stands."""
	booking, line, invoice = DocType(BOOKING), DocType(LINE), DocType("Sales Invoice")
	rows = (
		frappe.qb.from_(line)
		.inner_join(booking)
		.on(booking.name == line.parent)
		.inner_join(invoice)
		.on(invoice.name == line.sales_invoice)
		.select(
			line.sales_invoice,
			line.item_key,
			line.due_date,
			line.currency,
			booking.customer,
			booking.case,
			booking.book_as,
		)
		.where((booking.company == company) & booking.action.isnotnull())
		.where(booking.status.isin(("Booked", "Nothing to Book", "Failed")))
		.where((invoice.docstatus == 1) & (invoice.outstanding_amount <= 0))
		.where(line.payment_term.isnull() | (line.payment_term == ""))
		.where(line.interest_claimed > 0)
		.orderby(booking.creation, booking.name)
	).run(as_dict=True)
	return list({row.sales_invoice: row for row in rows}.values())
