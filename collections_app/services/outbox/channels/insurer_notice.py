"""Insurer notice: the insurer of a customer's debt is told that it is overdue: through its own system where it is
connected, else by e-mail or through a person."""

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime

from collections_app.exceptions import ActionStateError
from collections_app.services.credit import cover_requests, insurer_notice
from collections_app.services.hand_over.claim import claim_of_action
from collections_app.services.hand_over.files import store_content
from collections_app.services.hand_over.package import safe_name
from collections_app.services.language import site_language
from collections_app.services.letters import speaking
from collections_app.services.outbox.channels import partner


def check() -> None:
	"""Whether a mail account is needed, the step says; without an address a person passes the notice on."""


def hand_over(action) -> dict:
	"""Writes the notice and sends it, or keeps it with a task. Returns the fields to write on the action."""
	cover = insurer_notice.cover_of(action.company, action.customer, getdate())
	if not cover:
		frappe.throw(_("No insurer covers {0} any more.").format(action.customer_name), ActionStateError)
	claim = claim_of_action(action)
	language = site_language()
	files = [
		store_content(f"{safe_name(action.name)}_{name}", content, "Collection Action", action.name, field)
		for (name, content), field in zip(
			insurer_notice.papers_of(claim, cover, language), ("document", None), strict=True
		)
	]
	recipients = partner.addresses_of(partner.step_of(action))
	with speaking(language):
		title = insurer_notice.title_of(claim, cover)
		if values := _through_its_system(action, cover):
			values["subject"] = title[:140]
		elif recipients:
			letter = partner.covering_letter(action, title, "insurer_cover", claim=claim, cover=cover)
			values = partner.mail(action, recipients, letter, files)
		else:
			links = ", ".join(partner.file_link(file) for file in files)
			text = _("Tell {0}: {1}. The notice: {2}").format(
				frappe.utils.escape_html(cover.insurer), frappe.utils.escape_html(title), links
			)
			values = partner.keep_for_person(action, text)
			values.update({"subject": title[:140], "recipients": cover.insurer})
	return {**values, "document": files[0].file_url}


def _through_its_system(action, cover) -> dict | None:
	"""The declaration, sent once this is committed; None where the insurer is not connected. What becomes of it stands in
	its Cover Request: one that is not taken is a task for the credit managers."""
	if not cover_requests.connection_of(action.company, cover.insurer, cover_requests.DECLARE_ACTION):
		return None
	overdue = insurer_notice.overdue_of(action.company, action.customer, getdate())
	if not overdue:
		frappe.throw(_("{0} is not overdue any more.").format(action.customer_name), ActionStateError)
	request = cover_requests.declare(frappe.get_doc("Credit Cover", cover.name), **overdue)
	return {
		"status": "Sent",
		"sent_at": now_datetime(),
		"recipients": cover.insurer,
		"provider_reference": request,
	}
