"""Twilio and its simulator."""

from urllib.parse import urlencode

from collections_app.connectors.base import Action, WebhookRequest
from collections_app.connectors.records import OutgoingMessage
from sandbox.providers.twilio import CREDENTIALS, TwilioServer
from tests.unit.connectors.contract import Case

STATUSES = ("delivered", "sent", "undelivered", "failed", "read")


def webhook(
	server: TwilioServer, status: str = "delivered", url: str = CREDENTIALS["status_callback"], **more
):
	form = {
		"AccountSid": CREDENTIALS["account_sid"],
		"MessageSid": "SM" + "0c" * 16,
		"MessageStatus": status,
		"To": "+491701234567",
		"RawDlrDoneDate": "",
		**more,
	}
	signature = server.sign(url, form)
	return WebhookRequest(url, {"x-twilio-signature": signature}, urlencode(form).encode())


CASE = Case(
	server=TwilioServer,
	credentials=CREDENTIALS,
	stream="message_statuses",
	fill=lambda server: {f"{server.add(status)}|{status}" for status in STATUSES},
	arrive=lambda server: {f"{server.add('delivered')}|delivered"},
	data_path="/Messages.json",
	action=Action("send_sms", "our-key-1", OutgoingMessage(to="+491701234567", text="Invoice 1 is due.")),
	push_path="/Messages.json",
	effects=lambda server: len(server.messages),
	webhook=webhook,
)
