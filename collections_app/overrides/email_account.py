"""Frappe's Email Account: a mail's own headers are at hand while its Communication is written.

A Communication keeps subject and text only; whether a mail is a delivery report or an automatic answer stands in its
headers and parts. Other apps' classes of inbound mail stay as they are: only `process` of each mail is wrapped.
"""

from contextlib import contextmanager
from functools import wraps

import frappe
from frappe.email.doctype.email_account.email_account import EmailAccount

from collections_app.services.outbox import inbound


class CollectionsInbox:
	"""Mixed into the Email Account's class."""

	def get_inbound_mails(self):
		mails = super().get_inbound_mails()
		for mail in mails:
			mail.process = watched(mail)
		return mails


def watched(mail):
	"""The mail's `process`, which also tells the outbox of what the mail reports."""
	process = mail.process

	@wraps(process)
	def process_and_tell(*args, **kwargs):
		with at_hand(mail.mail):
			communication = process(*args, **kwargs)
			if communication and mail.flags.is_new_communication:
				inbound.note_report(mail.mail)
			return communication

	return process_and_tell


@contextmanager
def at_hand(message):
	frappe.flags.collections_inbound = message
	try:
		yield
	finally:
		frappe.flags.collections_inbound = None


class CollectionsEmailAccount(CollectionsInbox, EmailAccount):
	"""The class as a whole, for frameworks that know no mixing in."""
