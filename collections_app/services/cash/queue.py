"""The queue as the page Cash Review shows it: rows by page, counts and sums, and all about one payment."""

from dataclasses import dataclass

import pandas as pd

import frappe
from frappe import _
from frappe.utils import add_days, flt, getdate

from collections_app.engine.matching import reference_spans
from collections_app.services.cash.deductions import accounts_of, labels
from collections_app.services.cash.load import matchable_items
from collections_app.services.cash.take_back import is_receipt
from collections_app.services.receivables import open_items

VIEWS = {
	"To Review": ("To Review", "Undone"),
	"Applied": ("Applied",),
	"Set Aside": ("Ignored", "No Customer", "Reconciled by Hand"),
}
PAGE = 50
MOST_ITEMS = 500
ROW_FIELDS = [
	"name",
	"status",
	"date",
	"amount",
	"currency",
	"counterparty_name",
	"counterparty_iban",
	"remittance",
	"customer",
	"confidence",
	"bank_account",
	"company",
	"error",
	"payment_entry",
	"is_return",
	"return_reason",
	"voucher_type",
	"voucher",
	"returned_payment",
]


@dataclass(frozen=True)
class Wanted:
	"""What to list. `older_than`: days since the bank's date. Amounts in the currency of the payment, whatever it is."""

	view: str = "To Review"
	company: str | None = None
	bank_account: str | None = None
	older_than: int = 0
	amount_from: float = 0.0
	amount_to: float = 0.0
	text: str | None = None

	def filters(self) -> list[list]:
		if self.view not in VIEWS:
			frappe.throw(_("There is no list {0}").format(self.view))
		rules = [["status", "in", VIEWS[self.view]]]
		if self.company:
			rules.append(["company", "=", self.company])
		if self.bank_account:
			rules.append(["bank_account", "=", self.bank_account])
		if self.older_than:
			rules.append(["date", "<=", add_days(getdate(), -self.older_than)])
		if self.amount_from:
			rules.append(["amount", ">=", self.amount_from])
		if self.amount_to:
			rules.append(["amount", "<=", self.amount_to])
		return rules

	def or_filters(self) -> list[list]:
		if not self.text:
			return []
		like = f"%{self.text}%"
		return [
			[field, "like", like]
			for field in ("counterparty_name", "counterparty_iban", "remittance", "customer", "name")
		]


def rows(wanted: Wanted, start: int = 0, page_length: int = PAGE) -> list[dict]:
	"""One page of what the user may see, the surest first so that many can be accepted in a row."""
	order = "confidence desc, date asc, name asc" if wanted.view == "To Review" else "modified desc, name asc"
	return frappe.get_list(
		"Cash Match",
		fields=ROW_FIELDS,
		filters=wanted.filters(),
		or_filters=wanted.or_filters(),
		order_by=order,
		limit_start=start,
		limit_page_length=page_length,
	)


def totals(wanted: Wanted) -> dict:
	"""count, and sums by currency, of all that `wanted` lists."""
	found = _light(wanted)
	sums: dict[str, float] = {}
	for row in found:
		sums[row.currency] = sums.get(row.currency, 0) + flt(row.amount)
	return {"count": len(found), "sums": _sums(sums)}


def surer_than(wanted: Wanted, confidence: float) -> dict:
	"""names, and sums by currency, of the waiting payments whose first proposal is at least so sure (percent).

	Where several would take the same invoice, only the surest is named: the others need a look.
	"""
	candidates = [row for row in _light(wanted) if flt(row.confidence) >= confidence and not row.is_return]
	firsts = frappe.get_all(
		"Cash Match Proposal",
		filters={"parenttype": "Cash Match", "rank": 1, "parent": ["in", [row.name for row in candidates]]},
		fields=["parent", "item_key", "sales_invoice"],
	)
	wants: dict[str, set[str]] = {}
	for one in firsts:
		wants.setdefault(one.parent, set()).add(one.item_key or one.sales_invoice)
	taken: set[str] = set()
	names, sums = [], {}
	for row in sorted(candidates, key=lambda row: (-flt(row.confidence), row.name)):
		items = wants.get(row.name)
		if not items or items & taken:
			continue
		taken |= items
		names.append(row.name)
		sums[row.currency] = sums.get(row.currency, 0) + flt(row.amount)
	return {"names": names, "sums": _sums(sums)}


def _light(wanted: Wanted) -> list:
	return frappe.get_list(
		"Cash Match",
		fields=["name", "currency", "amount", "confidence", "is_return"],
		filters=wanted.filters(),
		or_filters=wanted.or_filters(),
		limit_page_length=0,
	)


def _sums(sums: dict[str, float]) -> list[dict]:
	return [{"currency": code, "amount": flt(sums[code], 2)} for code in sorted(sums, key=lambda c: c or "")]


def detail(match) -> dict:
	"""All about one payment: the row, `proposals` (rank, customer, confidence, reason, rows, on_account), `spans` of the
	text that name open items, `kinds` of differences (label, whether an account is set), and why it waits."""
	ranks: dict[int, list] = {}
	for row in match.proposals:
		ranks.setdefault(row.rank, []).append(row)
	customers = list(dict.fromkeys([row.customer for row in match.proposals] + [match.customer]))
	items = _items(match.company, [one for one in customers if one])
	by_key = {row["item"]: row for row in items.to_dict("records")}
	names = _customer_names(customers)
	accounts = accounts_of(match.company)
	return {
		**{field: match.get(field) for field in ROW_FIELDS},
		"bank_transaction": match.bank_transaction,
		"reasons": (match.reasons or "").splitlines(),
		"customer_name": names.get(match.customer),
		"spans": reference_spans(match.remittance or "", items) if len(items) else [],
		"kinds": {
			kind: {"label": label, "has_account": kind in accounts} for kind, label in labels().items()
		},
		"proposals": [_proposal(rank, ranks[rank], match, by_key, names, accounts) for rank in sorted(ranks)],
	}


def _proposal(rank: int, rows: list, match, by_key: dict, names: dict, accounts: dict) -> dict:
	used = sum(flt(row.amount) for row in rows)
	rounded_up = sum(min(flt(row.short), 0) for row in rows if row.short_kind in accounts)
	return {
		"rank": rank,
		"customer": rows[0].customer,
		"customer_name": names.get(rows[0].customer),
		"confidence": flt(rows[0].confidence),
		"reasons": (rows[0].reason or "").split("; "),
		"on_account": 0.0 if rows[0].voucher else flt(match.amount - used + rounded_up, 4),
		"takes_back": bool(match.is_return and is_receipt(rows[0].voucher_type, rows[0].voucher)),
		"rows": [
			{
				"invoice": row.sales_invoice,
				"voucher_type": row.voucher_type,
				"voucher": row.voucher,
				"item": row.item_key,
				"amount": flt(row.amount),
				"short": flt(row.short),
				"kind": row.short_kind or "",
				"booked": row.short_kind in accounts,
				**_item_facts(by_key.get(row.item_key)),
			}
			for row in rows
		],
	}


def _item_facts(item: dict | None) -> dict:
	if not item:
		return {"outstanding": None, "due_date": None}
	return {"outstanding": flt(item["outstanding"]), "due_date": _day(item["due_date"])}


def customer_items(company: str, customer: str, currency: str) -> dict:
	"""The open invoices and credit notes of a customer in a currency, oldest first, at most MOST_ITEMS; `cut`: how many
	more there are."""
	items = _items(company, [customer])
	items = items[items["currency"] == currency].sort_values(["due_date", "invoice"])
	return {
		"customer": customer,
		"customer_name": _customer_names([customer]).get(customer),
		"cut": max(len(items) - MOST_ITEMS, 0),
		"items": [
			{
				"item": row["item"],
				"invoice": row["invoice"],
				"po_no": row["po_no"] or "",
				"due_date": _day(row["due_date"]),
				"outstanding": flt(row["outstanding"]),
				"is_credit": row["outstanding"] < 0,
			}
			for row in items.head(MOST_ITEMS).to_dict("records")
		],
	}


def _items(company: str, customers: list[str]) -> pd.DataFrame:
	if not customers:
		return pd.DataFrame()
	names = pd.DataFrame({"customer_name": _customer_names(customers)})
	return matchable_items(open_items(company, customers=customers), names)


def _customer_names(customers: list[str]) -> dict[str, str]:
	found = frappe.get_all(
		"Customer",
		filters={"name": ["in", [one for one in customers if one] or [""]]},
		fields=["name", "customer_name"],
	)
	return {row.name: row.customer_name for row in found}


def _day(value) -> str | None:
	return None if pd.isna(value) else str(pd.Timestamp(value).date())
