"""What a message asks its customer to pay, and the Payment Link there is for just that."""

import hashlib
import json

import frappe
from frappe.utils import flt

from collections_app.engine.money import round_money
from collections_app.services.online_payments.options import link_connector

ACTIVE = "Active"
# stands in previews: nobody is asked for a link that nobody is to pay through
EXAMPLE = "https://pay.example.com/your-link"


def amount_of(action) -> float:
	"""What the letter asks for: its items with late interest, indemnity and fee."""
	rows = action.items
	total = sum(flt(row.get(field)) for row in rows for field in ("outstanding", "interest", "indemnity"))
	return round_money(total + flt(action.get("fee")), action.currency)


def key_of(action, connector: str) -> str:
	"""The same for messages that ask a customer for the same amount for the same items."""
	items = sorted((row.item_key or row.voucher_no, str(flt(row.outstanding, 9))) for row in action.items)
	parts = [connector, action.customer, action.currency, str(amount_of(action)), items]
	return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def address_of(action) -> str:
	"""The address that a link for the action has already; empty without one."""
	connector = link_connector(action.company)
	if not connector:
		return ""
	found = {"link_key": key_of(action, connector), "status": ACTIVE}
	return frappe.db.get_value("Payment Link", found, "url") or ""


def example_for(action) -> str:
	"""The address for a preview: the link there is, or an example where sending would make one."""
	return address_of(action) or example(action.company)


def example(company: str) -> str:
	return EXAMPLE if link_connector(company) else ""
