"""Payment Links: the address in a letter where the customer pays what the letter asks for.

One link for one customer, set of items and amount, whichever message asks for it: the unique key decides. It is written
down and committed before the provider is asked, and its name is the provider's idempotency key, so that a repetition
brings the same address. Where none can be had the message goes out without.
"""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import add_days, flt, getdate

from collections_app.connectors.base import Action, ConnectorError, DataError, UncertainError
from collections_app.connectors.records import PaymentLinkRequest, Pushed
from collections_app.engine.money import round_money
from collections_app.services.connectors import outgoing
from collections_app.services.letters.formats import speaking
from collections_app.services.letters.languages import pick_translation
from collections_app.services.online_payments.asked import ACTIVE, amount_of, key_of
from collections_app.services.online_payments.options import LINK, link_connector, link_days
from collections_app.services.run.errors import BUSY, error_text

REQUESTED, PAID, FAILED = "Requested", "Paid", "Failed"
VARIABLE = "payment_link"
# of Stripe's metadata, and enough for anybody to read
LONGEST_TEXT = 250


def for_action(action) -> str:
	"""The address to put into a Collection Action's letter, before it is handed over; empty where the letter asks for none,
	the company has none, or the provider gives none (then a note stands on the action). Commits what it writes."""
	connector = link_connector(action.company)
	if not connector or not wanted(action) or amount_of(action) <= 0:
		return ""
	try:
		return _made(action, connector)
	except BUSY:
		raise
	except Exception as error:
		frappe.db.rollback()
		if not isinstance(error, ConnectorError):
			frappe.log_error(
				title="Payment Link", reference_doctype="Collection Action", reference_name=action.name
			)
		text = _("It goes out without a payment link: {0}").format(error_text(error))
		action.add_comment("Info", frappe.utils.escape_html(text))
		frappe.db.commit()  # nosemgrep: the note is kept whatever becomes of the message
		return ""


def wanted(action) -> bool:
	"""Whether its letter names the link."""
	if not action.letter:
		return False
	letter = frappe.get_cached_doc("Collection Letter", action.letter)
	text = pick_translation(letter, action.language, action.company)
	return any(VARIABLE in (text.get(field) or "") for field in ("subject", "body", "sms_text"))


def find(connector: str, name: str, reference: str):
	"""The Payment Link of that name (what the provider calls our key) or of that reference; None: it is none of ours."""
	for filters in ({"name": name}, {"reference": reference}):
		if not all(filters.values()):
			continue
		found = frappe.db.get_value("Payment Link", {**filters, "connector": connector})
		if found:
			return frappe.get_doc("Payment Link", found)
	return None


def follow_payment(payment) -> None:
	"""A link takes one payment: what is paid, or failed on its way, is over, and the next message gets another."""
	ended = {"Paid": PAID, "Refunded": PAID, "Failed": FAILED}.get(payment.status)
	if payment.payment_link and ended:
		end(payment.payment_link, ended)


def end(name: str, status: str) -> None:
	frappe.db.set_value("Payment Link", name, {"status": status, "link_key": None})


def _made(action, connector: str) -> str:
	link = _written_down(action, connector)
	if link.status == REQUESTED:
		_ask(link)
	until = expiry(action.company)
	values = {"expires_on": until} if (link.expires_on and getdate(link.expires_on)) != until else {}
	if values:
		frappe.db.set_value("Payment Link", link.name, values)
		frappe.db.commit()  # nosemgrep: the address that goes out is valid that long
	return link.url


def expiry(company: str):
	days = link_days(company)
	return getdate(add_days(getdate(), days)) if days else None


def _written_down(action, connector: str):
	"""The link for this message, the one there is or a new one, committed."""
	key = key_of(action, connector)
	name = frappe.db.get_value("Payment Link", {"link_key": key})
	if not name:
		frappe.db.savepoint("payment_link")
		try:
			name = _new(action, connector, key).insert(ignore_permissions=True).name
		except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
			# another message for the same at the same moment
			frappe.db.rollback(save_point="payment_link")
		frappe.db.commit()  # nosemgrep: written down before the provider is asked
		name = name or frappe.db.get_value("Payment Link", {"link_key": key})
	return frappe.get_doc("Payment Link", name)


def _new(action, connector: str, key: str):
	items = [
		{
			"sales_invoice": row.voucher_no if row.voucher_type == "Sales Invoice" else None,
			"item_key": row.item_key,
			"amount": row.outstanding,
		}
		for row in action.items
	]
	amount = amount_of(action)
	return frappe.get_doc(
		{
			"doctype": "Payment Link",
			"connector": connector,
			"company": action.company,
			"customer": action.customer,
			"action": action.name,
			"amount": amount,
			"currency": action.currency,
			"charges": round_money(
				amount - sum(flt(row.outstanding) for row in action.items), action.currency
			),
			"items": items,
			"description": _description(action),
			"expires_on": expiry(action.company),
			"link_key": key,
		}
	)


def _description(action) -> str:
	"""What the payer reads on the provider's page, in the language of the letter."""
	names = list(dict.fromkeys(row.voucher_no for row in action.items))
	with speaking(action.language or "en"):
		text = _("Invoice {0}") if len(names) == 1 else _("Invoices {0}")
		text = text.format(", ".join(names))
		return text if len(text) <= LONGEST_TEXT else _("{0} invoices").format(len(names))


def _ask(link) -> None:
	"""Has the link made. Asked again after an outage it is the same link: its name is the key."""
	invoices = list(dict.fromkeys(row.sales_invoice for row in link.items if row.sales_invoice))
	wanted_link = PaymentLinkRequest(
		amount=Decimal(str(link.amount)),
		currency=link.currency,
		invoice=", ".join(invoices) or link.description,
		description=link.description,
		customer_id=link.customer,
		expires_on=getdate(link.expires_on) if link.expires_on else None,
	)

	def keep(pushed: Pushed) -> None:
		values = {"status": ACTIVE, "url": pushed.url, "reference": pushed.reference, "error": None}
		frappe.db.set_value("Payment Link", link.name, values)
		frappe.db.commit()  # nosemgrep: the address is kept before it goes out
		link.update(values)

	try:
		outgoing.push(link.connector, Action(LINK, link.name, wanted_link), keep, ("Payment Link", link.name))
	except ConnectorError as error:
		over = isinstance(error, DataError | UncertainError)
		values = {"error": error_text(error), **({"status": FAILED, "link_key": None} if over else {})}
		frappe.db.set_value("Payment Link", link.name, values)
		frappe.db.commit()  # nosemgrep: what went wrong is kept, and the log of the attempt with it
		raise
	frappe.db.commit()  # nosemgrep: the log of the attempt is kept whatever becomes of the message
