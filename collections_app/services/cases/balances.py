"""What each customer owes, on its case: by the run for all, and at once for who just paid or was invoiced."""

from collections.abc import Iterable
from datetime import date

import pandas as pd

import frappe
from frappe.utils import getdate

from collections_app.engine.frames import effective_due_date
from collections_app.services import live
from collections_app.services.ageing_view import age, bucket_fields
from collections_app.services.cases.records import case_frame, changed_values
from collections_app.services.cases.state import refresh_cases
from collections_app.services.receivables import open_items
from collections_app.services.run.errors import BUSY
from collections_app.services.settings import company_currency

# a case that closes has nothing ahead of it; one that opens is told at the end of the run
NOTHING_NEXT = dict.fromkeys(("next_action", "next_action_on", "next_action_kind", "next_action_reason"))
AMOUNTS = ("outstanding", "overdue", *bucket_fields())
ONLY_WHEN_MOVED = ("stage", "status", *NOTHING_NEXT)


def of_items(items: pd.DataFrame, day: date, currency: str) -> pd.DataFrame:
	"""Per customer with open items, in company currency: outstanding, overdue, not_due, bucket_1, …; oldest_due_date and
	debts (how many)."""
	debts = items[items["outstanding"] > 0]
	table = age(items, day, currency).set_index("customer").rename(columns={"total": "outstanding"})
	table["oldest_due_date"] = debts.groupby("customer")["due_date"].min()
	table["debts"] = debts.groupby("customer").size()
	return table.fillna({"debts": 0})


def fields_of(balances: pd.DataFrame, customer: str) -> dict:
	"""The fields of the customer's case; Closed when nothing is owed."""
	row = balances.loc[customer] if customer in balances.index else None
	is_open = row is not None and row["debts"] > 0
	return {
		**{field: float(row[field]) if row is not None else 0.0 for field in AMOUNTS},
		"oldest_due_date": row["oldest_due_date"].date() if is_open else None,
		"status": "Open" if is_open else "Closed",
		"stage": "New" if is_open else "Paid",
		**NOTHING_NEXT,
	}


def follow(company: str, customers: Iterable[str], kind: str) -> None:
	"""Something was posted for these customers: their cases and the open pages follow at once. A run, which posts many,
	brings all cases up to date itself, and so does the next run after an import. Whatever goes wrong here is logged, and
	never keeps a voucher from being posted."""
	if live.is_held() or frappe.flags.in_import or frappe.flags.in_migrate or frappe.flags.in_install:
		live.moved(company, kind)
		return
	frappe.db.savepoint("balances")
	try:
		refresh(company, sorted(set(customers)))
	except BUSY:
		raise
	except Exception:
		frappe.db.rollback(save_point="balances")
		frappe.log_error(title="Balance of Collection Cases")
	live.moved(company, kind)


def refresh(company: str, customers: list[str]) -> None:
	"""The cases there are of these customers; one that is missing is opened by the next run."""
	cases = case_frame(company, customers)
	if cases.empty:
		return
	items = open_items(company, customers=list(cases.index))
	found = of_items(items.assign(due_date=effective_due_date(items)), getdate(), company_currency(company))
	was = cases.set_index("case")
	values = {row.case: fields_of(found, row.customer) for row in cases.itertuples()}
	moved = {name: row for name, row in values.items() if was.at[name, "status"] != row["status"]}
	stays = {
		name: {field: value for field, value in row.items() if field not in ONLY_WHEN_MOVED}
		for name, row in values.items()
		if name not in moved
	}
	for some in (moved, stays):
		frappe.db.bulk_update("Collection Case", changed_values(was, some))
	refresh_cases([name for name, row in values.items() if row["status"] == "Open"])
