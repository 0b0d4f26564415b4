"""Hand over: the claim's file goes to a collection agency or a lawyer, by e-mail or through a person."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import frappe
from frappe import _
from frappe.utils import fmt_money, now_datetime

from collections_app.services.hand_over.claim import claim_of_action
from collections_app.services.hand_over.files import store_package
from collections_app.services.hand_over.package import build
from collections_app.services.language import site_language
from collections_app.services.letters import speaking
from collections_app.services.outbox.channels import partner

# far below the time after which a worker counts as lost
HEARTBEAT_SECONDS = 60


def check() -> None:
	"""Whether a mail account is needed, the step says; without an address a person passes the file on."""


def hand_over(action) -> dict:
	"""Builds the file and sends it, or keeps it with a task. Returns the fields to write on the action."""
	step = partner.step_of(action)
	language = site_language()
	claim = claim_of_action(action)
	with TemporaryDirectory() as folder:
		package = build(claim, Path(folder), language, Heartbeat(action))
		# from here on everything is written in the transaction that also writes the action
		files = store_package(package, action.name)
		size = package.size
	recipients = partner.addresses_of(step)
	with speaking(language):
		who = _(step.hand_over_to or "Collection Agency")
		missing = [entry.name for entry in package.missing]
		if recipients and size <= partner.MAIL_BYTES:
			letter = partner.covering_letter(action, title_of(action), "cover", claim=claim, missing=missing)
			values = partner.mail(action, recipients, letter, files)
		else:
			values = partner.keep_for_person(action, task_text(action, who, recipients, files))
			values.update({"subject": title_of(action)[:140], "recipients": ", ".join(recipients) or who})
	return {**values, "document": files[0].file_url}


def title_of(action) -> str:
	return _("Claim {0}: {1} against {2}, {3}").format(
		action.name,
		action.company,
		action.customer_name or action.customer,
		fmt_money(action.total_with_charges or action.total, currency=action.currency),
	)


def task_text(action, who: str, recipients: list[str], files: list) -> str:
	"""What is to be done with the file, and why it did not go out by e-mail."""
	links = ", ".join(partner.file_link(file) for file in files)
	text = _("Hand over to {0}: {1}. The file: {2}").format(
		frappe.utils.escape_html(who), frappe.utils.escape_html(title_of(action)), links
	)
	if recipients:
		too_large = _("It is too large for an e-mail to {0}: pass it on another way.")
		text += " " + too_large.format(frappe.utils.escape_html(", ".join(recipients)))
	return text


class Heartbeat:
	"""Says that the worker is alive while it prints: a big file takes longer than a worker is waited for.

	It commits, which is harmless because nothing is written before the file is complete.
	"""

	def __init__(self, action):
		self.action, self.last = action, time.monotonic()

	def __call__(self, done: int, total: int) -> None:
		if time.monotonic() - self.last < HEARTBEAT_SECONDS:
			return
		self.last = time.monotonic()
		ours = {"name": self.action.name, "status": "Sending", "lock_token": self.action.lock_token}
		frappe.db.set_value(
			"Collection Action", ours, "sending_started_at", now_datetime(), update_modified=False
		)
		frappe.db.commit()  # nosemgrep: others must see the sign of life
