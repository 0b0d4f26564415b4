import frappe
from frappe import _
from frappe.model.document import Document


class BankAccount(Document):
	def autoname(self):
		self.name = f"{self.account_name} - {self.bank}"

	def validate(self):
		if self.is_company_account and not self.company:
			frappe.throw(_("Company is mandatory for company account"))
		self.validate_iban()
		if self.account:
			other = frappe.db.get_value("Bank Account", {"account": self.account, "name": ("!=", self.name)})
			if other:
				frappe.throw(
					_("'{0}' account is already used by {1}. Use another account.").format(
						self.account, other
					)
				)
		if self.is_default and not self.disabled:
			self.unset_other_defaults()

	def validate_iban(self):
		"""ISO 13616: with the first four characters moved to the end and letters as numbers, it leaves 1 by 97."""
		if not self.iban:
			return
		iban = self.iban.replace(" ", "").upper()
		moved = iban[4:] + iban[:4]
		if not moved.isalnum() or int("".join(str(int(char, 36)) for char in moved)) % 97 != 1:
			frappe.throw(_("IBAN is not valid"))

	def unset_other_defaults(self):
		filters = {
			"party_type": self.party_type,
			"party": self.party,
			"is_company_account": self.is_company_account,
			"is_default": 1,
			"disabled": 0,
			"name": ("!=", self.name),
		}
		for name in frappe.get_all(
			"Bank Account", filters={k: v for k, v in filters.items() if v is not None}, pluck="name"
		):
			frappe.db.set_value("Bank Account", name, "is_default", 0)


def get_party_bank_account(party_type, party):
	from erpnext.accounts.party import get_party_bank_account

	return get_party_bank_account(party_type, party)


@frappe.whitelist()
def get_bank_account_details(bank_account: str):
	"""Return ledger account, bank and number of a bank account."""
	frappe.has_permission("Bank Account", "read", bank_account, throw=True)
	return frappe.get_cached_value(
		"Bank Account", bank_account, ["account", "bank", "bank_account_no"], as_dict=True
	)
