"""What the sample company's customers look like at bureaus, registers, lists and the credit insurer."""

from collections.abc import Mapping

from .credit_roles import Roles, credit_roles, ends_on
from .models import Customer, SampleCompany

CODES = {"Germany": "DE", "France": "FR", "Spain": "ES", "United Kingdom": "GB"}
# by the bureau's own letters
LETTERS = {"falling": "B", "strong": "A", "weak": "C"}
FALLEN = "D"


def bring_credit(servers: Mapping, sample: SampleCompany) -> None:
	"""Fills the simulators of credit providers anew."""
	roles = credit_roles(sample)
	_bureau(servers["creditsafe"], roles)
	_register(servers["companies_house"], roles)
	_orders(servers["coface_information"], roles)
	_lists(servers["opensanctions"], roles)
	_insurer(servers["atradius"], roles, sample)


def number_at_bureau(customer: Customer) -> str:
	return f"{CODES[customer.country]}-0-{customer.number}"


def fall(bureau) -> None:
	"""Who is monitored and was rated well falls, once; its monitoring tells it."""
	for number in bureau.watched:
		if bureau.companies[number]["letter"] == LETTERS["falling"]:
			bureau.change(number, FALLEN, limit="2500")


def _bureau(bureau, roles: Roles) -> None:
	bureau.companies, bureau.events, bureau.watched, bureau.orders = {}, [], {}, []
	for role, letter in LETTERS.items():
		customer = getattr(roles, role)
		bureau.add(
			number_at_bureau(customer),
			letter,
			name=customer.name,
			country=CODES[customer.country],
			vat=customer.tax_id,
			reg=f"HRB {customer.number}",
			limit="50000",
		)


def _register(register, roles: Roles) -> None:
	register.companies, register.cases = {}, {}
	for customer, status, cases in (
		(roles.in_administration, "administration", ("in-administration",)),
		(roles.dissolved, "dissolved", ()),
	):
		register.add(customer.number.zfill(8), customer.name, status, cases)


def _orders(bureau, roles: Roles) -> None:
	bureau.companies, bureau.orders, bureau.monitorings, bureau.notifications = {}, [], [], []
	bureau.processing = "in-preparation"
	customer = roles.waiting
	bureau.add(
		customer.number,
		"7",
		name=customer.name,
		country=CODES[customer.country],
		vat=customer.tax_id,
		reg=f"HRB {customer.number}",
		limit="30 000",
		currency="EUR",
	)


def _lists(lists, roles: Roles) -> None:
	"""Somebody whose name has all words of the customer's and one more."""
	lists.entries = {}
	lists.add(f"{roles.alike.name} Holding")


def _insurer(insurer, roles: Roles, sample: SampleCompany) -> None:
	insurer.covers, insurer.overdues = [], []
	for at, cover in enumerate(roles.covers):
		insurer.add(
			float(cover.amount),
			buyer=str(2001 + at),
			name=cover.customer.name,
			tax_id=cover.customer.tax_id,
			until=ends_on(cover, sample),
		)
