"""Sales Order: not accepted while deliveries to the customer are stopped."""

from collections_app.services.credit import delivery_stop


def validate(doc, method=None):
	delivery_stop.guard_release(doc)


def before_submit(doc, method=None):
	delivery_stop.check(doc)
