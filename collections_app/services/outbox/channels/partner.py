"""Sending files to a partner (agency, lawyer, insurer): by e-mail, or as a task for the person who passes them on.

The e-mail is posted by `email.py`, so that Communication, Email Queue entry and the action's fields are written in one
transaction here too.
"""

import frappe
from frappe.utils import now_datetime, split_emails

from collections_app.services import letters, settings
from collections_app.services.language import site_language
from collections_app.services.outbox.channels import email

# a larger mail is refused by many servers; base64 makes a file a third longer
MAIL_BYTES = 15 * 1024 * 1024
STEP_FIELDS = ["hand_over_to", "partner_email", "task", "stop_delivery"]


def step_of(action):
	"""What the plan step says today; nothing, when it was deleted."""
	row = frappe.db.get_value("Dunning Plan Step", action.plan_step, STEP_FIELDS, as_dict=True)
	return row or frappe._dict.fromkeys(STEP_FIELDS)


def addresses_of(step) -> list[str]:
	return [one.strip() for one in split_emails(step.partner_email or "") if one.strip()]


def covering_letter(action, title: str, template: str, **values) -> letters.Letter:
	"""The step's letter, in the site's language; without one, the template's few lines under `title`."""
	language = site_language()
	if action.letter:
		action.language = language
		return letters.render_action(action)
	company = frappe.get_cached_value("Company", action.company, ["email", "phone_no"], as_dict=True)
	content = frappe.render_template(
		f"collections_app/templates/collections/hand_over/{template}.html", {"action": action, **values}
	)
	html = frappe.render_template(
		"collections_app/templates/collections/email.html",
		{
			"content": content,
			"company": {
				"name": action.company,
				"email": company.email or "",
				"phone": company.phone_no or "",
			},
			"reference": action.name,
			"labels": letters.labels(language),
			"lang": language,
		},
	)
	return letters.Letter(title, html, language)


def mail(action, recipients: list[str], letter: letters.Letter, files: list) -> dict:
	"""Queues the e-mail with the files attached. Returns the fields to write on the action."""
	email.check()
	return email.post(action, letter, recipients, [{"fid": file.name} for file in files])


def keep_for_person(action, text: str) -> dict:
	"""A ToDo on the case, whose file waits on the action. Returns the fields to write on the action."""
	task = frappe.get_doc(
		{
			"doctype": "ToDo",
			"allocated_to": _person(action),
			"assigned_by": frappe.session.user,
			"reference_type": "Collection Case",
			"reference_name": action.case,
			"date": action.planned_on,
			"priority": "High",
			"description": text,
		}
	).insert(ignore_permissions=True)
	return {"status": "Sent", "sent_at": now_datetime(), "task": task.name}


def _person(action) -> str:
	"""The collector; else who approved the step; else the company's collector."""
	collector = frappe.db.get_value("Collection Case", action.case, "collector")
	fallback = settings.company_row(action.company).default_collector
	return collector or action.approved_by or fallback or "Administrator"


def file_link(file) -> str:
	return (
		f'<a href="{frappe.utils.escape_html(file.file_url)}">{frappe.utils.escape_html(file.file_name)}</a>'
	)
