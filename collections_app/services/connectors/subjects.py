"""Which customers a connector may ask its provider about: lent as `config["subjects"]`, read only when it looks at them."""

from collections.abc import Iterable, Iterator
from datetime import date

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max
from frappe.utils import getdate

from collections_app.connectors.records import Subject
from collections_app.services import customers
from collections_app.services.connectors import identities
from collections_app.services.plans.work_calendar import country_codes

# a connection that watches every customer says so in its field `monitor`
EVERYBODY = "all"


class Subjects:
	"""The customers that a connection watches, each with the day of the last report that it brought: those identified with it,
	or every customer that is not disabled."""

	def __init__(self, config, watched: str = ""):
		self.config, self.everybody = config, watched.strip().casefold() == EVERYBODY

	def __iter__(self) -> Iterator[Subject]:
		numbers = _numbers(self.config.name)
		names = frappe.get_all("Customer", {"disabled": 0}, pluck="name") if self.everybody else numbers
		reported = _reported(self.config.name)
		for subject in _subjects(names):
			yield Subject(
				**subject,
				customer_id=numbers.get(subject["customer"], ""),
				reported_on=reported.get(subject["customer"]),
			)


def subject_of(connector: str, customer: str, **said) -> Subject:
	"""One customer, with what a person says better than its file (name, tax_id, registration_number)."""
	(known,) = _subjects([customer], disabled=True)
	given = {key: value.strip() for key, value in said.items() if value and value.strip()}
	return Subject(**{**known, **given}, customer_id=identities.number_of(connector, customer) or "")


def _subjects(names: Iterable[str], disabled: bool = False) -> list[dict[str, str]]:
	frame = customers.master_data(names)
	codes = country_codes(frame["country"].unique())
	return [
		{
			"customer": row.customer,
			"name": row.customer_name or row.customer,
			"tax_id": row.tax_id or "",
			"registration_number": row.registration_number or "",
			"country": codes.get(row.country, "").upper(),
		}
		for row in frame.itertuples()
		if disabled or not row.disabled
	]


def _numbers(connector: str) -> dict[str, str]:
	"""Customer -> the provider's number, the one chosen last."""
	rows = frappe.get_all(
		identities.DOCTYPE,
		{"connector": connector, "customer": ["is", "set"]},
		["customer", "provider_id"],
		order_by="creation",
	)
	return {row.customer: row.provider_id for row in rows}


def _reported(connector: str) -> dict[str, date]:
	"""Customer -> the day of its last report of this connection."""
	report = DocType("Credit Report")
	rows = (
		frappe.qb.from_(report)
		.select(report.customer, Max(report.reported_on))
		.where(report.connector == connector)
		.groupby(report.customer)
	).run()
	return {customer: getdate(day) for customer, day in rows}
