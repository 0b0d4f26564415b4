"""What the charges of late payment go by: what each plan step asks for, who is a consumer, and the invoices' ledger."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

import frappe
from frappe.query_builder import DocType

from collections_app.services import settings
from collections_app.services.frames import chunks, empty, query_frame

LEDGER_COLUMNS = ["voucher_no", "kind", "date", "amount"]


@dataclass(frozen=True)
class StepCharges:
	"""What a plan step charges. `fee` in `fee_currency`; "" is the company's."""

	interest: bool
	indemnity: bool
	fee: float
	fee_currency: str


def step_charges(steps: Iterable[str]) -> dict[str, StepCharges]:
	"""Plan step -> what it charges; steps that charge nothing are left out."""
	rows = frappe.get_all(
		"Dunning Plan Step",
		{"name": ["in", [*steps, ""]]},
		["name", "parent", "charge_interest", "charge_indemnity", "fee"],
	)
	plans = {row.parent for row in rows if row.fee}
	currencies = dict(
		frappe.get_all("Dunning Plan", {"name": ["in", [*plans, ""]]}, ["name", "fee_currency"], as_list=True)
	)
	return {
		row.name: StepCharges(
			bool(row.charge_interest),
			bool(row.charge_indemnity),
			row.fee or 0.0,
			currencies.get(row.parent) or "",
		)
		for row in rows
		if row.charge_interest or row.charge_indemnity or row.fee
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
	return pd.concat(found, ignore_index=True)[LEDGER_COLUMNS] if found else empty(LEDGER_COLUMNS)


def settlement_order() -> tuple[str, ...]:
	"""What a payment settles first, as set: names of the engine's parts."""
	chosen = settings.get().settlement_order or "Costs, Interest, Principal"
	return tuple(part.strip().lower() for part in chosen.split(","))
