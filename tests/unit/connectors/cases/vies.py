"""VIES and its simulator."""

from collections_app.connectors.base import Action
from collections_app.connectors.records import Subject
from sandbox.providers.vies import CREDENTIALS, ViesServer
from tests.unit.connectors.contract import Case


def watched(server: ViesServer) -> dict:
	"""Every number of the simulator is a customer's, and one that is not valid."""
	subjects = [Subject(f"C-{number}", tax_id=number) for number in [*server.numbers, "IT99999999999"]]
	return {"environment": "production", "subjects": subjects}


def fill(server: ViesServer) -> set[str]:
	numbers = [server.add(one) for one in ("DE111111111", "FR22222222222", "DE333333333", "IT44444444444")]
	return {f"{number}|C-{number}" for number in [*numbers, "IT99999999999"]}


CASE = Case(
	server=ViesServer,
	credentials=CREDENTIALS,
	config=watched,
	stream="monitored",
	fill=fill,
	data_path="/check-vat-number",
	action=Action("order_report", "our-key-1", Subject("C-1", "Company", tax_id="DE111111111")),
	push_path="/check-vat-number",
	effects=lambda server: len(server.asked),
)
