import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet

import erpnext


class Account(NestedSet):
	nsm_parent_field = "parent_account"

	def autoname(self):
		label = self.account_name.strip()
		if self.account_number:
			label = f"{self.account_number.strip()} - {label}"
		self.name = f"{label} - {frappe.get_cached_value('Company', self.company, 'abbr')}"

	def validate(self):
		self.validate_parent()
		self.set_root_and_report_type()
		self.validate_currency()
		if not self.is_new() and not self.is_group and self.has_children():
			frappe.throw(_("Account with child nodes cannot be set as ledger"))

	def validate_parent(self):
		if not self.parent_account:
			if not self.flags.ignore_root_validation:
				frappe.throw(_("Parent Account is mandatory"), frappe.MandatoryError)
			return
		parent = frappe.db.get_value("Account", self.parent_account, ["is_group", "company"], as_dict=True)
		if not parent:
			frappe.throw(
				_("Account {0}: Parent account {1} does not exist").format(
					self.account_name, self.parent_account
				)
			)
		if self.parent_account == self.name:
			frappe.throw(_("Account {0}: You can not assign itself as parent account").format(self.name))
		if not parent.is_group:
			frappe.throw(
				_("Account {0}: Parent account {1} can not be a ledger").format(
					self.name, self.parent_account
				)
			)
		if parent.company != self.company:
			frappe.throw(
				_("Account {0}: Parent account {1} does not belong to company: {2}").format(
					self.name, self.parent_account, self.company
				)
			)

	def set_root_and_report_type(self):
		if self.parent_account:
			parent = frappe.db.get_value(
				"Account", self.parent_account, ["root_type", "report_type"], as_dict=True
			)
			self.root_type, self.report_type = parent.root_type, parent.report_type

	def validate_currency(self):
		self.account_currency = self.account_currency or erpnext.get_company_currency(self.company)
		before = self.get_doc_before_save()
		if before and before.account_currency != self.account_currency:
			if frappe.db.exists("GL Entry", {"account": self.name}):
				frappe.throw(_("Currency can not be changed after making entries using some other currency"))

	def has_children(self) -> bool:
		return bool(frappe.db.exists("Account", {"parent_account": self.name}))

	def on_trash(self):
		if frappe.db.exists("GL Entry", {"account": self.name}):
			frappe.throw(_("Account with existing transaction can not be deleted"))
		super().on_trash(allow_root_deletion=True)


def get_account_currency(account: str | None) -> str | None:
	"""Return the currency of an account, the company's if it has none of its own."""
	if not account:
		return None
	values = frappe.get_cached_value("Account", account, ["account_currency", "company"], as_dict=True)
	if not values:
		return None
	return values.account_currency or erpnext.get_company_currency(values.company)
