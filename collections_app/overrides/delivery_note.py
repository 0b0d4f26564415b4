"""Delivery Note: refused while deliveries to the customer are stopped or a credit check is against it, unless goods come back."""

from collections_app.services.credit import delivery_stop, order_check, release


def validate(doc, method=None):
	release.guard(doc)


def before_submit(doc, method=None):
	if not doc.get("is_return"):
		delivery_stop.check(doc)
		order_check.check(doc)
