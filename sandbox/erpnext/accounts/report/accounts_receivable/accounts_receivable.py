"""Accounts Receivable: what every voucher of a customer leaves open, by the payment ledger."""

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate, nowdate

import erpnext
from erpnext.accounts.report.accounts_receivable.payment_terms import split_by_term
from erpnext.accounts.utils import money

AMOUNTS = ("invoiced", "paid", "credit_note")


def execute(filters=None):
	"""Return columns and rows of the report; filters as in ERPNext's report."""
	report = AccountsReceivable(filters)
	return report.get_columns(), report.get_rows()


class AccountsReceivable:
	def __init__(self, filters=None):
		self.filters = frappe._dict(filters or {})
		self.filters.company = self.filters.company or erpnext.get_default_company()
		self.company_currency = erpnext.get_company_currency(self.filters.company)
		self.report_date = getdate(self.filters.report_date or nowdate())
		today = self.filters.get("calculate_ageing_with", "Today Date") == "Today Date"
		self.age_as_on = getdate(nowdate()) if today else self.report_date
		self.ranges = [
			cint(n) for n in (self.filters.range or "30, 60, 90, 120").split(",") if n.strip().isdigit()
		]
		self.party_currency = bool(self.filters.in_party_currency or self.filters.party_account)

	def get_rows(self) -> list[frappe._dict]:
		self.read_invoices()
		self.customers = {}
		rows = []
		for row in self.get_balances():
			row.outstanding = money(row.invoiced - row.paid - row.credit_note)
			row.outstanding_in_account_currency = money(row.account_balance)
			if not row.outstanding:
				continue
			if not row.outstanding_in_account_currency and row.voucher_no not in self.gain_loss_journals:
				continue
			row.invoice_grand_total = row.invoiced
			parts = [row]
			if self.filters.based_on_payment_terms and row.voucher_type == "Sales Invoice":
				parts = split_by_term(row, self.filters.in_party_currency, self.company_currency)
			for part in parts:
				self.describe(part)
				rows.append(part)
		return rows

	def read_invoices(self):
		filters = {"company": self.filters.company, "docstatus": 1, "posting_date": ("<=", self.report_date)}
		invoices = frappe.get_all(
			"Sales Invoice",
			filters=filters,
			fields=[
				"name",
				"due_date",
				"po_no",
				"is_return",
				"return_against",
				"update_outstanding_for_self",
			],
		)
		self.invoices = {row.name: row for row in invoices}
		self.redirected = {
			row.name: row.return_against
			for row in invoices
			if row.is_return and row.return_against and not row.update_outstanding_for_self
		}
		self.gain_loss_journals = set(
			frappe.get_all(
				"Journal Entry",
				filters={
					**filters,
					"voucher_type": ("in", ["Exchange Rate Revaluation", "Exchange Gain Or Loss"]),
				},
				pluck="name",
			)
		)

	def get_entries(self) -> list[frappe._dict]:
		filters = {"company": self.filters.company, "posting_date": ("<=", self.report_date), "delinked": 0}
		filters["account_type"] = "Receivable"
		if self.filters.party_account:
			filters["account"] = self.filters.party_account
		if self.filters.party:
			party = self.filters.party
			filters["party"] = ("in", [party] if isinstance(party, str) else party)
		if self.filters.cost_center:
			filters["cost_center"] = self.filters.cost_center
		return frappe.get_all(
			"Payment Ledger Entry",
			filters=filters,
			fields=[
				"account",
				"voucher_type",
				"voucher_no",
				"against_voucher_type",
				"against_voucher_no",
				"party_type",
				"party",
				"cost_center",
				"posting_date",
				"due_date",
				"account_currency",
				"amount",
				"amount_in_account_currency",
			],
			order_by="posting_date, party, creation",
		)

	def get_balances(self) -> list[frappe._dict]:
		"""Give each entry to the voucher it settles; to its own voucher where that one is not on the list."""
		entries, balances = self.get_entries(), {}
		for entry in entries:
			key = (entry.account, entry.voucher_type, entry.voucher_no, entry.party)
			if key not in balances:
				balances[key] = frappe._dict(
					voucher_type=entry.voucher_type,
					voucher_no=entry.voucher_no,
					party_type=entry.party_type,
					party=entry.party,
					party_account=entry.account,
					posting_date=entry.posting_date,
					account_currency=entry.account_currency,
					account_balance=0.0,
					**dict.fromkeys(AMOUNTS, 0.0),
				)
			if entry.voucher_no == entry.against_voucher_no:
				balances[key].update({"cost_center": entry.cost_center, "ple_due_date": entry.due_date})
		for entry in entries:
			row = balances.get(self.settled_key(entry))
			row = row or balances[(entry.account, entry.voucher_type, entry.voucher_no, entry.party)]
			amount = flt(entry.amount_in_account_currency if self.party_currency else entry.amount)
			field, sign = self.field_of(entry, row)
			row[field] += sign * amount
			row.account_balance += flt(entry.amount_in_account_currency)
		return list(balances.values())

	def settled_key(self, entry):
		voucher = entry.against_voucher_no
		if entry.against_voucher_type == "Sales Invoice":
			voucher = self.redirected.get(voucher, voucher)
		return (entry.account, entry.against_voucher_type, voucher, entry.party)

	def field_of(self, entry, row) -> tuple[str, int]:
		payment = entry.voucher_type in ("Journal Entry", "Payment Entry")
		if flt(entry.amount) > 0:
			if payment and entry.voucher_no != entry.against_voucher_no:
				return "paid", -1
			return "invoiced", 1
		own = row.voucher_no == entry.voucher_no == entry.against_voucher_no
		return ("credit_note", -1) if entry.voucher_type == "Sales Invoice" and not own else ("paid", -1)

	def describe(self, row):
		invoice = self.invoices.get(row.voucher_no)
		if invoice:
			row.due_date = row.due_date or invoice.due_date
			row.po_no = invoice.po_no
		if row.party not in self.customers:
			fields = ("customer_name", "territory", "customer_group", "customer_primary_contact")
			self.customers[row.party] = frappe.db.get_value("Customer", row.party, fields, as_dict=True) or {}
		row.update(self.customers[row.party])
		row.currency = row.account_currency if self.party_currency else self.company_currency
		self.set_ageing(row)

	def set_ageing(self, row):
		start = row.due_date if self.filters.ageing_based_on == "Due Date" else None
		start = getdate(start or row.posting_date)
		row.age = (self.age_as_on - start).days
		index = next((i for i, days in enumerate(self.ranges) if row.age <= days), len(self.ranges))
		for number in range(len(self.ranges) + 1):
			row[f"range{number + 1}"] = row.outstanding if number == index and row.age >= 0 else 0.0
		row.total_due = row.outstanding if row.age >= 0 else 0.0

	def get_columns(self) -> list[dict]:
		columns = [
			column(_("Posting Date"), "posting_date", "Date", width=90),
			column(_("Party Type"), "party_type", "Data", width=100),
			column(_("Party"), "party", "Dynamic Link", "party_type", 180),
			column(_("Receivable Account"), "party_account", "Link", "Account", 180),
			column(_("Customer Contact"), "customer_primary_contact", "Link", "Contact"),
			column(_("Cost Center"), "cost_center", "Data"),
			column(_("Voucher Type"), "voucher_type", "Data"),
			column(_("Voucher No"), "voucher_no", "Dynamic Link", "voucher_type", 180),
			column(_("Due Date"), "due_date", "Date", width=90),
		]
		if self.filters.based_on_payment_terms:
			columns.append(column(_("Payment Term"), "payment_term", "Data"))
			columns.append(column(_("Invoice Grand Total"), "invoice_grand_total"))
		columns += [
			column(_("Invoiced Amount"), "invoiced"),
			column(_("Paid Amount"), "paid"),
			column(_("Credit Note"), "credit_note"),
			column(_("Outstanding Amount"), "outstanding"),
			column(_("Age (Days)"), "age", "Int", width=80),
		]
		start = 0
		for number, end in enumerate([*self.ranges, _("Above")], start=1):
			columns.append(column(f"{start}-{end}", f"range{number}"))
			start = end + 1 if isinstance(end, int) else start
		return [
			*columns,
			column(_("Currency"), "currency", "Link", "Currency", 80),
			column(_("Customer LPO"), "po_no", "Data"),
			column(_("Territory"), "territory", "Link", "Territory"),
			column(_("Customer Group"), "customer_group", "Link", "Customer Group"),
		]


def column(label, fieldname, fieldtype="Currency", options=None, width=120) -> dict:
	if fieldtype == "Currency":
		options = "currency"
	return {
		"label": label,
		"fieldname": fieldname,
		"fieldtype": fieldtype,
		"options": options,
		"width": width,
	}
