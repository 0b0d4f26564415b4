"""Payment Entry: what is paid lets deliveries go on and leaves the case; a cancelled one gives its bank line back to the
review queue."""

from collections_app.services import live
from collections_app.services.cases import balances
from collections_app.services.cash.undo import reopen_cancelled_payment
from collections_app.services.credit import delivery_stop
from collections_app.services.online_payments import booking


def on_submit(doc, method=None):
	if doc.party_type == "Customer":
		delivery_stop.lift_if_settled(doc.company, doc.party)
		booking.note_entry(doc)
		balances.follow(doc.company, [doc.party], live.PAYMENT)


def on_cancel(doc, method=None):
	reopen_cancelled_payment(doc.name)
	booking.take_back(doc.name)
	if doc.party_type == "Customer":
		balances.follow(doc.company, [doc.party], live.PAYMENT)
