import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, money_in_words, now_datetime

from erpnext.accounts.doctype.sales_invoice.customer_details import set_customer_details
from erpnext.accounts.doctype.sales_invoice.status import get_status
from erpnext.accounts.general_ledger import make_gl_entries, make_reverse_gl_entries
from erpnext.accounts.party import (
	get_due_date,
	get_party_account,
	get_party_account_currency,
	get_party_gle_currency,
	validate_party_frozen_disabled,
)
from erpnext.accounts.utils import account_values, get_fiscal_years, money
from erpnext.controllers.accounts_controller import AccountsController
from erpnext.controllers.sales_and_purchase_return import (
	make_return_doc,
	validate_against_voucher_outstanding,
	validate_return,
)
from erpnext.controllers.taxes_and_totals import calculate_taxes_and_totals
from erpnext.exceptions import InvalidCurrency
from erpnext.setup.utils import get_exchange_rate


class SalesInvoice(AccountsController):
	def validate(self):
		self.set_posting_date()
		self.set_missing_values()
		get_fiscal_years(self.posting_date, company=self.company)
		validate_party_frozen_disabled("Customer", self.customer)
		self.validate_debit_to()
		self.calculate_taxes_and_totals()
		if not self.is_return and self.base_grand_total < 0:
			frappe.throw(_("{0} must be >= 0").format(_("Grand Total (Company Currency)")))
		validate_against_voucher_outstanding(self)
		self.calculate_taxes_and_totals()
		if self.is_return:
			validate_return(self)
		self.validate_payment_schedule()
		self.validate_currency()
		self.set_print_fields()
		self.status = get_status(self, self.payment_schedule)

	def set_posting_date(self):
		"""As in ERPNext: today's date, unless the user asked to edit it or amends an invoice."""
		if self.is_new() and self.amended_from:
			self.set_posting_time = 1
		if not self.set_posting_time:
			now = now_datetime()
			self.posting_date, self.posting_time = now.strftime("%Y-%m-%d"), now.strftime("%H:%M:%S.%f")

	def set_missing_values(self):
		company = frappe.get_cached_doc("Company", self.company)
		set_customer_details(self, company)
		if self.is_new():
			self.disable_rounded_total = self.disable_rounded_total or frappe.db.get_single_value(
				"Global Defaults", "disable_rounded_total"
			)
		self.debit_to = self.debit_to or get_party_account("Customer", self.customer, self.company)
		self.due_date = self.due_date or get_due_date(
			self.posting_date,
			"Customer",
			self.customer,
			self.company,
			template_name=self.payment_terms_template,
		)
		self.set_conversion_rate(company.default_currency)
		self.cost_center = self.cost_center or company.cost_center
		for row in self.items:
			self.set_item_details(row, company)

	def set_conversion_rate(self, company_currency):
		if self.currency == company_currency:
			self.conversion_rate = 1.0
		elif not self.conversion_rate:
			self.conversion_rate = get_exchange_rate(
				self.currency, company_currency, self.posting_date, "for_selling"
			)
		if not self.conversion_rate:
			frappe.throw(
				_("{0} is mandatory. Maybe Currency Exchange record is not created for {1} to {2}").format(
					_("Exchange Rate"), self.currency, company_currency
				)
			)

	def set_item_details(self, row, company):
		if row.item_code:
			item = frappe.db.get_value(
				"Item", row.item_code, ("item_name", "description", "stock_uom"), as_dict=True, cache=True
			)
			row.item_name = row.item_name or (item and item.item_name)
			row.description = row.description or (item and item.description)
			row.uom = row.uom or (item and item.stock_uom)
		row.description = row.description or row.item_name
		row.uom = row.uom or "Nos"
		row.stock_uom = row.stock_uom or row.uom
		row.conversion_factor = row.conversion_factor or 1
		row.income_account = row.income_account or company.default_income_account
		row.cost_center = row.cost_center or self.cost_center or company.cost_center
		if not row.qty and not self.is_return:
			frappe.throw(
				_("Row #{0}: Quantity for Item {1} cannot be zero.").format(
					row.idx, row.item_code or row.item_name
				)
			)

	def validate_debit_to(self):
		if not self.debit_to:
			frappe.throw(_("Please set default Receivable account in Company {0}").format(self.company))
		account = account_values(self.debit_to)
		if account.account_type != "Receivable":
			frappe.throw(
				_("Please ensure {0} account {1} is a Receivable account.").format(
					_("Debit To"), self.debit_to
				)
			)
		self.party_account_currency = account.account_currency

	def calculate_taxes_and_totals(self):
		calculate_taxes_and_totals(self)

	def validate_currency(self):
		if self.party_account_currency == self.currency == self.company_currency:
			return
		party_currency = get_party_account_currency("Customer", self.customer, self.company)
		if party_currency and party_currency not in (self.company_currency, self.currency):
			frappe.throw(
				_("Accounting Entry for {0}: {1} can only be made in currency: {2}").format(
					"Customer", self.customer, party_currency
				),
				InvalidCurrency,
			)
		if self.is_opening == "Yes" or self.party_account_currency == self.currency:
			return
		allowed = frappe.db.get_single_value(
			"Accounts Settings", "allow_multi_currency_invoices_against_single_party_account"
		)
		if not allowed and not get_party_gle_currency("Customer", self.customer, self.company):
			frappe.throw(
				_("Party Account {0} currency ({1}) and document currency ({2}) should be same").format(
					frappe.bold(self.debit_to), self.party_account_currency, self.currency
				)
			)

	def set_print_fields(self):
		self.title = self.customer_name
		self.against_income_account = ",".join(
			dict.fromkeys(row.income_account for row in self.items if row.income_account)
		)
		total, base_total = self.amount_due()
		self.in_words = money_in_words(total, self.currency)
		self.base_in_words = money_in_words(base_total, self.company_currency)
		if not self.remarks:
			self.remarks = (
				_("Against Customer Order {0}").format(self.po_no) if self.po_no else _("No Remarks")
			)

	# ledger ---------------------------------------------------------------------------------------------

	def on_submit(self):
		make_gl_entries(self.get_gl_entries(), merge_entries=True)
		if not self.is_return:
			self.check_credit_limit()

	def check_credit_limit(self):
		from erpnext.selling.doctype.customer.customer import check_credit_limit

		check_credit_limit(self.customer, self.company)

	def on_cancel(self):
		super().on_cancel()
		make_reverse_gl_entries(voucher_type=self.doctype, voucher_no=self.name)
		self.db_set("status", "Cancelled")

	def get_gl_entries(self) -> list[frappe._dict]:
		own = not (self.is_return and self.return_against and not self.update_outstanding_for_self)
		adjusted = flt(self.rounding_adjustment) and flt(self.rounded_total)
		total = self.rounded_total if adjusted else self.grand_total
		base_total = self.base_rounded_total if adjusted else self.base_grand_total
		entries = []
		if total:
			entries.append(
				self.gl_line(
					self.debit_to,
					"debit",
					total,
					base_total,
					party_type="Customer",
					party=self.customer,
					due_date=self.due_date,
					against=self.against_income_account,
					against_voucher_type=self.doctype,
					against_voucher=self.name if own else self.return_against,
					cost_center=self.cost_center,
				)
			)
		for row in self.items:
			entries.append(
				self.gl_line(
					row.income_account,
					"credit",
					row.net_amount,
					row.base_net_amount,
					cost_center=row.cost_center,
				)
			)
		for tax in self.taxes:
			entries.append(
				self.gl_line(
					tax.account_head,
					"credit",
					tax.tax_amount,
					tax.base_tax_amount,
					cost_center=tax.cost_center or self.cost_center,
				)
			)
		if self.rounding_adjustment and self.base_rounding_adjustment:
			account = frappe.get_cached_value("Company", self.company, "round_off_account")
			entries.append(
				self.gl_line(
					account,
					"credit",
					self.rounding_adjustment,
					self.base_rounding_adjustment,
					cost_center=self.cost_center,
				)
			)
		return entries

	def gl_line(self, account, side, amount, base_amount, **args):
		currency = account_values(account).account_currency
		return self.get_gl_dict(
			{
				"account": account,
				"account_currency": currency,
				"against": self.customer,
				"transaction_currency": self.currency,
				"transaction_exchange_rate": self.conversion_rate,
				side: money(base_amount),
				f"{side}_in_account_currency": money(
					base_amount if currency == self.company_currency else amount
				),
				f"{side}_in_transaction_currency": money(amount),
				**args,
			}
		)


@frappe.whitelist()
def make_sales_return(source_name: str, target_doc: str | dict | Document | None = None):
	"""Return an unsaved credit note for an invoice."""
	return make_return_doc("Sales Invoice", source_name, target_doc)


@frappe.whitelist()
def create_dunning(
	source_name: str, target_doc: str | dict | Document | None = None, ignore_permissions: bool = False
):
	"""Return an unsaved Dunning for the overdue instalments of an invoice."""
	from erpnext.accounts.doctype.dunning.dunning import make_dunning

	return make_dunning(source_name, ignore_permissions)
