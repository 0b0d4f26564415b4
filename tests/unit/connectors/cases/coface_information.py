"""Coface's business information and its simulator."""

from collections_app.connectors.base import Action
from collections_app.connectors.records import Subject
from sandbox.providers.coface_information import CREDENTIALS, CofaceInformationServer
from tests.unit.connectors.contract import Case


class Filled(CofaceInformationServer):
	"""With a company to order a report of, and some under monitoring."""

	def __init__(self, **options):
		super().__init__(**options)
		for number in range(1, 7):
			self.add(str(number))
		for number in range(1, 6):
			row = {"id": f"monitoring-{number}", "externalId": f"icon#{number}", "countryCode": "PL"}
			self.monitorings.append({**row, "status": "monitoring_active"})


def addresses(server: CofaceInformationServer) -> dict[str, str]:
	return {"base_url": server.url, "authentication_url": f"{server.url}/authentication/v1"}


def watched(server: CofaceInformationServer) -> dict:
	return {"subjects": [Subject(f"C-{icon}", customer_id=f"PL icon#{icon}") for icon in server.companies]}


def told(server: CofaceInformationServer, *icons: int) -> set[str]:
	return {f"PL icon#{icon}|C-{icon}|{server.change(str(icon), '3')}" for icon in icons}


CASE = Case(
	server=Filled,
	credentials=CREDENTIALS,
	config=watched,
	stream="monitoring_events",
	fill=lambda server: told(server, 1, 2, 3, 4, 5),
	data_path="/notifications",
	urls=addresses,
	action=Action("order_report", "our-key-1", Subject("C-6", "Company", customer_id="PL icon#6")),
	push_path="/publications/orders",
	effects=lambda server: len(server.orders),
)
