"""Exactly once on the last metre: from Frappe's Email Queue to the mail server.

Frappe sends an entry again when its worker died, when the connection broke before the server's answer, and, on
v15, when two workers flush the queue at once. For a message of the outbox each of these may double it, so the entry's
sending is guarded here:

- one worker at a time has the message (`claim`), and only while its action says it is to go out by this very entry;
- right before the mail's text is handed over (the DATA command of SMTP) the recipient is written down and committed
  (`begin`). What dies before that has surely not been sent and is sent later; what dies after it, with no answer from
  the server, nobody can know: the action becomes Uncertain and the entry is taken out of Frappe's reach.
"""

import smtplib
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import now, now_datetime

# written down instead of a recipient where the sending is not ours to watch, e.g. through a provider's web API
ANYONE = "*"


class AlreadyTakenError(Exception):
	"""Another worker took this message over, because this one was thought lost. Nothing was sent by this one."""


class DeliveryUnknownError(Exception):
	"""The connection ended after the mail's text was handed over and before the server's answer."""


def action_of(entry) -> str | None:
	"""The Collection Action an Email Queue entry was written for; None for any other mail."""
	if entry.reference_doctype != "Collection Case" or not entry.communication:
		return None
	link = {"parent": entry.communication, "link_doctype": "Collection Action"}
	return frappe.db.get_value("Communication Link", link, "link_name")


@dataclass
class Transmission:
	"""One worker's hold on one entry."""

	entry: str
	action: str
	token: str

	def begin(self, recipient: str) -> None:
		"""Writes down, for good, that this recipient's mail is handed over now. AlreadyTakenError if it is not ours."""
		action = DocType("Collection Action")
		(
			frappe.qb.update(action)
			.set(action.transmitting_to, recipient)
			.set(action.transmission_started_at, now_datetime())
			.where(self._is_ours(action))
		).run()
		frappe.db.commit()  # nosemgrep: written down before the mail server gets it
		held = frappe.db.get_value(
			"Collection Action", self.action, ["status", "lock_token", "email_queue"], as_dict=True
		)
		if held != {"status": "Sending", "lock_token": self.token, "email_queue": self.entry}:
			raise AlreadyTakenError(_("Another worker is sending this message."))

	def not_taken(self) -> None:
		"""The server answered that it did not take it: it may be tried again."""
		action = DocType("Collection Action")
		(
			frappe.qb.update(action)
			.set(action.transmitting_to, None)
			.set(action.transmission_started_at, None)
			.where((action.name == self.action) & (action.lock_token == self.token))
		).run()
		frappe.db.commit()  # nosemgrep: the server's answer is kept whatever comes next

	def release(self) -> None:
		"""Lets go of the message; its entry says how far it came."""
		action = DocType("Collection Action")
		(
			frappe.qb.update(action)
			.set(action.lock_token, None)
			.where((action.name == self.action) & (action.lock_token == self.token))
		).run()
		frappe.db.commit()  # nosemgrep: others may take it now

	def unknown(self) -> None:
		"""Nobody can know whether the server took it: for a person, and never again for Frappe's queue."""
		make_uncertain(self.action, self.entry)
		frappe.db.commit()  # nosemgrep: kept although the sending fails

	def _is_ours(self, action):
		return (
			(action.name == self.action)
			& (action.status == "Sending")
			& (action.lock_token == self.token)
			& (action.email_queue == self.entry)
		)


def claim(entry: str, name: str) -> Transmission | None:
	"""Takes the message for this worker alone and commits that. None when it must not be sent (now)."""
	hold = Transmission(entry, name, frappe.generate_hash(length=16))
	action = DocType("Collection Action")
	(
		frappe.qb.update(action)
		.set(action.lock_token, hold.token)
		.set(action.sending_started_at, now_datetime())
		.where(
			(action.name == name)
			& (action.status == "Sending")
			& (action.email_queue == entry)
			& (action.lock_token.isnull() | (action.lock_token == ""))
		)
	).run()
	frappe.db.commit()  # nosemgrep: the claim is seen by others before anything is sent
	fields = ["status", "lock_token", "email_queue", "transmitting_to"]
	held = frappe.db.get_value("Collection Action", name, fields, as_dict=True)
	if held and held.lock_token == hold.token:
		if not fate_unknown(entry, held.transmitting_to):
			return hold
		hold.unknown()
	elif not held or held.status != "Sending" or held.email_queue != entry:
		close_entry(entry, _("Not sent: {0} does not go out by this entry any more.").format(name))
		frappe.db.commit()  # nosemgrep: Frappe's queue must not try it again
	return None


def fate_unknown(entry: str, transmitting_to: str | None) -> bool:
	"""Whether a mail was handed over whose recipient is not known to be served."""
	if not transmitting_to:
		return False
	if transmitting_to == ANYONE:
		return frappe.db.get_value("Email Queue", entry, "status") != "Sent"
	recipient = {"parent": entry, "recipient": transmitting_to}
	return frappe.db.get_value("Email Queue Recipient", recipient, "status") != "Sent"


def make_uncertain(name: str, entry: str, held_by: str | None = None) -> bool:
	"""Sending -> Uncertain, and its entry closed. `held_by`: only if this token still holds it. False if it moved on."""
	action = DocType("Collection Action")
	ours = (action.name == name) & (action.status == "Sending") & (action.email_queue == entry)
	if held_by:
		ours &= action.lock_token == held_by
	(
		frappe.qb.update(action)
		.set(action.status, "Uncertain")
		.set(
			action.error,
			_("The connection ended after the message was handed to the mail server, before its answer."),
		)
		.set(action.modified, now())
		.where(ours)
	).run()
	if frappe.db.get_value("Collection Action", name, "status") != "Uncertain":
		return False
	close_entry(entry, _("It is not known whether the mail server took this message; it is not sent again."))
	return True


def close_entry(entry: str, why: str) -> None:
	"""Takes an entry that was not sent out of the reach of Frappe's retries."""
	queue = DocType("Email Queue")
	(
		frappe.qb.update(queue)
		.set(queue.status, "Error")
		.set(queue.error, why)
		.set(queue.modified, now())
		.where((queue.name == entry) & queue.status.isin(["Not Sent", "Sending", "Partially Sent"]))
	).run()


class WatchedServer:
	"""Frappe's SMTP server, each of whose mails is written down before its text is handed over.

	`server`: Frappe's own, or a function that gives it when it is first needed.
	"""

	def __init__(self, server, hold: Transmission):
		self._server, self._hold = server, hold

	@property
	def session(self) -> "WatchedSession":
		server = self._server() if callable(self._server) else self._server
		return WatchedSession(server.session, self._hold)


class WatchedSession:
	"""An SMTP session that can send mails, and nothing else."""

	def __init__(self, session: smtplib.SMTP, hold: Transmission):
		self._session, self._hold = session, hold

	def sendmail(self, from_addr: str, to_addrs: str, msg: bytes):
		"""As `smtplib.SMTP.sendmail`, for one recipient."""
		session = self._session
		hand_over = session.data

		def data(message):
			try:
				self._hold.begin(to_addrs)
			except AlreadyTakenError:
				session.rset()
				raise
			try:
				answer = hand_over(message)
			except smtplib.SMTPDataError:
				# refused before the text was sent
				self._hold.not_taken()
				raise
			except Exception as error:
				# an answer that comes late must not be read as the next mail's
				session.close()
				raise DeliveryUnknownError(str(error)) from error
			if answer[0] != 250:
				self._hold.not_taken()
			return answer

		session.data = data
		try:
			return session.sendmail(from_addr, to_addrs, msg)
		finally:
			del session.data
