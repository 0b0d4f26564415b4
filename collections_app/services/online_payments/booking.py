"""An online payment is booked when a Payment Entry has its reference, whoever made it: then nothing is awaited any more."""

import frappe


def note_entry(entry) -> None:
	"""A submitted Payment Entry: the online payment whose provider's reference is its Reference No is booked with it."""
	if entry.payment_type != "Receive" or not entry.reference_no:
		return
	waiting = {"company": entry.company, "reference": entry.reference_no, "payment_entry": ["is", "not set"]}
	for name in frappe.get_all("Online Payment", waiting, pluck="name"):
		frappe.db.set_value("Online Payment", name, "payment_entry", entry.name)


def take_back(entry: str) -> None:
	"""A cancelled one: what it booked is awaited again as long as it was before."""
	frappe.db.set_value("Online Payment", {"payment_entry": entry}, "payment_entry", None)
