import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet

from erpnext.setup.doctype.company.chart_of_accounts import create_chart

# field on the company -> what finds its default account
DEFAULT_ACCOUNTS = {
	"default_receivable_account": {"account_type": "Receivable"},
	"default_payable_account": {"account_type": "Payable"},
	"default_cash_account": {"account_type": "Cash"},
	"default_bank_account": {"account_type": "Bank"},
	"default_income_account": {"account_name": "Sales"},
	"default_expense_account": {"account_type": "Cost of Goods Sold"},
	"round_off_account": {"account_type": "Round Off"},
	"write_off_account": {"account_name": "Write Off"},
	"exchange_gain_loss_account": {"account_name": "Exchange Gain/Loss"},
}


class Company(NestedSet):
	nsm_parent_field = "parent_company"

	def validate(self):
		self.validate_abbr()
		self.validate_currency()

	def validate_abbr(self):
		self.abbr = (self.abbr or "".join(word[0] for word in self.company_name.split()).upper()).strip()
		if frappe.db.exists("Company", {"abbr": self.abbr, "name": ("!=", self.name)}):
			frappe.throw(_("Abbreviation already used for another company"))

	def validate_currency(self):
		before = self.get_doc_before_save()
		if before and before.default_currency != self.default_currency:
			if frappe.db.exists("GL Entry", {"company": self.name}):
				frappe.throw(
					_(
						"Cannot change company's default currency, because there are existing transactions. Transactions must be cancelled to change the default currency."
					)
				)

	def on_update(self):
		super().on_update()
		if not frappe.db.exists("Account", {"company": self.name}):
			if not frappe.flags.ignore_chart_of_accounts:
				create_chart(self.name, self.default_currency)
		if not frappe.db.exists("Cost Center", {"company": self.name, "is_group": 0}):
			self.create_default_cost_center()
		self.set_default_accounts()
		frappe.db.set_value("Currency", self.default_currency, "enabled", 1)
		if not frappe.db.get_single_value("Global Defaults", "default_company"):
			frappe.db.set_single_value("Global Defaults", "default_company", self.name)
			frappe.db.set_single_value("Global Defaults", "default_currency", self.default_currency)
			frappe.db.set_default("company", self.name)
			frappe.db.set_default("currency", self.default_currency)
		frappe.clear_document_cache(self.doctype, self.name)

	def create_default_cost_center(self):
		root = frappe.get_doc(
			{"doctype": "Cost Center", "cost_center_name": self.name, "company": self.name, "is_group": 1}
		)
		root.insert(ignore_permissions=True, ignore_mandatory=True)
		main = frappe.get_doc(
			{
				"doctype": "Cost Center",
				"cost_center_name": _("Main"),
				"company": self.name,
				"parent_cost_center": root.name,
			}
		).insert(ignore_permissions=True)
		for field in ("cost_center", "round_off_cost_center"):
			if not self.get(field):
				self.db_set(field, main.name)

	def set_default_accounts(self):
		for field, filters in DEFAULT_ACCOUNTS.items():
			if self.get(field):
				continue
			account = frappe.db.get_value(
				"Account", {"company": self.name, "is_group": 0, **filters}, "name", order_by="lft"
			)
			if account:
				self.db_set(field, account)
		if self.default_cash_account:
			self.set_mode_of_payment_account()

	def set_mode_of_payment_account(self):
		cash = frappe.db.get_value("Mode of Payment", {"type": "Cash", "enabled": 1})
		if cash and not frappe.db.exists("Mode of Payment Account", {"parent": cash, "company": self.name}):
			mode = frappe.get_doc("Mode of Payment", cash)
			mode.append("accounts", {"company": self.name, "default_account": self.default_cash_account})
			mode.save(ignore_permissions=True)

	def on_trash(self):
		if frappe.db.exists("GL Entry", {"company": self.name}):
			frappe.throw(_("A company with ledger entries cannot be deleted"))
		self.db_set({field: None for field in (*DEFAULT_ACCOUNTS, "cost_center", "round_off_cost_center")})
		frappe.db.delete("Mode of Payment Account", {"company": self.name})
		for doctype in ("Account", "Cost Center"):
			frappe.db.delete(doctype, {"company": self.name})
		super().on_trash(allow_root_deletion=True)
