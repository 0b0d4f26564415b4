"""OpenSanctions and its simulator."""

from collections_app.connectors.base import Action
from collections_app.connectors.records import Subject
from sandbox.providers.opensanctions import CREDENTIALS, OpenSanctionsServer
from tests.unit.connectors.contract import Case

CUSTOMERS = tuple(f"C-{number}" for number in range(5))


def fill(server: OpenSanctionsServer) -> set[str]:
	server.add("Company C-1 Trading")
	return {f"{one}|{one}" for one in CUSTOMERS}


CASE = Case(
	server=OpenSanctionsServer,
	credentials=CREDENTIALS,
	config={"subjects": [Subject(one, f"Company {one}") for one in CUSTOMERS]},
	stream="monitored",
	fill=fill,
	data_path="/match/",
	action=Action("order_report", "our-key-1", Subject("C-9", "Company")),
	push_path="/match/",
	effects=lambda server: len(server.queried),
)
