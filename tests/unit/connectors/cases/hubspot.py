"""HubSpot and its simulator."""

import json

from collections_app.connectors.base import Action, WebhookRequest
from sandbox.providers.hubspot import CREDENTIALS, HubSpotServer
from tests.unit.connectors.contract import Case

URL = "https://site.example/hook?connection=HubSpot"


def add(server: HubSpotServer, phone: str) -> str:
	number = server.add(phone=phone, name=f"Company {phone}")
	changed = server.objects["companies"][-1]["properties"]["hs_lastmodifieddate"]
	return f"companies|{number}|phone|{changed}"


def webhook(server: HubSpotServer, kind: str = "company.propertyChange", **signing) -> WebhookRequest:
	body = json.dumps([{"eventId": 1, "portalId": 62515, "subscriptionType": kind, "objectId": 123}]).encode()
	return WebhookRequest(URL, server.sign(URL, body, **signing), body)


class Filled(HubSpotServer):
	"""With a company to write a note to."""

	def __init__(self, **options):
		super().__init__(**options)
		self.add(days_ago=365 * 30)


CASE = Case(
	server=Filled,
	credentials=CREDENTIALS,
	stream="companies",
	fill=lambda server: {add(server, f"030 {number}") for number in range(5)},
	arrive=lambda server: {add(server, "030 99")},
	data_path="/companies/search",
	action=Action("log_activity", "our-key-1", {"customer_id": "1000", "text": "Reminder sent"}),
	push_path="/notes",
	effects=lambda server: len(server.notes),
	webhook=webhook,
)
