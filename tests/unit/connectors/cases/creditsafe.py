"""Creditsafe and its simulator."""

from collections_app.connectors.base import Action
from collections_app.connectors.records import Subject
from sandbox.providers.creditsafe import CREDENTIALS, CreditsafeServer
from tests.unit.connectors.contract import Case


def watched(server: CreditsafeServer) -> dict:
	"""Every company of the simulator is a customer."""
	return {"subjects": [Subject(f"C-{number}", customer_id=number) for number in sorted(server.companies)]}


def fill(server: CreditsafeServer) -> set[str]:
	numbers = [server.add(f"GB-0-{number}") for number in range(1, 6)]
	return {f"{number}|C-{number}" for number in [*numbers, "GB-0-9"]}


class Filled(CreditsafeServer):
	"""With a company to order a report of."""

	def __init__(self, **options):
		super().__init__(**options)
		self.add("GB-0-9")


CASE = Case(
	server=Filled,
	credentials=CREDENTIALS,
	config=watched,
	stream="monitored",
	fill=fill,
	data_path="/companies/",
	action=Action("order_report", "our-key-1", Subject("C-1", "Company", customer_id="GB-0-9")),
	push_path="/companies/",
	effects=lambda server: len(server.ordered),
	token_path="authenticate",
)
