"""E-mail through Frappe's Email Queue, kept as a Communication on the case.

Communication, Email Queue entry and the action's own fields are written in one transaction: either all of it is there
or nothing, so an action left Sending without a communication was never handed over.
"""

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount

from collections_app.exceptions import ActionStateError, SettingsMissingError
from collections_app.services import letters, settings
from collections_app.services.customers import customer_frame


def check() -> None:
	"""SettingsMissingError when the site has no outgoing e-mail account."""
	if not EmailAccount.find_outgoing(match_by_doctype="Collection Case"):
		raise SettingsMissingError(
			_("No outgoing Email Account is set up: messages stay queued until there is one.")
		)


def hand_over(action) -> dict:
	"""Renders the letter and queues the e-mail. Returns the fields to write on the action."""
	recipients = recipients_of(action)
	letter = letters.render_action(action)
	sender = sender_of(action.company)
	communication = new_communication(action, letter, recipients, sender)
	queued = frappe.sendmail(
		recipients=recipients,
		sender=sender,
		subject=letter.subject,
		message=letter.html,
		reference_doctype="Collection Case",
		reference_name=action.case,
		communication=communication,
		attachments=attachments_of(action),
		add_unsubscribe_link=0,
		delayed=True,
	)
	if not queued:
		frappe.throw(_("All recipients have unsubscribed from e-mails of this site."), ActionStateError)
	return {
		"recipients": ", ".join(recipients),
		"subject": letter.subject[:140],
		"message": letter.html,
		"language": letter.language,
		"communication": communication,
		"email_queue": queued.name,
	}


def recipients_of(action) -> list[str]:
	people = customer_frame([action.customer])
	email = people["email"].iloc[0] if len(people) else None
	if not isinstance(email, str) or not email:
		frappe.throw(_("{0} has no e-mail address.").format(action.customer_name), ActionStateError)
	return [email]


def sender_of(company: str) -> str | None:
	account = settings.company_row(company).email_account
	return frappe.get_cached_value("Email Account", account, "email_id") if account else None


def new_communication(action, letter, recipients: list[str], sender: str | None) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "Communication",
				"communication_type": "Communication",
				"communication_medium": "Email",
				"sent_or_received": "Sent",
				"subject": letter.subject,
				"content": letter.html,
				"sender": sender,
				"recipients": ", ".join(recipients),
				"reference_doctype": "Collection Case",
				"reference_name": action.case,
				"timeline_links": [
					{"link_doctype": "Collection Action", "link_name": action.name},
					{"link_doctype": "Customer", "link_name": action.customer},
				],
			}
		)
		.insert(ignore_permissions=True)
		.name
	)


def attachments_of(action) -> list[dict]:
	"""Each invoice as a PDF, made by Frappe when the message is sent."""
	if not action.attach_invoices:
		return []
	invoices = dict.fromkeys(row.voucher_no for row in action.items if row.voucher_type == "Sales Invoice")
	return [
		{
			"print_format_attachment": 1,
			"doctype": "Sales Invoice",
			"name": invoice,
			"lang": action.language,
		}
		for invoice in invoices
	]
