"""Delivery Note: refused while deliveries to the customer are stopped; goods that come back are welcome."""

from collections_app.services.credit import delivery_stop


def validate(doc, method=None):
	delivery_stop.guard_release(doc)


def before_submit(doc, method=None):
	if not doc.get("is_return"):
		delivery_stop.check(doc)
