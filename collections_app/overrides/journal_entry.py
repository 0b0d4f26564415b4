"""Journal Entry: what it settles lets deliveries go on and leaves the case."""

from collections_app.services import live
from collections_app.services.cases import balances
from collections_app.services.credit import delivery_stop


def on_submit(doc, method=None):
	for customer in _customers(doc):
		delivery_stop.lift_if_settled(doc.company, customer)
	_follow(doc)


def on_cancel(doc, method=None):
	_follow(doc)


def _follow(doc) -> None:
	if customers := _customers(doc):
		balances.follow(doc.company, customers, live.PAYMENT)


def _customers(doc) -> list[str]:
	return sorted({row.party for row in doc.accounts if row.party_type == "Customer" and row.party})
