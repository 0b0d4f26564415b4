"""A printed letter: its PDF is kept on the action, and the collector gets the task to print and post it.

File, task and the action's own fields are written in one transaction, as for an e-mail.
"""

import frappe
from frappe import _
from frappe.utils import escape_html

from collections_app.exceptions import ActionStateError, SettingsMissingError
from collections_app.services.letters import printed, writer_of_action
from collections_app.services.letters.postal import customer_lines
from collections_app.services.outbox.channels.call import assign
from collections_app.services.outbox.enclosures import with_enclosures


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
	name = action.customer_name or action.customer
	address = customer_lines(action.customer, name, "", action.company)
	if not address:
		frappe.throw(_("{0} has no postal address.").format(escape_html(name)), ActionStateError)
	writer = writer_of_action(action)
	action.flags.letter_writer = writer
	file = keep_pdf(action, with_enclosures(printed.pdf_of(action), action))
	return {
		**assign(action, description_of(action, file)),
		"document": file.file_url,
		"subject": writer.subject[:140],
		"message": writer.print_body,
		"language": writer.language,
		"recipients": ", ".join(address),
	}


def keep_pdf(action, content: bytes):
	return frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{action.name}.pdf",
			"attached_to_doctype": action.doctype,
			"attached_to_name": action.name,
			"attached_to_field": "document",
			"is_private": 1,
			"content": content,
		}
	).insert(ignore_permissions=True)


def description_of(action, file) -> str:
	link = f'<a href="{file.file_url}">{escape_html(file.file_name)}</a>'
	return _("Print and post the letter to {0} ({1}): {2}").format(
		escape_html(action.customer_name or action.customer), escape_html(action.step_name or ""), link
	)
