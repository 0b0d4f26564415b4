import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from erpnext.accounts.utils import account_values, money


class BankTransaction(Document):
	def before_validate(self):
		self.update_allocated_amount()

	def validate(self):
		self.validate_duplicate_references()
		self.validate_currency()

	def validate_currency(self):
		if not self.bank_account:
			return
		account = frappe.db.get_value("Bank Account", self.bank_account, "account", cache=True)
		if self.currency and account and self.currency != account_values(account).account_currency:
			frappe.throw(
				_(
					"Transaction currency: {0} cannot be different from Bank Account({1}) currency: {2}"
				).format(self.currency, self.bank_account, account_values(account).account_currency)
			)

	def validate_duplicate_references(self):
		seen = set()
		for row in self.payment_entries:
			key = (row.payment_document, row.payment_entry)
			if key in seen:
				frappe.throw(_("{0} {1} is allocated twice in this Bank Transaction").format(*key))
			seen.add(key)

	def update_allocated_amount(self):
		allocated = sum(flt(row.allocated_amount) for row in self.payment_entries)
		self.allocated_amount = money(allocated)
		self.unallocated_amount = money(abs(flt(self.withdrawal) - flt(self.deposit)) - allocated)

	def set_status(self):
		if self.docstatus == 2:
			self.db_set("status", "Cancelled")
		elif self.docstatus == 1:
			self.db_set("status", "Unreconciled" if self.unallocated_amount > 0 else "Reconciled")

	def before_submit(self):
		self.allocate_payment_entries()
		self.set_status()

	def before_update_after_submit(self):
		self.validate_duplicate_references()
		self.update_allocated_amount()
		self.delink_old_payment_entries()
		self.allocate_payment_entries()
		self.set_status()

	def on_cancel(self):
		for row in self.payment_entries:
			self.delink_payment_entry(row)
		self.set_status()

	def delink_old_payment_entries(self):
		kept = {row.name for row in self.payment_entries}
		before = self.get_doc_before_save()
		for row in before.payment_entries if before else ():
			if row.name not in kept:
				self.delink_payment_entry(row)

	def add_payment_entries(self, vouchers: list[dict]):
		"""Add vouchers (payment_doctype, payment_name) with nothing allocated yet; saving allocates them."""
		if self.unallocated_amount <= 0:
			frappe.throw(_("Bank Transaction {0} is already fully reconciled").format(self.name))
		for voucher in vouchers:
			self.append(
				"payment_entries",
				{
					"payment_document": voucher["payment_doctype"],
					"payment_entry": voucher["payment_name"],
					"allocated_amount": 0.0,
				},
			)

	def allocate_payment_entries(self):
		"""Give each voucher without an amount what it booked on this bank account, until nothing is left.

		A voucher whose bank lines are all allocated gets the latest transaction's date as its clearance date.
		"""
		if not any(flt(row.allocated_amount) == 0 for row in self.payment_entries):
			return
		account = frappe.db.get_value("Bank Account", self.bank_account, "account")
		remaining = self.unallocated_amount
		for row in list(self.payment_entries):
			if flt(row.allocated_amount):
				continue
			allocable, should_clear, clearance_date = get_clearance_details(self, row, account)
			if allocable < 0:
				frappe.throw(_("Voucher {0} is over-allocated by {1}").format(row.payment_entry, -allocable))
			if remaining <= 0 or allocable == 0:
				if remaining > 0 and should_clear:
					self.clear_linked_payment_entry(row, clearance_date)
				self.remove(row)
				continue
			should_clear = should_clear and allocable <= remaining
			row.allocated_amount = min(allocable, remaining)
			remaining = money(remaining - row.allocated_amount)
			if should_clear:
				self.clear_linked_payment_entry(row, clearance_date)
		self.update_allocated_amount()

	@frappe.whitelist()
	def remove_payment_entries(self):
		"""Take all vouchers off this transaction."""
		self.check_permission("write")
		for row in list(self.payment_entries):
			self.remove_payment_entry(row)
		self.save()

	def remove_payment_entry(self, payment_entry):
		self.delink_payment_entry(payment_entry)
		self.remove(payment_entry)

	def delink_payment_entry(self, payment_entry):
		self.clear_linked_payment_entry(payment_entry, None)

	def clear_linked_payment_entry(self, payment_entry, clearance_date=None):
		if payment_entry.payment_document in ("Payment Entry", "Journal Entry"):
			frappe.db.set_value(
				payment_entry.payment_document, payment_entry.payment_entry, "clearance_date", clearance_date
			)


def get_doctypes_for_bank_reconciliation() -> list[str]:
	return frappe.get_hooks("bank_reconciliation_doctypes")


def get_clearance_details(transaction, payment_entry, bank_gl_account):
	"""Return what is left to allocate of a voucher on a bank account, whether it clears then, and on which date."""
	voucher = (payment_entry.payment_document, payment_entry.payment_entry)
	booked = _booked_on_banks(*voucher)
	if bank_gl_account not in booked:
		frappe.throw(_("{0} {1} is not affecting bank account {2}").format(*voucher, bank_gl_account))
	amount = booked.pop(bank_gl_account)
	if amount <= 0:
		frappe.throw(
			_("Invalid amount in accounting entries of {0} {1} for Account {2}: {3}").format(
				*voucher, bank_gl_account, amount
			)
		)
	allocated = _allocated_by_account(*voucher)
	here = allocated.get(bank_gl_account, (0.0, None))
	should_clear = all(
		money(total) == money(allocated.get(other, (0.0,))[0]) for other, total in booked.items()
	)
	dates = [getdate(day) for day in (transaction.date, here[1]) if day]
	return money(amount - here[0]), should_clear, max(dates, default=None)


def _booked_on_banks(doctype, name) -> dict[str, float]:
	rows = frappe.get_all(
		"GL Entry",
		filters={"voucher_type": doctype, "voucher_no": name, "is_cancelled": 0},
		fields=["account", "debit_in_account_currency", "credit_in_account_currency"],
	)
	booked = {}
	for row in rows:
		if account_values(row.account).account_type == "Bank":
			amount = abs(flt(row.credit_in_account_currency) - flt(row.debit_in_account_currency))
			booked[row.account] = booked.get(row.account, 0.0) + amount
	return booked


def _allocated_by_account(doctype, name) -> dict[str, tuple]:
	row, bt, bank = (
		frappe.qb.DocType(name) for name in ("Bank Transaction Payments", "Bank Transaction", "Bank Account")
	)
	rows = (
		frappe.qb.from_(row)
		.inner_join(bt)
		.on(bt.name == row.parent)
		.inner_join(bank)
		.on(bank.name == bt.bank_account)
		.select(bank.account, row.allocated_amount, bt.date)
		.where((row.payment_document == doctype) & (row.payment_entry == name) & (bt.docstatus == 1))
		.run()
	)
	allocated = {}
	for account, amount, day in rows:
		total, latest = allocated.get(account, (0.0, None))
		days = [getdate(value) for value in (day, latest) if value]
		allocated[account] = (total + flt(amount), max(days, default=None))
	return allocated


def remove_from_bank_transaction(doctype, docname):
	"""Take a cancelled voucher off all bank transactions."""
	parents = frappe.get_all(
		"Bank Transaction Payments",
		filters={"payment_document": doctype, "payment_entry": docname},
		pluck="parent",
	)
	for name in sorted(set(parents)):
		transaction = frappe.get_doc("Bank Transaction", name)
		if transaction.docstatus == 2:
			continue
		for row in list(transaction.payment_entries):
			if (row.payment_document, row.payment_entry) == (doctype, docname):
				transaction.remove(row)
		transaction.save()
