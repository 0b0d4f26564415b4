"""AR24's mails in the words of the outbox, and an outgoing message in AR24's."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collections_app.connectors.ar24.signing import PARIS
from collections_app.connectors.errors import DataError
from collections_app.connectors.records import MessageStatus, OutgoingMessage
from collections_app.engine.texts import Text

# AR24's status -> the outbox's state, the field of its date, the field of its proof
STATES = {
	"waiting": ("Sent", "date", ""),
	"dp": ("Sent", "date", ""),
	"sent": ("Sent", "ts_ev_date", "proof_ev_url"),
	"ev": ("Sent", "ts_ev_date", "proof_ev_url"),
	"ar": ("Proved", "view_date", "proof_ar_url"),
	"refused": ("Failed", "refused_date", "proof_rf_url"),
	"negligence": ("Failed", "negligence_date", "proof_ng_url"),
	"bounced": ("Failed", "bounced_date", "proof_bc_url"),
	"error": ("Failed", "date", ""),
}
DETAIL = {
	"dp": Text("deposited"),
	"ev": Text("sent"),
	"ar": Text("received"),
	"refused": Text("refused by the recipient"),
	"negligence": Text("not collected by the recipient within 15 days"),
	"bounced": Text("the mailbox does not exist or refuses the message"),
}


def form_of(message: OutgoingMessage, key: str, user: str, recipient: Mapping[str, str], files: list) -> dict:
	"""The form of POST /mail; `recipient` holds the person's names and the status. DataError without a valid address."""
	check(message)
	content = message.html or message.text
	return {
		"id_user": user,
		"to_email": message.to,
		"to_company": message.address.name if message.address else message.to.partition("@")[2],
		**recipient,
		"content": f"{message.subject}\n\n{content}" if message.subject else content,
		"ref_dossier": key,
		**({"attachment[]": files} if files else {}),
	}


def check(message: OutgoingMessage) -> None:
	if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", message.to):
		raise DataError("{0} is not an e-mail address.", message.to or Text("The recipient"))


def status_of(mail: Mapping[str, Any]) -> MessageStatus:
	"""A mail as a MessageStatus (without the proof itself); DataError when it has no id or a status not known here."""
	status = str(mail.get("status") or "").lower()
	if mail.get("send_fail") in (1, "1", True):
		status = "error"
	if not mail.get("id") or status not in STATES:
		raise DataError(
			"Mail {0} has the unknown status {1}.", mail.get("id") or "?", status or Text("(none)")
		)
	state, date_field, _proof = STATES[status]
	return MessageStatus(
		str(mail["id"]),
		state,
		_time(mail.get(date_field) or mail.get("date")),
		DETAIL.get(status, status),
		unreachable=status == "bounced",
	)


def proof_of(mail: Mapping[str, Any]) -> str:
	"""The address of the proof that belongs to the mail's status; empty when there is none (yet)."""
	field = STATES.get(str(mail.get("status") or "").lower(), ("", "", ""))[2]
	return mail.get(field) or "" if field else ""


def _time(value: str | None) -> datetime | None:
	"""AR24's times are those of Paris."""
	try:
		return datetime.strptime(value or "", "%Y-%m-%d %H:%M:%S").replace(tzinfo=PARIS)
	except ValueError:
		return None
