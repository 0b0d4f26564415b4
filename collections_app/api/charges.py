"""Booking charges by hand."""

import frappe

from collections_app.services.charges import booking as charge_booking


@frappe.whitelist(methods=["POST"])
def book_now(booking: str) -> str:
	"""Books now what failed or whose voucher was cancelled. Returns the new status."""
	frappe.has_permission("Charge Booking", "write", booking, throw=True)
	return charge_booking.book_again(booking)
