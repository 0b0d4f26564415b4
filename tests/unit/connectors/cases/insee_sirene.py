"""INSEE Sirene and its simulator."""

from collections_app.connectors.base import Action
from collections_app.connectors.records import Subject
from sandbox.providers.insee_sirene import CREDENTIALS, InseeSireneServer
from tests.unit.connectors.contract import Case

SIRENS = ("732829320", "404833048", "552100554", "380129866")


def watched(server: InseeSireneServer) -> dict:
	return {"subjects": [Subject(f"C-{siren}", customer_id=siren) for siren in server.units]}


class Filled(InseeSireneServer):
	"""With a unit to order a report of; counts those that were told about, as reading changes nothing."""

	def __init__(self, **options):
		super().__init__(**options)
		self.add("356000000")
		self.told: set[str] = set()

	def unit(self, request):
		answer = super().unit(request)
		self.told.add(request.values["siren"])
		return answer

	unit.routes = InseeSireneServer.unit.routes


CASE = Case(
	server=Filled,
	credentials=CREDENTIALS,
	config=watched,
	stream="monitored",
	fill=lambda server: {f"{one}|C-{one}" for one in (*map(server.add, SIRENS), "356000000")},
	data_path="/siren/",
	action=Action("order_report", "our-key-1", Subject("C-1", "Company", customer_id="356000000")),
	push_path="/siren/",
	effects=lambda server: len(server.told),
)
