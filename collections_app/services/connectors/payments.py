"""Streams of payment providers: payments and payouts are noted, once. Nothing is booked from here.

The money comes with the provider's payout to the bank: booking both would count it twice.
"""

from collections_app.connectors.base import Record
from collections_app.services.connectors import registry
from collections_app.services.connectors.targets import RefusedRecord, Written
from collections_app.services.online_payments.noting import UnknownInvoiceError, note_payment
from collections_app.services.online_payments.payouts import note_payout

ACCOUNTING = "Accounting"


def write_payment(config, record: Record) -> Written:
	"""RefusedRecord when the invoice it names is not one of the company's; an accounting software has invoices of its own,
	whose payments are none of ours."""
	try:
		changed = note_payment(config, record.data)
	except UnknownInvoiceError as error:
		if registry.manifest(config.connector).category == ACCOUNTING:
			return Written(seen=1)
		raise RefusedRecord(record, str(error)) from None
	return Written(created=1) if changed else Written(seen=1)


def write_payout(config, record: Record) -> Written:
	return Written(created=1) if note_payout(config, record.data) else Written(seen=1)
