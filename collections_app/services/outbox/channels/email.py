"""E-mail through Frappe's Email Queue, kept as a Communication on the case.

Communication, Email Queue entry and the action's own fields are written in one transaction: either all of it is there
or nothing, so an action left Sending without a communication was never handed over. From there to the mail server:
see `transmit.py`.
"""

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.email.email_body import get_message_id
from frappe.model.base_document import get_controller

from collections_app.exceptions import ActionStateError, SettingsMissingError
from collections_app.overrides.email_queue import OutboxEmailQueue
from collections_app.services import letters, settings
from collections_app.services.customers import customer_frame
from collections_app.services.outbox import unreachable
from collections_app.services.outbox.enclosures import attachments_of

# where Frappe puts the picture that tells when a mail is read
TRACKER = "<!--email_open_check-->"
# our reference, which mail servers give back in their reports
REFERENCE_HEADER = "X-Collection-Action"


def check() -> None:
	"""SettingsMissingError when the site has no outgoing e-mail account, or messages could go out twice."""
	if not issubclass(get_controller("Email Queue"), OutboxEmailQueue):
		raise SettingsMissingError(
			_(
				"Another app replaces the Email Queue's sending: messages could go out twice, so they stay queued."
			)
		)
	if not EmailAccount.find_outgoing(match_by_doctype="Collection Case"):
		raise SettingsMissingError(
			_("No outgoing Email Account is set up: messages stay queued until there is one.")
		)


def hand_over(action) -> dict:
	"""Renders the letter and queues the e-mail. Returns the fields to write on the action."""
	recipients = recipients_of(action)
	unreachable.refuse(action.case, recipients)
	return post(action, letters.render_action(action), recipients, attachments_of(action))


def post(action, letter: letters.Letter, recipients: list[str], attachments: list[dict]) -> dict:
	"""Queues the e-mail, to whomever, and keeps it on the case. Returns the fields to write on the action."""
	sender = sender_of(action.company)
	message_id = get_message_id().strip("<>")
	communication = new_communication(action, letter, recipients, sender, message_id)
	queued = frappe.sendmail(
		recipients=recipients,
		sender=sender,
		subject=letter.subject,
		message=letter.html,
		reference_doctype="Collection Case",
		reference_name=action.case,
		communication=communication,
		message_id=message_id,
		attachments=attachments,
		add_unsubscribe_link=0,
		email_headers={REFERENCE_HEADER: action.name},
		delayed=True,
	)
	if not queued:
		frappe.throw(_("All recipients have unsubscribed from e-mails of this site."), ActionStateError)
	if not settings.get().track_opens:
		queued.db_set("message", queued.message.replace(TRACKER, ""), update_modified=False)
	return {
		"message_id": message_id,
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


def new_communication(action, letter, recipients: list[str], sender: str | None, message_id: str) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "Communication",
				"communication_type": "Communication",
				"communication_medium": "Email",
				"sent_or_received": "Sent",
				"subject": letter.subject,
				"content": letter.html,
				"message_id": message_id,
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
