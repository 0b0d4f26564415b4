"""Charges for late payment: late interest and the fixed indemnity of items whose plan step asks for them.

They are computed for a day and shown; nothing is booked. Only Sales Invoices of companies are charged, from the day
after the due date, by the law of `interest_rates.law_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property

import pandas as pd

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import flt, formatdate

from collections_app.engine.consolidation import PlannedAction
from collections_app.engine.frames import days
from collections_app.engine.interest import DAY
from collections_app.engine.interest_items import interest_for_items
from collections_app.engine.interest_rates import RateError, RateTable
from collections_app.engine.money import from_minor, round_money, round_series, to_minor
from collections_app.engine.reasons import Reason
from collections_app.services import interest_rates
from collections_app.services.frames import chunks, query_frame
from collections_app.services.reasons import sentence
from collections_app.services.run.context import ERROR, WARNING, RunContext

# what a person has to mend; nothing late yet and consumers are no trouble
TOLD = ("interest_rate_missing", "interest_invalid", "indemnity_exchange_rate_missing")
# payments count until their day; a credit note lowers what was owed from the start
PAYMENTS = ("Payment Entry", "Journal Entry")
LEDGER_COLUMNS = ["voucher_no", "kind", "date", "amount"]


@dataclass(frozen=True)
class Charge:
	"""What one item is charged, in its currency. The field names are those of Collection Action Invoice."""

	interest: float = 0.0
	interest_days: int = 0
	interest_rate: float = 0.0
	indemnity: float = 0.0


NOTHING = Charge()
CHARGE_FIELDS = tuple(asdict(NOTHING))


class Charger:
	"""Computes the charges of a company's items on a day; what it looked up once serves all of them.

	`tell`: takes severity, message and, where there is one, the record that is at fault.
	"""

	def __init__(self, company: str, day: date, tell: Callable[..., None] | None = None):
		self.company, self.day = company, day
		self.tell = tell or (lambda *_values: None)
		self.exchange_rates: dict[tuple[str, str], float] = {}

	@classmethod
	def of_run(cls, context: RunContext, day: date) -> Charger:
		"""One that tells the run what no step of it has told yet."""

		def tell(severity: str, message: str, *reference: str) -> None:
			if all(line.message != message for line in context.messages):
				context.tell(severity, message, *reference)

		return cls(context.company, day, tell)

	@cached_property
	def rates(self) -> RateTable:
		return interest_rates.rate_table(
			lambda name, error: self.tell(ERROR, error, "Late Interest Rate", name)
		)

	@cached_property
	def country(self) -> str:
		return interest_rates.law_of(self.company)

	def for_planned(self, actions: Iterable[PlannedAction]) -> dict[str, Charge]:
		"""Item key -> charge, for the items of all actions at once."""
		return self.charges(
			{
				"item": item.item,
				"voucher_type": item.voucher_type,
				"voucher_no": item.voucher_no,
				"payment_term": item.payment_term,
				"customer": action.customer,
				"currency": item.currency,
				"due_date": item.due_date,
				"outstanding": item.outstanding,
				"step": item.step,
			}
			for action in actions
			for item in action.items
		)

	def for_action(self, action) -> list:
		"""Sets the charges of a Collection Action and of its items, without saving them. Returns the changed rows."""
		found = self.charges(
			{
				"item": row.item_key,
				"voucher_type": row.voucher_type,
				"voucher_no": row.voucher_no,
				"payment_term": row.payment_term or "",
				"customer": action.customer,
				"currency": row.currency,
				"due_date": row.due_date,
				"outstanding": row.outstanding,
				"step": row.plan_step,
			}
			for row in action.items
		)
		changed = []
		for row in action.items:
			values = asdict(found.get(row.item_key, NOTHING))
			if any(flt(row.get(field)) != value for field, value in values.items()):
				row.update(values)
				changed.append(row)
		action.update(totals(action.currency, action.total, found.values()))
		return changed

	def charges(self, lines: Iterable[dict]) -> dict[str, Charge]:
		"""Item key -> charge; items without one are left out. What a person has to mend is told."""
		lines = [line for line in lines if line["voucher_type"] == "Sales Invoice"]
		asked = step_charges({line["step"] for line in lines if line["step"]})
		lines = [line for line in lines if line["step"] in asked]
		if not lines:
			return {}
		items, payments = self._items(pd.DataFrame(lines))
		result = interest_for_items(items, self.rates, self.day, payments)
		charges = {}
		reasons = [reason for reason in result["reason"] if reason is not None]
		for line, row in zip(lines, result.to_dict("records"), strict=True):
			charge = self._charge(line["currency"], row, *asked[line["step"]], reasons)
			if charge != NOTHING:
				charges[line["item"]] = charge
		self._tell(reasons, bool(charges))
		return charges

	def _items(self, items: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
		"""The items as the engine takes them, and the payments of those that are a whole invoice.

		The ledger does not say which term of a schedule a payment was for: a term is charged on what is open of it.
		"""
		items["country"] = self.country
		items["is_b2b"] = ~items["customer"].isin(consumers(items["customer"].unique()))
		items["due_date"] = days(items["due_date"])
		items["exchange_rate"] = [
			self._debt_rate(currency, due)
			for currency, due in zip(items["currency"], items["due_date"], strict=True)
		]
		ledger = ledger_of(items["voucher_no"].unique())
		open_now = items["voucher_no"].map(ledger.groupby("voucher_no")["amount"].sum()).fillna(0.0)
		whole = items["payment_term"] == ""
		# a payment that came since the item was read is among the payments already
		lowest = items["outstanding"].where(~whole, items["outstanding"].clip(upper=open_now))
		items["outstanding"] = round_series(lowest, items["currency"])
		keys = items[whole].set_index("voucher_no")["item"]
		payments = ledger[ledger["kind"].isin(PAYMENTS) & ledger["voucher_no"].isin(keys.index)]
		payments = payments.assign(item=payments["voucher_no"].map(keys), amount=-payments["amount"])
		return items, payments

	def _debt_rate(self, currency: str, due: pd.Timestamp) -> float | None:
		"""Units of the indemnity's currency for one of `currency`, where the sum depends on the debt."""
		try:
			indemnity = None if due is pd.NaT else self.rates.at(self.country, due.date() + DAY).indemnity
		except RateError:
			return None
		if indemnity is None or not indemnity.depends_on_debt or indemnity.currency == currency:
			return None
		rate = self.exchange_rate(indemnity.currency, currency)
		return 1 / rate if rate else None

	def exchange_rate(self, source: str, target: str) -> float:
		"""ERPNext's rate of the day, asked once a pair; 0 when there is none."""
		if (source, target) not in self.exchange_rates:
			from erpnext.setup.utils import get_exchange_rate

			self.exchange_rates[source, target] = flt(get_exchange_rate(source, target, self.day))
		return self.exchange_rates[source, target]

	def _charge(
		self, currency: str, row: dict, interest: bool, indemnity: bool, reasons: list[Reason]
	) -> Charge:
		values = {}
		if interest and row["interest"]:
			values = {
				"interest": row["interest"],
				"interest_days": int(row["days"]),
				"interest_rate": row["rate"],
			}
		if indemnity and row["indemnity"]:
			law = row["indemnity_currency"]
			rate = 1.0 if law == currency else self.exchange_rate(law, currency)
			if rate:
				values["indemnity"] = round_money(row["indemnity"] * rate, currency)
			else:
				params = {"currency": currency, "indemnity_currency": law}
				reasons.append(Reason("indemnity_exchange_rate_missing", params))
		return Charge(**values)

	def _tell(self, reasons: list[Reason], charged: bool) -> None:
		"""Each trouble once, however many items have it; of several days without a rate the first."""
		troubles: dict[tuple, Reason] = {}
		for reason in sorted(reasons, key=lambda one: one.params.get("date") or ""):
			if reason.code in TOLD:
				params = tuple(value for key, value in reason.params.items() if key != "date")
				troubles.setdefault((reason.code, params), reason)
		for reason in troubles.values():
			self.tell(WARNING, sentence(reason))
		if charged and interest_rates.is_outdated(self.rates, self.country, self.day):
			rate = self.rates.at(self.country, self.day)
			self.tell(
				WARNING,
				_("The newest late interest rate of {0} is of {1}: enter that of this half-year.").format(
					rate.country, formatdate(rate.effective_from)
				),
			)


def step_charges(steps: Iterable[str]) -> dict[str, tuple[bool, bool]]:
	"""Plan step -> whether it charges interest and whether the indemnity; steps that charge nothing are left out."""
	rows = frappe.get_all(
		"Dunning Plan Step",
		{"name": ["in", [*steps, ""]]},
		["name", "charge_interest", "charge_indemnity"],
	)
	return {
		row.name: (bool(row.charge_interest), bool(row.charge_indemnity))
		for row in rows
		if row.charge_interest or row.charge_indemnity
	}


def consumers(customers: Iterable[str]) -> set[str]:
	"""Those that are persons: the law of late payment between companies does not hold for them."""
	found: set[str] = set()
	for names in chunks(customers):
		found.update(
			frappe.get_all("Customer", {"name": ["in", names], "customer_type": "Individual"}, pluck="name")
		)
	return found


def ledger_of(invoices: Iterable[str]) -> pd.DataFrame:
	"""All receivable entries of these Sales Invoices (LEDGER_COLUMNS): debts above zero, payments below."""
	ple = DocType("Payment Ledger Entry")
	found = [
		query_frame(
			frappe.qb.from_(ple)
			.select(
				ple.against_voucher_no.as_("voucher_no"),
				ple.voucher_type.as_("kind"),
				ple.posting_date.as_("date"),
				ple.amount_in_account_currency.as_("amount"),
			)
			.where(
				(ple.delinked == 0)
				& (ple.account_type == "Receivable")
				& (ple.party_type == "Customer")
				& (ple.against_voucher_type == "Sales Invoice")
				& ple.against_voucher_no.isin(names)
			),
			["date"],
			["amount"],
		)
		for names in chunks(invoices)
	]
	return pd.concat(found, ignore_index=True)[LEDGER_COLUMNS]


def totals(currency: str, total: float, charges: Iterable[Charge]) -> dict[str, float]:
	"""The charge fields of a Collection Action, added up in minor units."""
	charges = list(charges)
	interest = sum(to_minor(charge.interest, currency) for charge in charges)
	indemnity = sum(to_minor(charge.indemnity, currency) for charge in charges)
	return {
		"interest": from_minor(interest, currency),
		"indemnity": from_minor(indemnity, currency),
		"total_with_charges": from_minor(to_minor(total or 0, currency) + interest + indemnity, currency),
	}
