"""Payment Entry: a cancelled payment gives its bank line back to the review queue."""

from collections_app.services.cash.undo import reopen_cancelled_payment


def on_cancel(doc, method=None):
	reopen_cancelled_payment(doc.name)
