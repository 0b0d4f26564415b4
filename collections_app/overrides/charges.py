"""Dunning and Sales Invoice: a voucher that booked charges is cancelled or amended."""

from collections_app.services.charges import booking as charge_booking


def on_cancel(doc, method=None):
	charge_booking.reopen(doc)


def on_submit(doc, method=None):
	charge_booking.follow_amendment(doc)
