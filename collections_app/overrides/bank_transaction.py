"""Bank Transaction: what is reconciled (or taken back) by hand leaves (or enters) the cash review queue."""

from collections_app.services import live
from collections_app.services.cash import by_hand


def on_update_after_submit(doc, method=None):
	by_hand.follow(doc)
	live.moved(doc.company, live.CASH)


def on_cancel(doc, method=None):
	by_hand.follow(doc)
	live.moved(doc.company, live.CASH)
