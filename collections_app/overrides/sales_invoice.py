"""Sales Invoice: one that delivers (updates the stock) is refused while deliveries to the customer are stopped; what it
adds stands on the case."""

from collections_app.services import live
from collections_app.services.cases import balances
from collections_app.services.credit import delivery_stop, release


def validate(doc, method=None):
	release.guard(doc)


def before_submit(doc, method=None):
	if doc.get("update_stock") and not doc.get("is_return"):
		delivery_stop.check(doc)


def on_submit(doc, method=None):
	"""A credit note may settle what was overdue."""
	if doc.get("is_return"):
		delivery_stop.lift_if_settled(doc.company, doc.customer)
	balances.follow(doc.company, [doc.customer], live.CASE)


def on_cancel(doc, method=None):
	balances.follow(doc.company, [doc.customer], live.CASE)
