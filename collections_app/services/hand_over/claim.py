"""The claim: who owes, who is owed, and what, item by item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import flt, getdate

from collections_app.engine.ageing import add_ageing
from collections_app.engine.money import from_minor, to_minor
from collections_app.engine.outbox import GONE_OUT
from collections_app.services.charges.compute import NOTHING, Charger
from collections_app.services.customers import customer_frame
from collections_app.services.hand_over.parties import Party, creditor_of, debtor_of
from collections_app.services.outbox import covers
from collections_app.services.receivables import open_items


@dataclass(frozen=True)
class ClaimItem:
	"""One open item. Amounts in `currency`; `principal` is what is open of `invoiced`. `customer`: who owes it, where
	its messages go to another."""

	item: str
	voucher_type: str
	voucher_no: str
	posting_date: date | None
	due_date: date
	days_overdue: int
	currency: str
	invoiced: float
	principal: float
	interest: float = 0.0
	interest_days: int = 0
	interest_rate: float = 0.0
	indemnity: float = 0.0
	po_no: str = ""
	remark: str = ""
	customer: str = ""

	@property
	def paid(self) -> float:
		return _sum(self.currency, [self.invoiced, -self.principal])

	@property
	def total(self) -> float:
		return _sum(self.currency, [self.principal, self.interest, self.indemnity])


@dataclass(frozen=True)
class Total:
	"""What is claimed in one currency."""

	currency: str
	items: int
	principal: float
	interest: float
	indemnity: float
	fee: float
	total: float


@dataclass(frozen=True)
class Claim:
	"""What is handed over. `fees`: currency -> dunning fee. `language`: in which the customer was written to."""

	case: str
	company: str
	customer: str
	as_of: date
	creditor: Party
	debtor: Party
	collector: dict
	items: tuple[ClaimItem, ...]
	fees: dict[str, float] = field(default_factory=dict)
	language: str = "en"
	reference: str = ""

	@property
	def totals(self) -> list[Total]:
		"""One per currency, by its name."""
		return [self._total(currency) for currency in sorted({item.currency for item in self.items})]

	def _total(self, currency: str) -> Total:
		items = [item for item in self.items if item.currency == currency]
		parts = {
			name: _sum(currency, (getattr(item, name) for item in items))
			for name in ("principal", "interest", "indemnity")
		}
		fee = flt(self.fees.get(currency))
		return Total(currency, len(items), **parts, fee=fee, total=_sum(currency, [*parts.values(), fee]))

	@property
	def customers(self) -> list[str]:
		"""Who owes the items: the debtor itself, then others whose messages it receives."""
		others = sorted({item.customer for item in self.items} - {self.customer, ""})
		return [self.customer, *others]

	@property
	def invoices(self) -> list[str]:
		"""The Sales Invoices among the items, each once, oldest first."""
		return list(
			dict.fromkeys(one.voucher_no for one in self.items if one.voucher_type == "Sales Invoice")
		)


def claim_of_action(action) -> Claim:
	"""The claim a Collection Action stands for: its items with the charges it states."""
	owing = {row.get("customer") or action.customer for row in action.items}
	known = _open_by_key(action.company, sorted(owing))
	remarks = _remarks(action.company)
	items = []
	for row in action.items:
		ledger = known.get(row.item_key, {})
		items.append(
			ClaimItem(
				item=row.item_key,
				voucher_type=row.voucher_type,
				voucher_no=row.voucher_no,
				posting_date=ledger.get("posting_date") or _day(row.posting_date),
				due_date=_day(row.due_date),
				days_overdue=(getdate() - _day(row.due_date)).days,
				currency=row.currency,
				invoiced=ledger.get("invoiced") or flt(row.outstanding),
				principal=flt(row.outstanding),
				interest=flt(row.interest),
				interest_days=row.interest_days or 0,
				interest_rate=flt(row.interest_rate),
				indemnity=flt(row.indemnity),
				po_no=ledger.get("po_no") or "",
				remark=remarks.get(row.voucher_no, ""),
				customer=row.get("customer") or action.customer,
			)
		)
	fees = {action.currency: flt(action.fee)} if flt(action.fee) else {}
	case = frappe.get_doc("Collection Case", action.case)
	return _claim(case, items, fees, action.language, action.name)


def claim_of_case(case) -> Claim:
	"""All that the customer of a Collection Case owes and is overdue, with the charges of the step each item reached."""
	items = add_ageing(open_items(case.company, customers=[case.customer]), getdate())
	late = items[(items["outstanding"] > 0) & (items["days_overdue"] > 0)]
	steps = _last_steps(case.name)
	rows = _with_days(late)
	charger = Charger(case.company, getdate())
	asked = [
		{**row, "customer": case.customer, "step": steps.get(row["item"], ("", None, 0))[0]} for row in rows
	]
	charger.learn(asked, ())
	charges = charger.charges(asked)
	remarks = _remarks(case.company)
	lines = []
	for row in rows:
		charge = charges.get(row["item"], NOTHING)
		lines.append(
			ClaimItem(
				item=row["item"],
				voucher_type=row["voucher_type"],
				voucher_no=row["voucher_no"],
				posting_date=row["posting_date"],
				due_date=row["due_date"],
				days_overdue=int(row["days_overdue"]),
				currency=row["currency"],
				invoiced=flt(row["invoiced"]) or flt(row["outstanding"]),
				principal=flt(row["outstanding"]),
				interest=charge.interest,
				interest_days=charge.interest_days,
				interest_rate=charge.interest_rate,
				indemnity=charge.indemnity,
				po_no=row["po_no"] or "",
				remark=remarks.get(row["voucher_no"], ""),
				customer=case.customer,
			)
		)
	language = customer_frame([case.customer])["language"].iloc[0]
	return _claim(case, lines, _last_fees(steps.values()), language, case.name)


def _claim(case, items: Iterable[ClaimItem], fees: dict, language: str | None, reference: str) -> Claim:
	collector = case.collector and frappe.get_cached_value(
		"User", case.collector, ["full_name", "email", "phone"], as_dict=True
	)
	return Claim(
		case=case.name,
		company=case.company,
		customer=case.customer,
		as_of=getdate(),
		creditor=creditor_of(case.company),
		debtor=debtor_of(case.customer),
		collector=collector or {},
		items=tuple(sorted(items, key=lambda one: (one.due_date, one.voucher_no, one.item))),
		fees=fees,
		language=language or "en",
		reference=reference,
	)


def _open_by_key(company: str, customers: list[str]) -> dict[str, dict]:
	return {row["item"]: row for row in _with_days(open_items(company, customers=customers))}


def _with_days(frame) -> list[dict]:
	"""The rows, their dates as Python's; the posting date stands in for a missing due date."""
	rows = frame.to_dict("records")
	for row in rows:
		for name in ("posting_date", "due_date"):
			row[name] = row[name].date() if row[name] == row[name] else None
		row["due_date"] = row["due_date"] or row["posting_date"]
	return rows


def _remarks(company: str) -> dict[str, str]:
	"""Invoice -> what whoever pursues it must know: that it is disputed, or promised to be paid."""
	remarks = dict.fromkeys(covers.promised_invoices(company), _("Promise to pay open"))
	return {**remarks, **dict.fromkeys(covers.disputed_invoices(company), _("Disputed"))}


def _last_steps(case: str) -> dict[str, tuple]:
	"""Item -> (plan step, currency, fee) of the last message about it that went out."""
	action, line = DocType("Collection Action"), DocType("Collection Action Invoice")
	rows = (
		frappe.qb.from_(line)
		.inner_join(action)
		.on(action.name == line.parent)
		.select(line.item_key, line.plan_step, action.currency, action.fee)
		.where((action.case == case) & action.status.isin(GONE_OUT))
		.orderby(line.dunning_level)
		.orderby(action.sent_at)
	).run()
	return {item: (step, currency, fee) for item, step, currency, fee in rows}


def _last_fees(steps: Iterable[tuple]) -> dict[str, float]:
	"""Currency -> the highest fee last stated in it: the fee is one of the message, not of each item."""
	fees: dict[str, float] = {}
	for _step, currency, fee in steps:
		fees[currency] = max(fees.get(currency, 0.0), flt(fee))
	return {currency: fee for currency, fee in fees.items() if fee}


def _day(value) -> date | None:
	return getdate(value) if value else None


def _sum(currency: str, amounts: Iterable[float]) -> float:
	return from_minor(sum(to_minor(amount or 0, currency) for amount in amounts), currency)
