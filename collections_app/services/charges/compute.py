"""Charges for late payment: late interest and the fixed indemnity of items, and the dunning fee of the message.

They are computed for a day, where the plan step asks for them, and shown; `charge_booking` books them. Only Sales
Invoices bear interest and indemnity, from the day after the due date, by the law of `interest_rates.law_of`; invoices
for charges bear none. What was paid of charges is not shown again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from frappe import _
from frappe.utils import flt, formatdate, getdate

from collections_app.engine.charge_booking import open_claim
from collections_app.engine.consolidation import PlannedAction
from collections_app.engine.frames import days
from collections_app.engine.interest import DAY
from collections_app.engine.interest_items import interest_for_items
from collections_app.engine.interest_rates import RateError, RateTable
from collections_app.engine.money import from_minor, round_money, round_series, to_minor
from collections_app.engine.reasons import Reason
from collections_app.services import settings
from collections_app.services.charges import interest_rates
from collections_app.services.charges import ledger as charge_ledger
from collections_app.services.charges.announced import announced_indemnities
from collections_app.services.charges.facts import StepCharges, consumers, ledger_of, step_charges
from collections_app.services.reasons import sentence
from collections_app.services.run.context import ERROR, WARNING, RunContext

# what a person has to mend; nothing late yet and consumers are no trouble
TOLD = ("interest_rate_missing", "interest_invalid", "indemnity_exchange_rate_missing")
# payments count until their day; a credit note lowers what was owed from the start
PAYMENTS = ("Payment Entry", "Journal Entry")


@dataclass(frozen=True)
class Charge:
	"""What one item is charged, in its currency. The field names are those of Collection Action Invoice."""

	interest: float = 0.0
	interest_days: int = 0
	interest_rate: float = 0.0
	indemnity: float = 0.0


NOTHING = Charge()
CHARGE_FIELDS = tuple(asdict(NOTHING))
TOTAL_FIELDS = ("interest", "indemnity", "fee", "total_with_charges")


class Charges(dict[str, Charge]):
	"""Item key -> charge; and `fees`, key of a planned action -> its dunning fee in its currency."""

	def __init__(self, charges: dict[str, Charge], fees: dict[str, float]):
		super().__init__(charges)
		self.fees = fees

	def totals_of(self, action: PlannedAction) -> dict[str, float]:
		"""The charge fields of the Collection Action planned."""
		charged = [self[item.item] for item in action.items if item.item in self]
		return totals(action.currency, action.total, charged, self.fees.get(action.key, 0.0))


class Charger:
	"""Computes the charges of a company's items on a day; what it looked up once serves all of them.

	`tell`: takes severity, message and, where there is one, the record that is at fault.
	"""

	def __init__(self, company: str, day: date, tell: Callable[..., None] | None = None):
		self.company, self.day = company, day
		self.tell = tell or (lambda *_values: None)
		self.exchange_rates: dict[tuple[str, str], float] = {}
		self.asked: dict[str, StepCharges] = {}
		self.own: set[str] = set()

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

	def for_planned(self, actions: Iterable[PlannedAction]) -> Charges:
		"""The charges of the items of all actions at once, and the fee of each action."""
		actions = list(actions)
		lines = [
			{
				"item": item.item,
				"voucher_type": item.voucher_type,
				"voucher_no": item.voucher_no,
				"payment_term": item.payment_term,
				# where a parent receives the message, the debtor owes
				"customer": item.customer or action.customer,
				"currency": item.currency,
				"due_date": item.due_date,
				"outstanding": item.outstanding,
				"step": item.step,
			}
			for action in actions
			for item in action.items
		]
		self.learn(lines, [action.step for action in actions])
		fees = {action.key: self.fee(action.step, action.currency, action.items) for action in actions}
		return Charges(self.charges(lines), fees)

	def for_action(self, action) -> list:
		"""Sets the charges of a Collection Action and of its items, without saving them. Returns the changed rows."""
		lines = [
			{
				"item": row.item_key,
				"voucher_type": row.voucher_type,
				"voucher_no": row.voucher_no,
				"payment_term": row.payment_term or "",
				"customer": row.customer or action.customer,
				"currency": row.currency,
				"due_date": row.due_date,
				"outstanding": row.outstanding,
				"step": row.plan_step,
			}
			for row in action.items
		]
		self.learn(lines, [action.plan_step])
		found = self.charges(lines)
		changed = []
		for row in action.items:
			values = asdict(found.get(row.item_key, NOTHING))
			if any(flt(row.get(field)) != value for field, value in values.items()):
				row.update(values)
				changed.append(row)
		fee = self.fee(action.plan_step, action.currency, action.items)
		action.update(totals(action.currency, action.total, found.values(), fee))
		return changed

	def learn(self, lines: list[dict], steps: Iterable[str]) -> None:
		"""Looks up what these steps charge, and which invoices are for charges themselves."""
		self.asked = step_charges({line["step"] for line in lines if line["step"]} | {*filter(None, steps)})
		names = {line["voucher_no"] for line in lines if line["voucher_type"] == "Sales Invoice"}
		self.own = charge_ledger.charges_invoices(names) if self.asked else set()

	def fee(self, step: str, currency: str, items: Iterable) -> float:
		"""The dunning fee of a message in its currency: nothing before anything but charges is late."""
		asked = self.asked.get(step)
		if not asked or not asked.fee:
			return 0.0
		if not any(getdate(item.due_date) < self.day and item.voucher_no not in self.own for item in items):
			return 0.0
		source = asked.fee_currency or settings.company_currency(self.company)
		rate = 1.0 if source == currency else self.exchange_rate(source, currency)
		if not rate:
			text = _("The dunning fee is not charged: there is no exchange rate from {0} to {1}")
			self.tell(WARNING, text.format(source, currency))
		return round_money(asked.fee * rate, currency)

	def charges(self, lines: list[dict]) -> dict[str, Charge]:
		"""Item key -> charge; items without one are left out. What a person has to mend is told."""
		lines = [line for line in lines if self._is_charged(line)]
		if not lines:
			return {}
		reasons: list[Reason] = []
		result = self.accrued(lines)
		reasons.extend(reason for reason in result["reason"] if reason is not None)
		invoices = {line["voucher_no"] for line in lines}
		known = charge_ledger.booked(invoices)
		announced = announced_indemnities(lines)
		charges = {}
		# of an invoice with several terms the oldest bears the indemnity
		order = sorted(zip(lines, result.to_dict("records"), strict=True), key=lambda one: one[0]["due_date"])
		for line, row in order:
			asked, invoice = self.asked[line["step"]], line["voucher_no"]
			indemnity = 0.0
			if asked.indemnity:
				indemnity = self._indemnity(line["currency"], row, reasons)
				bearer, amount = announced.setdefault(invoice, (line["item"], indemnity))
				indemnity = amount if bearer == line["item"] else 0.0
			charge = self._charge(line, row if asked.interest else {}, indemnity, known)
			if charge != NOTHING:
				charges[line["item"]] = charge
		self._tell(reasons, bool(charges))
		return charges

	def _is_charged(self, line: dict) -> bool:
		asked = self.asked.get(line["step"])
		charged = asked and (asked.interest or asked.indemnity)
		return (
			bool(charged) and line["voucher_type"] == "Sales Invoice" and line["voucher_no"] not in self.own
		)

	def accrued(self, lines: list[dict]) -> pd.DataFrame:
		"""What the law gives for these items until the day (`interest_items.RESULT_COLUMNS`), in their order."""
		items, payments = self._items(pd.DataFrame(lines))
		return interest_for_items(
			items, self.rates, self.day, payments, interest_rates.day_count(self.company)
		)

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

	def _indemnity(self, currency: str, row: dict, reasons: list[Reason]) -> float:
		"""The law's indemnity in the item's currency; what keeps it from being charged joins `reasons`."""
		law = row["indemnity_currency"]
		if not row["indemnity"]:
			return 0.0
		rate = 1.0 if law == currency else self.exchange_rate(law, currency)
		if not rate:
			params = {"currency": currency, "indemnity_currency": law}
			reasons.append(Reason("indemnity_exchange_rate_missing", params))
		return round_money(row["indemnity"] * rate, currency)

	def _charge(self, line: dict, row: dict, indemnity: float, known: charge_ledger.Booked) -> Charge:
		"""What is still owed of interest and indemnity."""
		currency = line["currency"]
		interest = open_claim(to_minor(row.get("interest") or 0, currency), known.item_paid[line["item"]])
		fixed = open_claim(to_minor(indemnity, currency), known.paid[line["voucher_no"]].indemnity)
		values = {"indemnity": from_minor(fixed, currency)}
		if interest:
			values["interest"] = from_minor(interest, currency)
			values["interest_days"] = int(row["days"])
			values["interest_rate"] = row["rate"]
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


def totals(currency: str, total: float, charges: Iterable[Charge], fee: float) -> dict[str, float]:
	"""The charge fields of a Collection Action (TOTAL_FIELDS), added up in minor units."""
	charges = list(charges)
	interest = sum(to_minor(charge.interest, currency) for charge in charges)
	indemnity = sum(to_minor(charge.indemnity, currency) for charge in charges)
	return {
		"interest": from_minor(interest, currency),
		"indemnity": from_minor(indemnity, currency),
		"fee": fee,
		"total_with_charges": from_minor(
			to_minor(total or 0, currency) + interest + indemnity + to_minor(fee, currency), currency
		),
	}
