"""What a message is about, looked up: company, customer, people, bank account, promise. Not yet written as text."""

from dataclasses import dataclass, field
from datetime import date

import frappe
from frappe.query_builder import DocType

from collections_app.services import settings
from collections_app.services.customers import contacts


@dataclass(frozen=True)
class Facts:
	"""`items`: invoice, posting_date, due_date, days_overdue, outstanding, and where they are charged the fields of
	`charges.Charge`; `promise`: amount, currency, due_on, promised_by, instalments (amount, due_on) or None."""

	company: dict
	customer: dict
	items: list[dict]
	currency: str
	contact_name: str = ""
	bank_account: dict = field(default_factory=dict)
	collector: dict = field(default_factory=dict)
	promise: dict | None = None
	payment_link: str = ""
	fee: float = 0.0
	level: int = 1
	tone: str = ""
	reference: str = ""
	day: date | None = None


def look_up(
	company: str,
	customer: str,
	items: list[dict],
	currency: str,
	*,
	collector: str | None = None,
	**more,
) -> Facts:
	"""The facts of a message to a customer; `more`: payment_link, fee, level, tone, reference, day as they are."""
	people = contacts([customer])
	return Facts(
		company=company_facts(company),
		customer={
			"name": customer,
			"customer_name": frappe.get_cached_value("Customer", customer, "customer_name"),
		},
		items=with_invoice_facts(items),
		currency=currency,
		contact_name=people["contact_name"].iloc[0] if len(people) else "",
		bank_account=bank_account(company),
		collector=person(collector),
		promise=open_promise(company, customer, [item["invoice"] for item in items]),
		**more,
	)


def person(user: str | None) -> dict:
	"""Name, e-mail and phone of a collector; empty when nobody is named."""
	if not user:
		return {}
	values = frappe.get_cached_value("User", user, ["full_name", "email", "phone"], as_dict=True)
	return values or {}


def company_facts(company: str) -> dict:
	values = frappe.get_cached_value("Company", company, ["email", "phone_no"], as_dict=True) or {}
	return {"name": company, "email": values.get("email") or "", "phone": values.get("phone_no") or ""}


def bank_account(company: str) -> dict:
	"""The account the customer should pay to: the one set for the company, else its default account."""
	account = settings.company_row(company).bank_account or frappe.db.get_value(
		"Bank Account", {"company": company, "is_company_account": 1, "is_default": 1}
	)
	if not account:
		return {}
	values = frappe.get_cached_value("Bank Account", account, ["bank", "iban", "account_name"], as_dict=True)
	swift = frappe.get_cached_value("Bank", values.bank, "swift_number") if values.bank else ""
	return {
		"account_name": values.account_name or "",
		"bank": values.bank or "",
		"iban": values.iban or "",
		"bic": swift or "",
	}


def with_invoice_facts(items: list[dict]) -> list[dict]:
	"""The items with posting date and purchase order number of their invoices, in one query."""
	known = {
		row.name: row
		for row in frappe.get_all(
			"Sales Invoice",
			{"name": ["in", [item["invoice"] for item in items]]},
			["name", "posting_date", "po_no"],
		)
	}
	found = []
	for item in items:
		invoice = known.get(item["invoice"], {})
		found.append(
			{
				**item,
				"posting_date": invoice.get("posting_date") or item.get("posting_date"),
				"po_no": invoice.get("po_no") or "",
			}
		)
	return found


def open_promise(company: str, customer: str, invoices: list[str]) -> dict | None:
	"""The newest open promise of the customer, one that covers an invoice of the message before any other."""
	promise, covered = DocType("Promise to Pay"), DocType("Promise to Pay Invoice")
	rows = (
		frappe.qb.from_(promise)
		.left_join(covered)
		.on(covered.parent == promise.name)
		.select(
			promise.name,
			promise.amount,
			promise.currency,
			promise.due_on,
			promise.promised_by,
			promise.creation,
			covered.sales_invoice,
		)
		.where((promise.company == company) & (promise.customer == customer) & (promise.status == "Open"))
	).run(as_dict=True)
	if not rows:
		return None
	chosen = max(rows, key=lambda row: (row.sales_invoice in invoices, row.creation, row.name))
	instalments = frappe.get_all(
		"Promise to Pay Instalment",
		{"parent": chosen.name, "parenttype": "Promise to Pay"},
		["amount", "due_on"],
		order_by="due_on, idx",
	)
	return {
		"amount": chosen.amount,
		"currency": chosen.currency,
		"due_on": chosen.due_on,
		"promised_by": chosen.promised_by or "",
		"instalments": [dict(one) for one in instalments],
	}
