"""A letter that a person sends now: the choice, a look at it, and sending it."""

import frappe

from collections_app.services.access import company_for
from collections_app.services.letters import choices as letter_choices
from collections_app.services.letters import send_now


@frappe.whitelist()
def choices(customer: str, company: str, purpose: str = letter_choices.REMINDER) -> dict:
	"""Letters, channels and open items to choose from: see `letter_choices.choices`. `may_send`: whether the user may send."""
	_check(customer, company)
	may_send = bool(frappe.has_permission("Collection Action", "write"))
	return {"may_send": may_send, **letter_choices.choices(company, customer, purpose)}


@frappe.whitelist(methods=["POST"])
def preview(
	customer: str,
	company: str,
	channel: str,
	letter: str,
	items: str | list,
	language: str = "",
	attach_invoices: bool = False,
	attach_statement: bool = False,
	registered: bool = False,
) -> dict:
	"""The message as it would go out now, and why it would wait: see `send_now.preview`. Writes nothing."""
	_check(customer, company, letter)
	options = (language, attach_invoices, attach_statement, registered)
	return send_now.preview(_wanted(customer, company, channel, letter, items, *options))


@frappe.whitelist(methods=["POST"])
def send(
	customer: str,
	company: str,
	channel: str,
	letter: str,
	items: str | list,
	request: str,
	language: str = "",
	attach_invoices: bool = False,
	attach_statement: bool = False,
	registered: bool = False,
) -> dict:
	"""Puts the letter into the outbox, once for each `request`: see `send_now.send`."""
	_check(customer, company, letter)
	for doctype in ("Collection Action", "Collection Case"):
		frappe.has_permission(doctype, "write", throw=True)
	options = (language, attach_invoices, attach_statement, registered)
	return send_now.send(_wanted(customer, company, channel, letter, items, *options), request)


def _check(customer: str, company: str, letter: str | None = None) -> None:
	frappe.has_permission("Collection Action", "read", throw=True)
	frappe.has_permission("Customer", "read", customer, throw=True)
	company_for(company)
	if letter:
		frappe.has_permission("Collection Letter", "read", letter, throw=True)


def _wanted(
	customer: str,
	company: str,
	channel: str,
	letter: str,
	items: str | list,
	language: str,
	attach_invoices: bool,
	attach_statement: bool,
	registered: bool,
) -> send_now.Wanted:
	keys = frappe.parse_json(items)
	return send_now.Wanted(
		company,
		customer,
		channel,
		letter,
		tuple(str(key) for key in keys or ()),
		language,
		bool(attach_invoices),
		bool(attach_statement),
		bool(registered),
	)
