"""A registered e-mail: the letter's text with the printed letter as PDF, through a connector that brings the proof."""

from frappe.utils import cstr

from collections_app.connectors.records import OutgoingMessage, PostalAddress
from collections_app.services.outbox import unreachable
from collections_app.services.outbox.channels.email import recipients_of
from collections_app.services.outbox.channels.letter import check, paper_of
from collections_app.services.outbox.channels.whatsapp import hand_over
from collections_app.services.outbox.connected import Composed

__all__ = ["check", "compose", "hand_over"]


def compose(action) -> Composed:
	"""The message for a connector; what the provider may know by our reference goes out as it was."""
	(recipient,) = (
		[action.recipients] if action.our_reference and action.recipients else recipients_of(action)
	)
	unreachable.refuse(action.case, [recipient])
	paper = paper_of(action)
	values = {**paper.values, "recipients": recipient} if paper.values else {}
	name = action.customer_name or action.customer
	message = OutgoingMessage(
		to=recipient,
		subject=cstr(values.get("subject") or action.subject),
		html=cstr(values.get("message") or action.message),
		pdf=paper.pdf,
		pdf_name=f"{action.name}.pdf",
		address=PostalAddress(name=name, line1="", city="", country=""),
	)
	return Composed(message, values)
