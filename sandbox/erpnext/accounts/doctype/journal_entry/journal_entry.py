import frappe
from frappe import _
from frappe.utils import flt, fmt_money, formatdate, money_in_words

from erpnext.accounts.doctype.payment_entry.mapping import get_default_bank_cash_account  # noqa: F401
from erpnext.accounts.general_ledger import make_gl_entries
from erpnext.accounts.utils import PARTY_ACCOUNT_TYPES, account_values, get_fiscal_years, money
from erpnext.controllers.accounts_controller import AccountsController
from erpnext.setup.utils import get_exchange_rate


class JournalEntry(AccountsController):
	def validate(self):
		if self.voucher_type == "Opening Entry":
			self.is_opening = "Yes"
		self.is_opening = self.is_opening or "No"
		if not self.accounts:
			frappe.throw(_("Accounts table cannot be blank."))
		get_fiscal_years(self.posting_date, company=self.company)
		self.set_account_details()
		self.set_exchange_rates()
		self.set_amounts_in_company_currency()
		self.set_total_debit_credit()
		self.validate_references()
		self.set_against_account()
		self.set_print_fields()

	def before_submit(self):
		if self.difference and not self.is_gain_loss:
			frappe.throw(
				_("Total Debit must be equal to Total Credit. The difference is {0}").format(self.difference)
			)
		if self.voucher_type == "Bank Entry" and not (self.cheque_no and self.cheque_date):
			frappe.throw(_("Reference No & Reference Date is required for {0}").format(self.voucher_type))

	def on_submit(self):
		make_gl_entries(self.build_gl_map(), merge_entries=False)
		self.check_credit_limit()

	def on_cancel(self):
		super().on_cancel()
		make_gl_entries(self.build_gl_map(), cancel=True)

	@property
	def is_gain_loss(self) -> bool:
		return self.voucher_type == "Exchange Gain Or Loss" and bool(self.multi_currency)

	def set_account_details(self):
		for row in self.accounts:
			account = account_values(row.account)
			row.account_currency, row.account_type = account.account_currency, account.account_type
			if account.account_type in PARTY_ACCOUNT_TYPES and not (row.party_type and row.party):
				frappe.throw(
					_(
						"Row {0}: Party Type and Party is required for Receivable / Payable account {1}"
					).format(row.idx, row.account)
				)
			if row.account_currency != self.company_currency and not self.multi_currency:
				frappe.throw(_("Please check Multi Currency option to allow accounts with other currency"))

	def set_exchange_rates(self):
		for row in self.accounts:
			if row.account_currency == self.company_currency:
				row.exchange_rate = 1.0
			elif row.reference_type == "Sales Invoice" and row.reference_name:
				row.exchange_rate = frappe.db.get_value(
					"Sales Invoice", row.reference_name, "conversion_rate"
				)
			elif not row.exchange_rate or flt(row.exchange_rate) == 1:
				row.exchange_rate = get_exchange_rate(
					row.account_currency, self.company_currency, self.posting_date
				)
			if not row.exchange_rate:
				frappe.throw(_("Row {0}: Exchange Rate is mandatory").format(row.idx))

	def set_amounts_in_company_currency(self):
		if self.is_gain_loss:
			return
		for row in self.accounts:
			for side in ("debit", "credit"):
				row.set(f"{side}_in_account_currency", money(row.get(f"{side}_in_account_currency")))
				row.set(side, money(row.get(f"{side}_in_account_currency") * flt(row.exchange_rate)))
			if row.debit and row.credit:
				frappe.throw(_("You cannot credit and debit same account at the same time"))
			if not row.debit and not row.credit:
				frappe.throw(_("Row {0}: Both Debit and Credit values cannot be zero").format(row.idx))

	def set_total_debit_credit(self):
		self.total_debit = money(sum(flt(row.debit) for row in self.accounts))
		self.total_credit = money(sum(flt(row.credit) for row in self.accounts))
		self.difference = money(self.total_debit - self.total_credit)

	def validate_references(self):
		totals = {}
		for row in self.accounts:
			if not (row.reference_type and row.reference_name):
				row.reference_type = row.reference_name = None
			elif not self.is_gain_loss:
				if row.reference_type == "Sales Invoice":
					self.validate_invoice(row, totals)
				elif row.reference_type == "Journal Entry":
					self.validate_against_journal(row)

	def validate_invoice(self, row, totals):
		invoice = frappe.db.get_value(
			"Sales Invoice",
			row.reference_name,
			["customer", "debit_to", "docstatus", "outstanding_amount"],
			as_dict=True,
		)
		if not invoice:
			frappe.throw(_("Row {0}: Invalid reference {1}").format(row.idx, row.reference_name))
		if (invoice.customer, invoice.debit_to) != (row.party, row.account):
			frappe.throw(
				_("Row {0}: Party / Account does not match with {1} / {2} in {3} {4}").format(
					row.idx, "Customer", "Debit To", row.reference_type, row.reference_name
				)
			)
		if invoice.docstatus != 1:
			frappe.throw(_("{0} {1} is not submitted").format(row.reference_type, row.reference_name))
		total = totals[row.reference_name] = totals.get(row.reference_name, 0) + flt(
			row.credit_in_account_currency
		)
		notes = ("Debit Note", "Credit Note")
		if total and self.voucher_type not in notes and money(invoice.outstanding_amount) < money(total):
			frappe.throw(
				_("Payment against {0} {1} cannot be greater than Outstanding Amount {2}").format(
					row.reference_type, row.reference_name, invoice.outstanding_amount
				)
			)

	def validate_against_journal(self, row):
		if row.reference_name == self.name:
			frappe.throw(_("You can not enter current voucher in 'Against Journal Entry' column"))
		if account_values(row.account).root_type == "Asset" and flt(row.debit) > 0:
			frappe.throw(
				_(
					"Row #{0}: For {1}, you can select reference document only if account gets credited"
				).format(row.idx, row.account)
			)
		lines = frappe.get_all(
			"Journal Entry Account",
			filters={"parent": row.reference_name, "account": row.account, "docstatus": 1},
			fields=["debit", "credit", "reference_type"],
		)
		side = "debit" if flt(row.credit) > 0 else "credit"
		if not any(flt(line[side]) > 0 and not line.reference_type for line in lines):
			frappe.throw(
				_("Against Journal Entry {0} does not have any unmatched {1} entry").format(
					row.reference_name, side
				)
			)

	def set_against_account(self):
		debited = [row.party or row.account for row in self.accounts if flt(row.debit) > 0]
		credited = [row.party or row.account for row in self.accounts if flt(row.credit) > 0]
		for row in self.accounts:
			row.against_account = ", ".join(dict.fromkeys(credited if flt(row.debit) > 0 else debited))

	def set_print_fields(self):
		parties = [row for row in self.accounts if row.party_type == "Customer" and row.party]
		banks = [row for row in self.accounts if row.account_type in ("Bank", "Cash")]
		if parties:
			self.pay_to_recd_from = frappe.db.get_value(
				"Customer", parties[0].party, "customer_name", cache=True
			)
			lines = banks or [row for row in parties if row.party == parties[0].party]
			self.total_amount_currency = lines[0].account_currency
			self.total_amount = sum(
				flt(row.debit_in_account_currency) or flt(row.credit_in_account_currency) for row in lines
			)
			self.total_amount_in_words = money_in_words(self.total_amount, self.total_amount_currency)
		if self.is_new() or not self.title:
			self.title = self.pay_to_recd_from or self.accounts[0].account
		self.remark = "\n".join(self.get_remarks())

	def get_remarks(self) -> list[str]:
		lines = [_("Note: {0}").format(self.user_remark)] if self.user_remark else []
		if self.cheque_no:
			lines.append(_("Reference #{0} dated {1}").format(self.cheque_no, formatdate(self.cheque_date)))
		for row in self.accounts:
			if row.reference_type == "Sales Invoice" and row.credit:
				amount = fmt_money(flt(row.credit), currency=self.company_currency)
				lines.append(_("{0} against Sales Invoice {1}").format(amount, row.reference_name))
		return lines

	def check_credit_limit(self):
		from erpnext.selling.doctype.customer.customer import check_credit_limit

		parties = {row.party for row in self.accounts if row.party_type == "Customer" and flt(row.debit) > 0}
		for party in sorted(parties) if not self.is_gain_loss else ():
			check_credit_limit(party, self.company)

	def build_gl_map(self) -> list[frappe._dict]:
		entries = []
		for row in self.accounts:
			entries.append(
				self.get_gl_dict(
					{
						"account": row.account,
						"party_type": row.party_type,
						"party": row.party,
						"due_date": self.due_date,
						"against": row.against_account,
						"debit": money(row.debit),
						"credit": money(row.credit),
						"account_currency": row.account_currency,
						"debit_in_account_currency": money(row.debit_in_account_currency),
						"credit_in_account_currency": money(row.credit_in_account_currency),
						"against_voucher_type": row.reference_type,
						"against_voucher": row.reference_name,
						"voucher_detail_no": row.reference_detail_no,
						"remarks": "\n".join(filter(None, (row.user_remark, self.remark))),
						"cost_center": row.cost_center,
					}
				)
			)
		return entries
