"""Companies House and its simulator."""

from collections_app.connectors.base import Action
from collections_app.connectors.records import Subject
from sandbox.providers.companies_house import CREDENTIALS, CompaniesHouseServer
from tests.unit.connectors.contract import Case


def watched(server: CompaniesHouseServer) -> dict:
	"""Every company of the simulator is a customer."""
	return {"subjects": [Subject(f"C-{number}", customer_id=number) for number in sorted(server.companies)]}


def fill(server: CompaniesHouseServer) -> set[str]:
	numbers = [server.add(f"0000000{number}") for number in range(1, 5)]
	server.add("00000005", cases=("in-administration",), status="administration")
	return {f"{number}|C-{number}" for number in [*numbers, "00000005"]}


class Filled(CompaniesHouseServer):
	"""With a company to order a report of; counts the companies that were told about, as reading changes nothing."""

	def __init__(self, **options):
		super().__init__(**options)
		self.add("01234567")
		self.told: set[str] = set()

	def profile(self, request):
		answer = super().profile(request)
		self.told.add(request.values["number"])
		return answer

	profile.routes = CompaniesHouseServer.profile.routes


CASE = Case(
	server=Filled,
	credentials=CREDENTIALS,
	config=watched,
	stream="monitored",
	fill=lambda server: fill(server) | {"01234567|C-01234567"},
	data_path="/company/",
	action=Action("order_report", "our-key-1", Subject("C-1", "Company", customer_id="01234567")),
	push_path="/company/",
	effects=lambda server: len(server.told),
)
