"""Insurer notice: the insurer of a customer's debt is told that it is overdue, by e-mail or through a person."""

import frappe
from frappe import _
from frappe.utils import getdate

from collections_app.exceptions import ActionStateError
from collections_app.services.credit import insurer_notice
from collections_app.services.hand_over.claim import claim_of_action
from collections_app.services.hand_over.files import site_language, store_content
from collections_app.services.hand_over.package import safe_name
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
		if recipients:
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
