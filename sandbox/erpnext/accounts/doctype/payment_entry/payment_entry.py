import frappe
from frappe import _
from frappe.utils import flt, money_in_words

import erpnext
from erpnext.accounts.doctype.payment_entry.mapping import add_tax_discount_loss, get_payment_entry  # noqa: F401
from erpnext.accounts.doctype.payment_entry.posting import book_exchange_gain_loss, get_gl_lines
from erpnext.accounts.doctype.payment_entry.references import (
	get_reference_details,
	set_reference_details,
	update_payment_schedule,
	validate_references,
)
from erpnext.accounts.general_ledger import make_gl_entries, process_gl_map
from erpnext.accounts.party import get_party_account
from erpnext.accounts.utils import account_values, get_balance_on, money
from erpnext.controllers.accounts_controller import AccountsController
from erpnext.setup.utils import get_exchange_rate


class PaymentEntry(AccountsController):
	def validate(self):
		self.setup_party_account_field()
		self.set_missing_values()
		self.set_missing_ref_details()
		self.set_exchange_rate()
		self.validate_mandatory()
		validate_references(self)
		self.set_amounts()
		self.references = [row for row in self.references if row.allocated_amount]
		self.validate_transaction_reference()
		self.set_print_fields()
		self.status = {0: "Draft", 1: "Submitted", 2: "Cancelled"}[int(self.docstatus)]

	def on_submit(self):
		if self.difference_amount:
			frappe.throw(_("Difference Amount must be zero"))
		make_gl_entries(self.build_gl_map())
		self.make_exchange_gain_loss_journal()
		update_payment_schedule(self)
		self.update_outstanding_amounts()

	def on_cancel(self):
		super().on_cancel()
		self.setup_party_account_field()
		make_gl_entries(process_gl_map(self.build_gl_map()), cancel=True)
		update_payment_schedule(self, cancel=True)
		self.update_outstanding_amounts()
		self.db_set("status", "Cancelled")

	# parties, accounts and rates ------------------------------------------------------------------------

	def setup_party_account_field(self):
		self.party_account_field = {"Receive": "paid_from", "Pay": "paid_to"}.get(self.payment_type)
		self.party_account = self.get(self.party_account_field) if self.party_account_field else None
		self.party_account_currency = (
			self.party_account and account_values(self.party_account).account_currency
		)

	def set_missing_values(self):
		if self.payment_type == "Internal Transfer":
			self.update({"party_type": None, "party": None, "references": []})
		else:
			self.set_party()
		for side in ("paid_from", "paid_to"):
			if not self.get(side):
				frappe.throw(
					_("{0} is mandatory").format(_(self.meta.get_label(side))), frappe.MandatoryError
				)
			account = account_values(self.get(side))
			self.set(f"{side}_account_currency", account.account_currency)
			self.set(f"{side}_account_type", account.account_type)
		self.party_account_currency = self.get(f"{self.party_account_field}_account_currency")
		self.cost_center = self.cost_center or erpnext.get_default_cost_center(self.company)

	def set_party(self):
		if not self.party_type:
			frappe.throw(_("Party Type is mandatory"))
		if not self.party:
			frappe.throw(_("Party is mandatory"))
		values = frappe.db.get_value(
			self.party_type,
			self.party,
			("customer_name", "customer_primary_contact", "email_id"),
			as_dict=True,
			cache=True,
		)
		if not values:
			frappe.throw(_("{0} {1} does not exist").format(_(self.party_type), self.party))
		self.party_name = values.customer_name
		self.contact_person = self.contact_person or values.customer_primary_contact
		self.contact_email = self.contact_email or values.email_id
		if not self.party_account:
			self.party_account = get_party_account(self.party_type, self.party, self.company)
			self.set(self.party_account_field, self.party_account)
		if not self.party_balance:
			self.party_balance = get_balance_on(
				party_type=self.party_type, party=self.party, date=self.posting_date, company=self.company
			)

	def set_missing_ref_details(self):
		set_reference_details(self)

	def update_outstanding_amounts(self):
		"""Show on each reference what is left of it now; as in ERPNext, not where a gain or loss was booked."""
		details = get_reference_details(self, fresh=True)
		for row in self.references:
			if row.exchange_gain_loss:
				continue
			left = details[(row.reference_doctype, row.reference_name)].outstanding_amount
			if row.outstanding_amount != left:
				row.db_set("outstanding_amount", left, update_modified=False)

	def set_exchange_rate(self, ref_doc=None):
		company_currency = self.company_currency
		if self.paid_from_account_currency == company_currency:
			self.source_exchange_rate = 1.0
		elif ref_doc and self.paid_from_account_currency == ref_doc.currency:
			self.source_exchange_rate = ref_doc.conversion_rate
		if not self.source_exchange_rate:
			self.source_exchange_rate = get_exchange_rate(
				self.paid_from_account_currency, company_currency, self.posting_date
			)
		if self.paid_from_account_currency == self.paid_to_account_currency:
			self.target_exchange_rate = self.source_exchange_rate
		elif not self.target_exchange_rate:
			if ref_doc and self.paid_to_account_currency == ref_doc.currency:
				self.target_exchange_rate = ref_doc.conversion_rate
			else:
				self.target_exchange_rate = get_exchange_rate(
					self.paid_to_account_currency, company_currency, self.posting_date
				)

	def get_exchange_rate(self) -> float:
		return flt(self.source_exchange_rate if self.payment_type == "Receive" else self.target_exchange_rate)

	def validate_mandatory(self):
		for field in ("paid_amount", "received_amount", "source_exchange_rate", "target_exchange_rate"):
			if not self.get(field):
				frappe.throw(_("{0} is mandatory").format(_(self.meta.get_label(field))))

	def validate_transaction_reference(self):
		side = "paid_to" if self.payment_type == "Receive" else "paid_from"
		if self.get(f"{side}_account_type") == "Bank" and not (self.reference_no and self.reference_date):
			frappe.throw(_("Reference No and Reference Date is mandatory for Bank transaction"))

	# amounts --------------------------------------------------------------------------------------------

	def set_amounts(self):
		same_currency = self.paid_from_account_currency == self.paid_to_account_currency
		if same_currency and self.payment_type != "Internal Transfer":
			self.received_amount = self.paid_amount
		self.base_paid_amount = money(flt(self.paid_amount) * flt(self.source_exchange_rate))
		self.base_received_amount = money(flt(self.received_amount) * flt(self.target_exchange_rate))
		self.set_total_allocated_amount()
		self.set_unallocated_amount()
		self.set_exchange_gain_loss()
		self.set_difference_amount()

	def base_allocated_amount(self, row) -> float:
		return money(flt(row.allocated_amount) * self.get_exchange_rate())

	def set_total_allocated_amount(self):
		total = base_total = 0.0
		for row in self.references:
			base = self.base_allocated_amount(row)
			rate = 1.0 if row.exchange_rate is None else flt(row.exchange_rate)
			row.exchange_gain_loss = money(base - money(flt(row.allocated_amount) * rate))
			total += flt(row.allocated_amount)
			base_total += base
		self.total_allocated_amount, self.base_total_allocated_amount = (
			money(abs(total)),
			money(abs(base_total)),
		)

	def set_unallocated_amount(self):
		self.unallocated_amount = 0
		if not self.party:
			return
		deducted = sum(flt(row.amount) for row in self.deductions if not row.is_exchange_gain_loss)
		if self.payment_type == "Receive":
			left = self.base_paid_amount + deducted - self.base_total_allocated_amount
		else:
			left = self.base_received_amount - deducted - self.base_total_allocated_amount
		if left > 0:
			self.unallocated_amount = flt(left / self.get_exchange_rate(), 9)

	def set_exchange_gain_loss(self):
		"""Keep one deduction row for what the bank's rate gave more or less than the books'."""
		difference = money(self.base_paid_amount - self.base_received_amount)
		rows = [row for row in self.deductions if row.is_exchange_gain_loss]
		for row in rows[1:] if difference else rows:
			self.remove(row)
		if not difference:
			return
		if not rows:
			company = frappe.get_cached_doc("Company", self.company)
			rows = [
				self.append(
					"deductions",
					{
						"account": company.exchange_gain_loss_account,
						"cost_center": company.cost_center,
						"is_exchange_gain_loss": 1,
					},
				)
			]
		rows[0].amount = difference

	def set_difference_amount(self):
		party_amount = (
			flt(self.base_total_allocated_amount) + flt(self.unallocated_amount) * self.get_exchange_rate()
		)
		if self.payment_type == "Receive":
			difference = party_amount - self.base_received_amount
		elif self.payment_type == "Pay":
			difference = self.base_paid_amount - party_amount
		else:
			difference = self.base_paid_amount - self.base_received_amount
		self.difference_amount = money(difference - sum(flt(row.amount) for row in self.deductions))

	def set_print_fields(self):
		if self.payment_type == "Internal Transfer":
			self.title = f"{self.paid_from} - {self.paid_to}"
		else:
			self.title = self.party
		side = "received" if self.payment_type == "Receive" else "paid"
		currency = self.paid_to_account_currency if side == "received" else self.paid_from_account_currency
		self.in_words = money_in_words(abs(flt(self.get(f"{side}_amount"))), currency)
		self.base_in_words = money_in_words(abs(flt(self.get(f"base_{side}_amount"))), self.company_currency)
		if not self.custom_remarks:
			self.remarks = "\n".join(self.get_remarks())

	def get_remarks(self) -> list[str]:
		amount = self.paid_amount if self.payment_type == "Receive" else self.received_amount
		what = {"Receive": _("received from"), "Pay": _("to")}.get(self.payment_type, _("transferred to"))
		currency = self.party_account_currency or self.paid_from_account_currency
		lines = [_("Amount {0} {1} {2} {3}").format(currency, amount, what, self.party or self.paid_to)]
		if self.reference_no:
			lines.append(
				_("Transaction reference no {0} dated {1}").format(self.reference_no, self.reference_date)
			)
		for row in self.references:
			lines.append(
				_("Amount {0} {1} against {2} {3}").format(
					currency, row.allocated_amount, row.reference_doctype, row.reference_name
				)
			)
		return lines

	# ledger ---------------------------------------------------------------------------------------------

	def build_gl_map(self) -> list[frappe._dict]:
		self.setup_party_account_field()
		return get_gl_lines(self)

	def make_exchange_gain_loss_journal(self):
		book_exchange_gain_loss(self)
