"""What the scheduler calls, and nothing else."""

import frappe

from collections_app.exceptions import CollectionsError
from collections_app.services import settings
from collections_app.services.charges.booking import book_all_due
from collections_app.services.connectors import consent, webhooks
from collections_app.services.connectors.schedule import sync_due_connectors
from collections_app.services.credit import cover_sending, cover_warnings, limits, report_orders
from collections_app.services.credit.covers import expire_covers
from collections_app.services.crm.activities import queue_activities
from collections_app.services.crm.customers import queue_updates
from collections_app.services.digest import mail
from collections_app.services.online_payments.upkeep import switch_off_links
from collections_app.services.outbox.follow import follow_sent_messages
from collections_app.services.outbox.work import work_all_outboxes
from collections_app.services.prediction import learning
from collections_app.services.run.queue import queue_run
from collections_app.services.scoring import learning as risk_learning
from collections_app.services.team import absences
from collections_app.services.worklist.rank import rank_all


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


def rank_worklists() -> None:
	"""The worklists as of now: a new day has other reasons, and messages went out or came back since."""
	rank_all()


def follow_messages() -> None:
	"""What became of the messages handed over; the charges of those that are out are booked."""
	follow_sent_messages()
	book_all_due()


def learn_payment_models() -> None:
	"""Each company's payment model, judged by what came since and learned anew."""
	learning.queue_all()


def learn_risk_models() -> None:
	"""Each company's risk model, judged by what came since and learned anew."""
	risk_learning.queue_all()


def send_weekly_digest() -> None:
	"""The figures of the week by e-mail, to those who are to have them."""
	mail.send_all()


def switch_off_payment_links() -> None:
	"""Payment links whose items are paid, or whose days are over."""
	switch_off_links()


def log_crm_activities() -> None:
	"""Messages, answers, promises and disputes are written to the CRM."""
	queue_activities()


def tell_crm() -> None:
	"""What changed about customers since the CRM was told last."""
	queue_updates()


def propose_credit_limits() -> None:
	"""Of the companies whose Credit Policy asks for it."""
	limits.queue_weekly()


def expire_credit_covers() -> None:
	"""Covers whose last day was yesterday; what credit managers have to know of the others."""
	expire_covers()
	cover_warnings.warn_all()


def follow_cover_requests() -> None:
	"""What became of what credit insurers were asked for."""
	cover_sending.follow()


def follow_report_orders() -> None:
	"""Reports that bureaus take their time for."""
	report_orders.follow_all()


def order_due_reports() -> None:
	"""Reports of such bureaus that are as old as their connection lets them become."""
	report_orders.order_due()


def warn_of_ending_consents() -> None:
	"""Account holders' consents that end soon become tasks."""
	consent.warn_of_ends()


def stand_in_for_absent() -> None:
	"""Cases of who is away go to the deputy; of who is back, they come back."""
	absences.queue_due()
