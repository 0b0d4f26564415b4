"""What the scheduler calls, and nothing else."""

import frappe

from collections_app.exceptions import CollectionsError
from collections_app.services import settings
from collections_app.services.charges.booking import book_all_due
from collections_app.services.connectors import consent, webhooks
from collections_app.services.connectors.schedule import sync_due_connectors
from collections_app.services.credit.covers import expire_covers
from collections_app.services.outbox.follow import follow_sent_messages
from collections_app.services.outbox.work import work_all_outboxes
from collections_app.services.run.queue import queue_run


def run_daily_cycle() -> None:
	"""One Collection Run per enabled company, each a job of its own on the long queue."""
	if not settings.get().run_daily:
		return
	for company in settings.enabled_companies():
		try:
			queue_run(company, frappe.utils.getdate())
		except CollectionsError:
			# running already, or done for a later day: the other companies go on
			frappe.log_error(title=f"Collection Run of {company}")


def sync_connectors() -> None:
	"""Each connector by its own schedule, and the webhook events whose job was lost."""
	sync_due_connectors()
	webhooks.queue_lost()


def work_outbox() -> None:
	"""Releases what is no longer held and sends it: a message held at night goes out in the morning."""
	work_all_outboxes()


def follow_messages() -> None:
	"""What became of the messages handed over; the charges of those that are out are booked."""
	follow_sent_messages()
	book_all_due()


def expire_credit_covers() -> None:
	"""Covers whose last day was yesterday."""
	expire_covers()


def warn_of_ending_consents() -> None:
	"""Account holders' consents that end soon become tasks."""
	consent.warn_of_ends()
