"""AR24 and its simulator."""

from functools import partial

from collections_app.connectors.base import Action
from collections_app.connectors.records import OutgoingMessage
from sandbox.providers.ar24 import CREDENTIALS, Ar24Server
from tests.unit.connectors.contract import Case

CASE = Case(
	# the suite's own clock runs ahead while it waits
	server=partial(Ar24Server, strict_clock=False),
	credentials=CREDENTIALS,
	urls=lambda server: {"base_url": server.url + "/api"},
	action=Action(
		"send_registered_email",
		"our-key-1",
		OutgoingMessage(
			to="billing@customer.example", subject="Mise en demeure", text="…", pdf=b"%PDF-1.7 x"
		),
	),
	push_path="/api/mail",
	effects=lambda server: len(server.mails),
)
