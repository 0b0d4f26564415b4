"""Who of the sample company's customers plays what for bureaus, registers, lists and the credit insurer."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from .models import Customer, SampleCompany
from .payers import INSOLVENT

OLD_DEBT_DAYS = 45
STEP = Decimal(1000)


@dataclass(frozen=True)
class Cover:
	"""What the insurer covers of a customer, and for how many days more; `raised_to`: the company asks for so much."""

	customer: Customer
	amount: Decimal
	days: int
	raised_to: Decimal | None = None


@dataclass(frozen=True)
class Roles:
	"""`falling`: its bureau's letter falls while it is monitored; `strong`, `weak`: others with a report of that bureau;
	`waiting`: a report that takes its time; `in_administration`, `dissolved`: by their register; `alike`: somebody on a
	sanctions list has nearly that name, `clear`: nobody; `covers`: one that ends soon, one that is exceeded, one of a customer
	whose overdue has to be declared, one that is raised."""

	falling: Customer
	strong: Customer
	weak: Customer
	waiting: Customer
	in_administration: Customer
	dissolved: Customer
	alike: Customer
	clear: Customer
	covers: tuple[Cover, ...]


def credit_roles(sample: SampleCompany) -> Roles:
	"""The same for the same day; each customer plays one part."""
	open_amounts, oldest = open_and_oldest(sample)
	own = sample.company.currency
	owing = sorted(
		(one for one in sample.customers if one.currency == own and open_amounts.get(one.number, 0) > STEP),
		key=lambda one: (-open_amounts[one.number], one.number),
	)
	late = next(one for one in owing if oldest[one.number] > OLD_DEBT_DAYS)
	ending, exceeded, raised, falling, strong, weak, waiting, alike, clear = [
		one for one in owing if one is not late and one.country != "United Kingdom"
	][:9]
	registered = [one for one in sample.customers if one.country == "United Kingdom"]
	in_administration, dissolved, *_ = sorted(registered, key=lambda one: one.payer_type != INSOLVENT)

	def about(customer: Customer, part: str) -> Decimal:
		return (open_amounts[customer.number] * Decimal(part) / STEP).to_integral_value() * STEP + STEP

	return Roles(
		falling,
		strong,
		weak,
		waiting,
		in_administration,
		dissolved,
		alike,
		clear,
		(
			Cover(ending, about(ending, "1.5"), 14),
			Cover(exceeded, about(exceeded, "0.4"), 200),
			Cover(late, about(late, "2"), 250),
			Cover(raised, about(raised, "1.1"), 300, about(raised, "1.1") * 2),
		),
	)


def ends_on(cover: Cover, sample: SampleCompany) -> str:
	return (sample.as_of + timedelta(days=cover.days)).isoformat()


def open_and_oldest(sample: SampleCompany) -> tuple[dict[str, Decimal], dict[str, int]]:
	"""By customer: what is open, and the days since its oldest item was due."""
	waiting = sample.outstanding()
	amounts: dict[str, Decimal] = {}
	oldest: dict[str, int] = {}
	for invoice in sample.invoices:
		if waiting.get(invoice.name, 0) > 0:
			amounts[invoice.customer] = amounts.get(invoice.customer, Decimal(0)) + waiting[invoice.name]
			late = (sample.as_of - invoice.due_date).days
			oldest[invoice.customer] = max(oldest.get(invoice.customer, 0), late)
	return amounts, oldest
