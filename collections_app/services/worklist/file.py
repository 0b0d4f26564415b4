"""The customer's file beside the worklist: who it is, how to reach it, how it stands, what is open."""

from collections import defaultdict

import frappe
from frappe.query_builder import DocType, Order
from frappe.query_builder.functions import Max, Min
from frappe.utils import getdate

from collections_app.constants.roles import MANAGERS
from collections_app.services.cases.work import open_invoices
from collections_app.services.customer_view import customer_summary
from collections_app.services.outbox.decide import WAITING

CASE_FIELDS = (
	"name",
	"stage",
	"status",
	"collector",
	"snoozed_until",
	"snooze_reason",
	"bounced_address",
	"delivery_stopped",
)


def case_file(case) -> dict:
	"""All about the customer of a Collection Case whose permission was checked: what the Customer form shows
	(`customer_view.customer_summary`), and customer, contacts, to_approve (waiting messages), may_write, may_approve."""
	summary = customer_summary(case.customer, case.company)
	known = summary["case"] or frappe._dict()
	return {
		**summary,
		"case": {**known, **{field: case.get(field) for field in CASE_FIELDS}},
		"customer": _customer(case.customer),
		"contacts": contacts_of(case.customer),
		"to_approve": _to_approve(case.name),
		"may_write": bool(case.has_permission("write")),
		"may_approve": bool(MANAGERS.intersection(frappe.get_roles())),
	}


def invoices_of(case, limit: int = 0) -> dict:
	"""`rows`: open invoices, the oldest `limit` of them (0: all), with expected_on, earliest_on and latest_on where a payment is
	predicted, and `in_dispute` and `promised_for` (a day) where somebody has them in hand; `count` of all that are open."""
	found = open_invoices(case.customer, case.company)
	rows = found[: limit or None]
	expected = _expected(case.company, case.customer, [row["sales_invoice"] for row in rows])
	disputed = set(
		frappe.get_all(
			"Invoice Dispute",
			{"company": case.company, "customer": case.customer, "status": "Open"},
			pluck="sales_invoice",
		)
	)
	promised = _promised(case.company, case.customer)
	for row in rows:
		name = row["sales_invoice"]
		row.update(expected.get(name, {}))
		row["in_dispute"] = name in disputed
		row["promised_for"] = promised.get(name)
	return {"rows": rows, "count": len(found)}


def contacts_of(customer: str) -> list[dict]:
	"""full_name, designation, email, phones (the mobile number first), is_billing, is_primary: who gets the bills first.
	Who may not read contacts sees the one that messages go to. The number and address on the customer itself come last, where
	no contact has them."""
	link, contact = DocType("Dynamic Link"), DocType("Contact")
	people = (
		frappe.qb.from_(link)
		.inner_join(contact)
		.on(contact.name == link.parent)
		.select(
			*(
				contact[field]
				for field in ("name", "full_name", "designation", "email_id", "mobile_no", "phone")
			),
			contact.is_billing_contact.as_("is_billing"),
			contact.is_primary_contact.as_("is_primary"),
		)
		.where((link.parenttype == "Contact") & (link.link_doctype == "Customer"))
		.where(link.link_name == customer)
		.orderby(contact.is_billing_contact, contact.is_primary_contact, order=Order.desc)
		.orderby(contact.creation)
	).run(as_dict=True)
	people = _readable(people)
	numbers = _numbers([one.name for one in people])
	found = [
		{
			"full_name": one.full_name or one.name,
			"designation": one.designation or "",
			"email": one.email_id or "",
			"phones": list(dict.fromkeys(filter(None, [one.mobile_no, one.phone, *numbers[one.name]]))),
			"is_billing": bool(one.is_billing),
			"is_primary": bool(one.is_primary),
		}
		for one in people
	]
	return found + _own_contact(customer, found)


def _readable(people: list) -> list:
	if not frappe.has_permission("Contact", "read"):
		return people[:1]
	names = [one.name for one in people]
	seen = frappe.get_list("Contact", {"name": ["in", [*names, ""]]}, pluck="name", order_by="name", limit=0)
	return [one for one in people if one.name in seen]


def _numbers(contacts: list[str]) -> dict[str, list[str]]:
	found = defaultdict(list)
	for row in frappe.get_all(
		"Contact Phone",
		{"parent": ["in", [*contacts, ""]], "parenttype": "Contact"},
		["parent", "phone"],
		order_by="idx",
	):
		found[row.parent].append(row.phone)
	return found


def _own_contact(customer: str, known: list[dict]) -> list[dict]:
	own = frappe.get_cached_value(
		"Customer", customer, ["customer_name", "email_id", "mobile_no"], as_dict=True
	)
	phones = [own.mobile_no] if own.mobile_no else []
	if any(one["phones"] for one in known):
		phones = []
	email = "" if any(one["email"] for one in known) else own.email_id or ""
	if not (phones or email):
		return []
	return [
		{
			"full_name": own.customer_name,
			"designation": "",
			"email": email,
			"phones": phones,
			"is_billing": False,
			"is_primary": False,
		}
	]


def _customer(name: str) -> dict:
	fields = [
		"name",
		"customer_name",
		"customer_group",
		"territory",
		"language",
		"tax_id",
		"collections_receiver",
	]
	customer = frappe.get_cached_value("Customer", name, fields, as_dict=True)
	language = customer.language and frappe.get_cached_value("Language", customer.language, "language_name")
	return {**customer, "language_name": language or customer.language or ""}


def _to_approve(case: str) -> list[dict]:
	return frappe.get_list(
		"Collection Action",
		filters={
			"case": case,
			"status": ["in", WAITING],
			"requires_approval": 1,
			"approved_by": ["is", "not set"],
		},
		fields=["name", "step_name", "channel", "letter", "total_overdue", "currency", "status"],
		order_by="creation",
	)


def _expected(company: str, customer: str, invoices: list[str]) -> dict[str, dict]:
	prediction = DocType("Payment Prediction")
	rows = (
		frappe.qb.from_(prediction)
		.select(
			prediction.voucher_no,
			Min(prediction.expected_on).as_("expected_on"),
			Min(prediction.earliest_on).as_("earliest_on"),
			Max(prediction.latest_on).as_("latest_on"),
		)
		.where((prediction.company == company) & (prediction.customer == customer))
		.where(prediction.voucher_no.isin([*invoices, ""]))
		.groupby(prediction.voucher_no)
	).run(as_dict=True)
	return {row.pop("voucher_no"): row for row in rows}


def _promised(company: str, customer: str) -> dict[str, str]:
	promise, line = DocType("Promise to Pay"), DocType("Promise to Pay Invoice")
	rows = (
		frappe.qb.from_(line)
		.inner_join(promise)
		.on(promise.name == line.parent)
		.select(line.sales_invoice, Max(promise.due_on))
		.where((promise.company == company) & (promise.customer == customer) & (promise.status == "Open"))
		.groupby(line.sales_invoice)
	).run()
	return {invoice: getdate(day) for invoice, day in rows}
