"""A printed letter: posted by a connector where the company has one, else by the collector, who gets the task.

Its PDF is kept on the action. File, task and the action's own fields are written in one transaction, as for an e-mail.
"""

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import escape_html

from collections_app.connectors.records import OutgoingMessage, PostalAddress
from collections_app.exceptions import ActionStateError, SettingsMissingError
from collections_app.services.customers import postal_addresses
from collections_app.services.letters import printed, writer_of_action
from collections_app.services.letters.postal import FIELDS, country_code, customer_lines
from collections_app.services.outbox import unreachable
from collections_app.services.outbox.channels.call import assign
from collections_app.services.outbox.connected import Composed
from collections_app.services.outbox.enclosures import with_enclosures


@dataclass(frozen=True)
class Paper:
	"""A printed letter with its enclosures. `values`: fields of the action that keep it; none where it was kept before."""

	pdf: bytes
	values: dict


def check() -> None:
	"""SettingsMissingError without the print format: an administrator has disabled or deleted it."""
	if frappe.db.get_value("Print Format", printed.PRINT_FORMAT, "disabled") in (None, 1):
		raise SettingsMissingError(
			_("The Print Format {0} is missing or disabled: letters stay queued until it is there.").format(
				frappe.bold(printed.PRINT_FORMAT)
			)
		)


def hand_over(action) -> dict:
	"""Renders the letter, keeps it and makes the task. Returns the fields to write on the action."""
	address = window_lines(action)
	paper = paper_of(action)
	return {
		**assign(action, description_of(action, paper.values["document"])),
		**paper.values,
		"recipients": ", ".join(address),
	}


def compose(action) -> Composed:
	"""The letter for a connector that prints and posts it; what that may know by our reference goes out as it was."""
	address = window_lines(action)
	unreachable.refuse(action.case, [", ".join(address)])
	paper = paper_of(action)
	message = OutgoingMessage(
		to=action.customer_name or action.customer,
		pdf=paper.pdf,
		pdf_name=f"{action.name}.pdf",
		address=postal_address(action),
		registered=bool(action.registered),
	)
	return Composed(message, {**paper.values, "recipients": ", ".join(address)} if paper.values else {})


def window_lines(action) -> list[str]:
	"""Name and address as they stand in the envelope's window."""
	name = action.customer_name or action.customer
	address = customer_lines(action.customer, name, "", action.company)
	if not address:
		frappe.throw(_("{0} has no postal address.").format(escape_html(name)), ActionStateError)
	return address


def postal_address(action) -> PostalAddress:
	"""The customer's address in parts, for providers that do not read it from the paper."""
	found = postal_addresses([action.customer])[action.customer]
	values = frappe.db.get_value("Address", found, FIELDS, as_dict=True)
	return PostalAddress(
		name=action.customer_name or action.customer,
		line1=values.address_line1 or "",
		line2=values.address_line2 or "",
		city=values.city or "",
		state=values.state or "",
		postal_code=values.pincode or "",
		country=country_code(values.country),
	)


def paper_of(action) -> Paper:
	"""The printed letter: as it was handed over before under the same reference, else as of now, kept on the action."""
	if action.our_reference and (kept := printed.stored_pdf(action)):
		return Paper(kept, {})
	writer = writer_of_action(action)
	action.flags.letter_writer = writer
	pdf = with_enclosures(printed.pdf_of(action), action)
	values = {
		"document": keep_pdf(action, pdf).file_url,
		"subject": writer.subject[:140],
		"message": writer.print_body,
		"language": writer.language,
	}
	return Paper(pdf, values)


def keep_pdf(action, content: bytes):
	"""The file of this attempt; that of one which reached nobody goes. What was sent before stays among the attachments."""
	where = {"attached_to_doctype": action.doctype, "attached_to_name": action.name}
	if action.document:
		for name in frappe.get_all("File", {**where, "file_url": action.document}, pluck="name"):
			frappe.delete_doc("File", name, ignore_permissions=True, force=True)
	return frappe.get_doc(
		{
			**where,
			"doctype": "File",
			"attached_to_field": "document",
			"file_name": f"{action.name}.pdf",
			"is_private": 1,
			"content": content,
		}
	).insert(ignore_permissions=True)


def description_of(action, file_url: str) -> str:
	link = f'<a href="{file_url}">{escape_html(action.name)}.pdf</a>'
	text = (
		_("Print the letter to {0} ({1}) and post it as registered mail: {2}")
		if action.registered
		else _("Print and post the letter to {0} ({1}): {2}")
	)
	return text.format(
		escape_html(action.customer_name or action.customer), escape_html(action.step_name or ""), link
	)
