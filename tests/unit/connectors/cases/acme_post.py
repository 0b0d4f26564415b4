"""The example of a messaging service, from another app."""

from collections_app.connectors.base import Action
from collections_app.connectors.records import OutgoingMessage
from collections_app.tests.acme_app.post_server import CREDENTIALS, AcmePostServer
from tests.unit.connectors.contract import Case

CASE = Case(
	server=AcmePostServer,
	credentials=CREDENTIALS,
	action=Action("send_sms", "our-key-1", OutgoingMessage(to="+491701234567", text="Invoice 1 is due.")),
	push_path="/messages",
	effects=lambda server: len(server.messages),
)
